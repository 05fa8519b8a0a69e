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

func TestClose(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "client first", script: `
			open
			S "220"
			C "QUIT"
			S "221"
			C fin
			S fin
			C
			wait 29s
			tick
			wait 2s
			tick`, want: `
			open
			S "220"
			C "QUIT"
			S "221"
			C fin
			S fin
			end closed 30.008s`},
		{name: "both at once", script: `
			open
			C "QUIT" fin
			S ack 0 "221" fin
			C
			S
			close`, want: `
			open
			C "QUIT"
			C fin
			S "221"
			S fin
			end closed`},
		{name: "half-close and a late answer", script: `
			open
			C "DATA" fin
			wait 300s
			S "354"
			C
			S fin
			close`, want: `
			open
			C "DATA"
			C fin
			S "354"
			S fin
			end closed`},
		{name: "FIN again, alone and with its data", script: `
			open
			C "QUIT" fin
			C 4 fin
			C 0 "QUIT" fin
			C 2 "IT"
			close`, want: `
			open
			C "QUIT"
			C fin
			C fin again
			C fin again
			C retransmission 2
			end capture`},
		{name: "FIN in front of its data in the file", script: `
			open
			C hide "QUIT"
			C fin
			C fin 4
			C 0 "QUIT" id 1
			close`, want: `
			open
			C out-of-order 4
			C "QUIT"
			C fin
			C fin again
			end capture`},
		{name: "FIN with data behind a hole that is filled", script: `
			open
			C hide "MAIL"
			C "QUIT" fin
			wait 1s
			C 0 "MAIL"
			S
			close`, want: `
			open
			C retransmission 4
			C "MAIL"
			C "QUIT"
			C fin
			end capture`},
		{name: "FIN behind a hole that nobody fills", script: `
			open
			C hide "MAIL"
			C "QUIT" fin
			wait 10s
			tick
			wait 65m
			tick
			wait 31s
			tick`, want: `
			open
			C gap 4 lost
			C "QUIT"
			C fin
			end idle`},
		{name: "payload behind the FIN", script: `
			open
			C "QUIT" fin
			C 5 "MORE"
			C 2 "ITMORE"
			close`, want: `
			open
			C "QUIT"
			C fin
			C late 4
			C late 4
			end capture`},
		{name: "payload behind a FIN that still waits", script: `
			open
			C hide "QU"
			C 4 "MORE"
			C 2 "IT" fin
			C 0 "QU"
			close`, want: `
			open
			C retransmission 2
			C retransmission 2
			C "QU"
			C "IT"
			C fin
			C late 4
			end capture`},
		{name: "stragglers are delivered, later ones are buried", script: `
			open
			C "QUIT" fin
			S hide "221"
			S 3 fin
			wait 20s
			S 0 "221"
			wait 31s
			C
			S 0 "221"
			wait 200s
			S
			close`, want: `
			open
			C "QUIT"
			C fin
			S retransmission 3
			S "221"
			S fin
			end closed`},
		{name: "after the tombstone a late packet tells nothing", script: `
			open
			C fin
			S fin
			C
			wait 31s
			C
			wait 400s
			C
			S
			close`, want: `
			open
			C fin
			S fin
			end closed`},
		{name: "the end is at the due moment, whenever the next packet comes", script: `
			open
			C fin
			S fin
			wait 100s
			@2 C syn
			wait 31m
			@2 C
			close`, want: `
			open
			C fin
			S fin
			end closed 30.005s
			@2 C syn
			@2 end unanswered 3m50.006s`},
		{name: "ends of one moment by the first frames", limits: Limits{}, script: `
			@1 open
			@2 open
			@2 C fin
			@2 S late 1ms fin
			@1 C late 2ms fin
			@1 S late 3ms fin
			wait 40s
			tick`, want: `
			open
			@2 open
			@2 C fin
			@2 S fin
			C fin
			S fin
			end closed 30.007s
			@2 end closed 30.007s`},
		{name: "idle", script: `
			open
			S "220"
			wait 64m59s
			C "NOOP"
			wait 66m
			tick`, want: `
			open
			S "220"
			C "NOOP"
			end idle 2h9m59.005s`},
	})
}

func TestReuse(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "of an open connection", script: `
			open
			S "220"
			C isn 90000 syn
			S isn 80000 synack
			C
			S "220"
			close`, want: `
			open
			S "220"
			end replaced
			@2 open
			@2 S "220"
			@2 end capture`},
		{name: "of a closed one", script: `
			open
			C fin
			S fin
			C
			wait 1s
			C isn 90000 syn
			S isn 80000 synack
			C
			close`, want: `
			open
			C fin
			S fin
			end closed 1.007s
			@2 open
			@2 end capture`},
		{name: "of a grave, many times over", limits: Limits{Connections: 2}, script: `
			open
			C rst
			wait 31s
			C isn 90000 syn
			S isn 80000 synack
			C
			C rst
			wait 31s
			C isn 190000 syn
			S isn 180000 synack
			C
			C rst
			wait 31s
			C
			C rst
			close`, want: `
			open
			C rst
			end closed
			@2 open
			@2 C rst
			@2 end closed
			@3 open
			@3 C rst
			@3 end closed`},
		{name: "of one that waits for its close", script: `
			open
			C hide "MAIL"
			C rst
			C isn 90000 syn
			close`, want: `
			open
			C rst
			end closed
			@2 C syn
			@2 end capture`},
		{name: "of one picked up in the middle", script: `
			C "NOOP"
			S "250"
			wait 3s
			C "NOOP"
			C isn 90000 syn
			close`, want: `
			C "NOOP"
			S "250"
			C "NOOP"
			end replaced
			@2 C syn
			@2 end capture`},
		{name: "of one that showed bare ACKs only", script: `
			C
			S
			wait 3s
			C isn 90000 syn
			S isn 80000 synack
			C
			S "220"
			close`, want: `
			open
			S "220"
			end capture`},
		{name: "SYN missed, the SYN-ACK tells", script: `
			open
			S "220"
			C hide isn 90000 syn
			S isn 80000 synack
			C
			S "220"
			close`, want: `
			open
			S "220"
			end replaced
			@2 S synack
			@2 C established
			@2 S "220"
			@2 end capture`},
	})
}
