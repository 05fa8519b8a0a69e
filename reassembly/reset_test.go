package reassembly

import "testing"

func TestReset(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "at once", script: `
			open
			C "DATA"
			S rst
			wait 31s
			tick`, want: `
			open
			C "DATA"
			S rst
			end closed 30.005s`},
		{name: "below and above the window", script: `
			open
			C "MAIL"
			S "250"
			C rst 3
			C rst 65540
			C rst 65539
			close`, want: `
			open
			C "MAIL"
			S "250"
			C rst refused
			C rst refused
			C rst
			end closed`},
		{name: "the window is scaled", script: `
			C syn scale 2
			S synack scale 3
			C
			S win 100
			C rst 801
			C rst 800
			close`, want: `
			C syn
			S synack
			C established
			C rst refused
			C rst
			end closed`},
		{name: "again, from both sides", script: `
			open
			C "DATA"
			C rst
			C rst
			S rst
			close`, want: `
			open
			C "DATA"
			C rst
			C rst again
			S rst
			end closed`},
		{name: "after both FINs", script: `
			open
			C fin
			S fin
			C
			C rst
			close`, want: `
			open
			C fin
			S fin
			C rst
			end closed`},
		{name: "in front of its data in the file", script: `
			open
			C hide "DATA"
			C rst
			C rst noack
			C 0 "DATA" id 1
			wait 1s
			C rst
			close`, want: `
			open
			C "DATA"
			C rst
			C rst again
			C rst again
			end closed`},
		{name: "the data never comes, its sender is believed after the time", script: `
			open
			C hide "DATA"
			C rst
			wait 2s
			tick
			wait 30s
			tick`, want: `
			open
			C rst
			end closed 32.004s`},
		{name: "behind a hole that nobody acknowledged", script: `
			open
			C hide "MAIL"
			C "RCPT"
			C rst
			wait 3s
			tick
			close`, want: `
			open
			C gap 4 lost
			C "RCPT"
			C rst
			end closed`},
		{name: "acknowledges a reply that the capture missed", script: `
			open
			C "DATA"
			S hide "552"
			C rst
			wait 3s
			tick
			close`, want: `
			open
			C "DATA"
			S gap 3 missed
			C rst
			end closed`},
		{name: "of the server, behind the client's FIN", script: `
			open
			C "QUIT"
			C fin
			S rst
			close`, want: `
			open
			C "QUIT"
			C fin
			S rst
			end closed`},
		{name: "what comes after it is still delivered", script: `
			open
			C "DATA"
			S rst
			C "body"
			S rst noack
			close`, want: `
			open
			C "DATA"
			S rst
			C "body"
			S rst again
			end closed`},
		{name: "a RST that answers late data", script: `
			open
			S "421" fin
			C "MAIL"
			S rst noack
			close`, want: `
			open
			S "421"
			S fin
			C "MAIL"
			S rst
			end closed`},
		{name: "forged: its alleged sender goes on and is heard", script: `
			open
			C "DATA"
			S "354"
			C rst ttl 30
			C "body"
			S
			wait 40s
			C "."
			S "250"
			close`, want: `
			open
			C "DATA"
			S "354"
			C rst
			C "body"
			C rst-void
			C "."
			S "250"
			end capture`},
		{name: "forged, in both directions", script: `
			open
			C "DATA"
			C rst
			S rst
			S "354"
			C
			close`, want: `
			open
			C "DATA"
			C rst
			S rst
			S "354"
			C rst-void
			S rst-void
			end capture`},
		{name: "a FIN that is acknowledged afterwards voids it, too", script: `
			open
			C rst
			C fin
			S
			S fin
			C
			close`, want: `
			open
			C rst
			C fin
			C rst-void
			S fin
			end closed`},
		{name: "retransmissions, and data answered by a RST, do not", script: `
			open
			C "DATA"
			C rst
			C 0 "DATA"
			S
			C "body"
			S rst
			close`, want: `
			open
			C "DATA"
			C rst
			C retransmission 4
			C "body"
			S rst
			end closed`},
		{name: "nor what was under way and not captured", script: `
			open
			C "DATA"
			C hide "body"
			C rst
			S
			wait 3s
			tick
			close`, want: `
			open
			C "DATA"
			C gap 4 missed
			C rst
			end closed`},
		{name: "nor its FIN that was not captured", script: `
			open
			C "QUIT"
			C hide fin
			C rst
			S
			wait 3s
			tick
			close`, want: `
			open
			C "QUIT"
			C rst
			end closed`},
		{name: "nor an ACK after two FINs", script: `
			open
			C fin
			S fin
			C rst
			S
			C
			close`, want: `
			open
			C fin
			S fin
			C rst
			end closed`},
		{name: "void while it waited", script: `
			open
			C hide "MAIL"
			C "RCPT"
			C rst
			C "DATA"
			S ack 12
			C 0 "MAIL" id 1
			wait 40s
			C "QUIT"
			close`, want: `
			open
			C out-of-order 4
			C "MAIL"
			C "RCPT"
			C "DATA"
			C rst
			C rst-void
			C "QUIT"
			end capture`},
	})
}
