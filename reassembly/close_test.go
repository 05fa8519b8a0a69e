package reassembly

import "testing"

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
