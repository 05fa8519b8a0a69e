package reassembly

import "testing"

func TestHandshake(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "whole", script: `
			open
			S "220"
			C "QUIT"
			close`, want: `
			open
			S "220"
			C "QUIT"
			end capture`},
		{name: "a SYN with the same ISN is a repetition", script: `
			C syn
			wait 1s
			C syn
			S synack
			S synack
			C
			close`, want: `
			C syn
			C syn again
			S synack
			S synack again
			C established
			end capture`},
		{name: "unanswered", script: `
			C syn
			wait 1s
			C syn
			wait 131s
			tick`, want: `
			C syn
			C syn again
			end unanswered 2m11.002s`},
		{name: "SYN-ACK never acknowledged", script: `
			C syn
			S synack
			wait 131s
			tick`, want: `
			C syn
			S synack
			end unanswered 2m10.002s`},
		{name: "refused", script: `
			C syn
			S rst ack 0
			wait 31s
			tick`, want: `
			C syn
			S rst
			end closed 30.002s`},
		{name: "a RST that does not acknowledge the SYN refuses nothing", script: `
			C syn
			S rst ack 77
			S synack
			C
			S "220"
			close`, want: `
			C syn
			S rst refused
			S synack
			C established
			S "220"
			end capture`},
		{name: "nor does one without an ACK", script: `
			C syn
			S rst noack
			wait 3s
			tick`, want: `
			C syn
			S rst refused`},
		{name: "refused, tried again with the same ISN, accepted", script: `
			C syn
			S rst ack 0
			wait 500ms
			C syn
			S synack
			C
			S "220"
			C
			wait 40s
			C "QUIT"
			close`, want: `
			C syn
			S rst
			C syn again
			S synack
			C established
			S "220"
			S rst-void
			C "QUIT"
			end capture`},
		{name: "the server's data implies the handshake", script: `
			C syn
			S synack
			S "220"
			C
			close`, want: `
			C syn
			S synack
			S established
			S "220"
			end capture`},
		{name: "SYN-ACK late in the file", script: `
			C syn
			C
			S "220"
			C "EHLO"
			S synack
			S
			close`, want: `
			C syn
			S synack
			C established
			S "220"
			C "EHLO"
			end capture`},
		{name: "SYN-ACK before the SYN in the file", script: `
			S synack
			C syn
			C
			S "220"
			close`, want: `
			S synack
			C syn
			C established
			S "220"
			end capture`},
		{name: "SYN-ACK not captured", script: `
			C syn
			C
			S "220"
			C "EHLO"
			S
			wait 3s
			C "QUIT"
			close`, want: `
			C syn
			C established
			S "220"
			C "EHLO"
			C "QUIT"
			end capture`},
		{name: "SYN not captured", script: `
			S synack
			C
			S "220"
			C "EHLO"
			close`, want: `
			S synack
			C established
			S "220"
			C "EHLO"
			end capture`},
		{name: "both open at once", script: `
			C syn
			S syn
			C ack 0
			S ack 0
			C "EHLO"
			close`, want: `
			C syn
			S syn
			C established
			C "EHLO"
			end capture`},
		{name: "data on the SYN", script: `
			C syn "EHLO"
			S synack
			C 4 "MAIL"
			S
			close`, want: `
			C syn
			S synack
			C "EHLO"
			C established
			C "MAIL"
			end capture`},
		{name: "data on the SYN not taken and sent again", script: `
			C syn "EHLO"
			S synack ack 0
			wait 10ms
			C 0 "EHLO"
			S "220"
			close`, want: `
			C syn
			S synack
			C "EHLO"
			C established
			C retransmission 4
			S "220"
			end capture`},
		{name: "a SYN cookie that changed", script: `
			C syn
			S synack
			wait 60s
			C syn
			S synack isn 777000
			C
			S "220"
			close`, want: `
			C syn
			S synack
			C syn again
			S synack again
			C established
			S "220"
			end capture`},
		{name: "SYN and RST in one packet open nothing", script: `
			open
			S "220"
			C syn rst
			close`, want: `
			open
			S "220"
			C rst refused
			end capture`},
	})
}
