package reassembly

import "testing"

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
		{name: "by the same packets, a minute later", script: `
			C isn 90000 syn
			S isn 80000 synack
			C
			S "220"
			wait 61s
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
		{name: "not by a copy of its SYN while one may be under way", script: `
			C isn 90000 syn
			S isn 80000 synack
			C
			S "220"
			wait 50s
			C isn 90000 syn
			close`, want: `
			open
			S "220"
			C syn again
			end capture`},
		{name: "not by a SYN that is repeated as nothing answers", script: `
			C isn 90000 syn
			wait 63s
			C isn 90000 syn
			wait 120s
			C isn 90000 syn
			close`, want: `
			C syn
			C syn again
			C syn again
			end capture`},
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
