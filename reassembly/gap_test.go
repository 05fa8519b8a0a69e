package reassembly

import (
	"strings"
	"testing"
)

func lines(n int, line string) string { return strings.Repeat(line+"\n", n) }

func TestGaps(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "a reply waits for the command that it answers", script: `
			open
			C hide "MAIL"
			S "250"
			C 0 ack 0 id 1 "MAIL"
			close`, want: `
			open
			C "MAIL"
			S "250"
			end capture`},
		{name: "acknowledged and missing after the count", script: `
			open
			C hide "MAIL"
			S "250"
			` + lines(15, "C ack 0") + `
			C ack 0 "RCPT"
			S "250"
			close`, want: `
			open
			C gap 4 missed
			S "250"
			C "RCPT"
			S "250"
			end capture`},
		{name: "or after the time", script: `
			open
			C hide "MAIL"
			S "250"
			C "RCPT"
			wait 1990ms
			tick
			S 0 "250"
			wait 10ms
			tick
			close`, want: `
			open
			S retransmission 3
			C gap 4 missed
			S "250"
			C "RCPT"
			end capture`},
		{name: "each gap waits for itself", limits: Limits{HoldCount: 4}, script: `
			open
			S hide "1"
			C ack 1
			S hide "2"
			C ack 2
			S 0 "1"
			S hide "3"
			C ack 3
			S 1 "2"
			S hide "4"
			C ack 4
			S 2 "3"
			S 3 "4"
			close`, want: `
			open
			S "1"
			S "2"
			S "3"
			S "4"
			end capture`},
		{name: "what comes late in many small pieces is coming", limits: Limits{HoldCount: 3}, script: `
			open
			C hide "QUIT"
			S "221"
			C 0 ack 0 "Q"
			C 1 ack 0 "U"
			C 2 ack 0 "I"
			C ack 0
			C 3 ack 0 "T"
			close`, want: `
			open
			C "Q"
			C "U"
			C "I"
			C "T"
			S "221"
			end capture`},
		{name: "a copy that acknowledges more does not hold up the first", script: `
			open
			C hide "MAIL"
			S hide "250"
			C 2 ack 3 "ILRC"
			C 0 ack 0 "MA"
			C 0 ack 3 "MAIL"
			C 2 ack 0 "IL"
			S ack 4 0 "250"
			close`, want: `
			open
			C retransmission 2
			C "MA"
			C retransmission 4
			C retransmission 2
			C "IL"
			S "250"
			C "RC"
			end capture`},
		{name: "a hole that nobody acknowledged waits for its retransmission", script: `
			open
			C hide "MAIL"
			C "RCPT"
			` + lines(20, "S ack 0") + `
			wait 60s
			C 0 "MAIL"
			S
			close`, want: `
			open
			C retransmission 4
			C "MAIL"
			C "RCPT"
			end capture`},
		{name: "and is lost at the end of the input", script: `
			open
			C hide "MAIL"
			C "RCPT"
			close`, want: `
			open
			C gap 4 lost
			C "RCPT"
			end capture`},
		{name: "partly acknowledged", script: `
			open
			C hide "MAIL"
			C "RCPT"
			S ack 3
			wait 3s
			tick
			close`, want: `
			open
			C gap 3 missed
			C gap 1 lost
			C "RCPT"
			end capture`},
		{name: "retransmission in a larger segment that brings news", script: `
			open
			C "MAIL"
			C 0 "MAILRCPT"
			C hide "DATA"
			C "QUIT"
			C 6 "PTDATAQU"
			S
			close`, want: `
			open
			C "MAIL"
			C retransmission 8
			C "RCPT"
			C retransmission 8
			C "DATAQU"
			C "IT"
			end capture`},
		{name: "the end of what one side said", script: `
			open
			C hide "MAIL"
			S
			S win 100
			wait 3s
			tick
			close`, want: `
			open
			C gap 4 missed
			end capture`},
		{name: "one byte beyond all that is known may be a FIN", script: `
			open
			C "QUIT"
			C hide fin
			S
			wait 3s
			S "221"
			wait 3s
			S "bye" fin
			close`, want: `
			open
			C "QUIT"
			S "221"
			S "bye"
			S fin
			end capture`},
		{name: "one byte that was none", script: `
			open
			C "DATA"
			C hide "."
			S
			wait 3s
			S "250"
			C "QUIT"
			S
			wait 3s
			tick
			close`, want: `
			open
			C "DATA"
			S "250"
			C gap 1 missed
			C "QUIT"
			end capture`},
		{name: "the silent side is missed in its place", limits: Limits{HoldCount: 4}, script: `
			C syn
			S hide synack
			C
			S hide "220"
			C "EHLO"
			S hide "250-"
			C "MAIL"
			S hide "250"
			C "RCPT"
			S hide +500
			C "DATA"
			C "more"
			C fin
			S hide fin
			C
			close`, want: `
			C syn
			C established
			S gap 3 missed
			C "EHLO"
			S gap 4 missed
			C "MAIL"
			S gap 3 missed
			C "RCPT"
			S gap 500 missed
			C "DATA"
			C "more"
			C fin
			end capture`},
		{name: "the silent side before the count was reached", script: `
			C syn
			S hide synack
			C
			S hide "220"
			C "EHLO"
			close`, want: `
			C syn
			C established
			S gap 3 missed
			C "EHLO"
			end capture`},
		{name: "cut by the snap length", script: `
			open
			C cut 10 +100
			C cut 0 +30
			S
			C +5
			close`, want: `
			open
			C "` + pattern(0, 10) + `"
			C gap 90 cut
			C gap 30 cut
			C "` + pattern(130, 5) + `"
			end capture`},
		{name: "cut, out of order, overlapped", script: `
			open
			C hide +10
			C cut 2 +10
			C 0 +15
			S
			close`, want: `
			open
			C retransmission 15
			C "` + pattern(0, 15) + `"
			C gap 5 cut
			end capture`},
		{name: "a FIN waits for bytes of the other side", script: `
			open
			S hide "221"
			C fin
			S 0 ack 0 id 1 "221"
			S fin
			close`, want: `
			open
			S "221"
			C fin
			S fin
			end closed`},
		{name: "sides that acknowledge one another in a circle", script: `
			open
			C ack 4 "MAIL"
			S ack 4 "250-"
			wait 3s
			tick
			close`, want: `
			open
			C "MAIL"
			S "250-"
			end capture`},
		{name: "an impossible number belongs to no stream", script: `
			open
			C 999999999 "BOGUS"
			C 0 ack 999999999 "EHLO"
			close`, want: `
			open
			C "EHLO"
			end capture`},
		{name: "reordered in the file, delivered in the order of the capture", script: `
			open
			C hide "A"
			S "1"
			C ack 0 "B"
			S ack 0 "2"
			C 0 ack 0 id 1 "A"
			close`, want: `
			open
			C out-of-order 1
			C "A"
			S "1"
			C "B"
			S "2"
			end capture`},
	})
}

func TestMidStream(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "bare ACKs alone are no connection", script: `
			C
			S
			` + lines(20, "C") + `
			close`, want: ``},
		{name: "a file out of order is sorted", script: `
			C hide "one"
			S hide "1"
			C "three" 8
			C "two" 3 ack 0
			S "2"
			C 0 ack 0 "ONE"
			wait 3s
			tick
			close`, want: `
			C retransmission 3
			C retransmission 3
			C "ONE"
			C "two"
			C gap 2 missed
			C "three"
			S "2"
			end capture`},
		{name: "the SYN is late in the file", script: `
			C hide syn
			S hide synack
			C
			S "220"
			C "EHLO"
			S synack ack 0
			C syn
			S 3 "250"
			close`, want: `
			S synack
			C established
			S "220"
			C "EHLO"
			C syn
			S "250"
			end capture`},
		{name: "begins in the middle of the content", script: `
			C hide +100000
			C +20
			C +20
			S
			wait 3s
			C "." 
			S "250"
			close`, want: `
			C +20
			C +20
			C "."
			S "250"
			end capture`},
		{name: "keep-alives before do not shift the beginning", script: `
			C hide +5000
			S hide +300
			C 4999
			S
			wait 60s
			C 4999
			S
			wait 60s
			C "NOOP"
			S "250"
			close`, want: `
			C "NOOP"
			S "250"
			end capture`},
		{name: "a keep-alive among the first", script: `
			C hide +5000
			C 4999
			S
			C "NOOP"
			S "250"
			C 5003
			close`, want: `
			C "NOOP"
			S "250"
			C keep-alive
			end capture`},
		{name: "the server speaks first", script: `
			S "250"
			C "QUIT"
			wait 3s
			S "221" fin
			C fin
			close`, want: `
			S "250"
			C "QUIT"
			S "221"
			S fin
			C fin
			end closed`},
		{name: "a lone RST", script: `
			C rst
			close`, want: `
			C rst
			end closed`},
		{name: "a lone FIN", script: `
			C fin
			close`, want: `
			C fin
			end capture`},
	})
}
