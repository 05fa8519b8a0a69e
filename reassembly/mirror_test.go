package reassembly

import "testing"

func TestMirror(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "every packet twice", script: `
			C syn
			dup
			S synack
			dup ttl 63
			C
			dup
			S "220"
			dup
			C "QUIT"
			dup ttl 65
			S fin
			dup
			C fin
			dup
			S
			dup
			close`, want: `
			C syn
			C duplicate
			S synack
			S duplicate
			C established
			C duplicate
			S "220"
			S duplicate
			C "QUIT"
			C duplicate
			S fin
			S duplicate
			C fin
			C duplicate
			S duplicate
			end closed`},
		{name: "a RST twice", script: `
			open
			C rst
			dup
			close`, want: `
			open
			C rst
			C duplicate
			end closed`},
		{name: "later than a mirror, or over more than one hop", script: `
			open
			C "MAIL"
			wait 50ms
			dup
			C "RCPT"
			dup ttl 62
			close`, want: `
			open
			C "MAIL"
			C retransmission 4
			C "RCPT"
			C retransmission 4
			end capture`},
		{name: "a SYN that is repeated is answered anew", script: `
			C syn
			S id 0 synack
			dup
			C syn
			S id 0 synack
			dup
			close`, want: `
			C syn
			S synack
			S duplicate
			C syn again
			S synack again
			S duplicate
			end capture 6ms`},
		{name: "a retransmission has a new IP-ID", script: `
			open
			C "MAIL"
			C 0 "MAIL"
			close`, want: `
			open
			C "MAIL"
			C retransmission 4
			end capture`},
		{name: "three duplicate ACKs are no duplicates", script: `
			open
			C hide "MAIL"
			C "RCPT"
			S ack 0
			S ack 0
			S ack 0
			C 0 "MAIL"
			close`, want: `
			open
			C retransmission 4
			C "MAIL"
			C "RCPT"
			end capture`},
		{name: "without IP-ID: payload yes, bare ACKs only once the mirror is proven", script: `
			open
			S noid
			S noid
			S noid "220"
			dup
			S noid
			dup
			S noid "250"
			wait 5ms
			dup
			S id 0 "221"
			dup
			close`, want: `
			open
			S "220"
			S duplicate
			S duplicate
			S "250"
			S retransmission 3
			S "221"
			S duplicate
			end capture`},
	})
}

func TestOverlap(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "the same range with other content", script: `
			open
			C "MAIL"
			C 0 "EVIL"
			C "RCPT"
			close`, want: `
			open
			C "MAIL"
			C overlap 4
			C retransmission 4
			C "RCPT"
			end capture`},
		{name: "a part of what is held", script: `
			open
			C hide "MA"
			C "ILRC"
			C 4 "XXPT"
			C 0 "YYYYRC"
			C "QUIT"
			close`, want: `
			open
			C overlap 4
			C retransmission 4
			C overlap 6
			C retransmission 6
			C "YYYYRC"
			C "PT"
			C "QUIT"
			end capture`},
		{name: "across the delivered and the held", script: `
			open
			C "MAIL"
			C hide "RC"
			C "PT"
			C 2 "ILRCXX"
			close`, want: `
			open
			C "MAIL"
			C overlap 6
			C retransmission 6
			C "RCXX"
			end capture`},
		{name: "cut payload contradicts nothing", script: `
			open
			C cut 2 "MAIL"
			C 0 "MAIL"
			close`, want: `
			open
			C "MA"
			C gap 2 cut
			C retransmission 4
			end capture`},
	})
}

func TestSignals(t *testing.T) {
	runCases(t, []scriptCase{
		{name: "out of order or retransmitted, by IP-ID", script: `
			open
			C hide id 50 "A"
			C id 52 "C"
			C 0 id 51 "A"
			C hide "B"
			C id 54 "C"
			wait 1s
			C 2 id 55 "B"
			close`, want: `
			open
			C out-of-order 1
			C "A"
			C "C"
			C retransmission 1
			C "B"
			C "C"
			end capture`},
		{name: "the IP-ID wraps", script: `
			open
			C hide "A"
			C id 3 "C"
			wait 1s
			C 0 id 65530 "A"
			close`, want: `
			open
			C out-of-order 1
			C "A"
			C "C"
			end capture`},
		{name: "without IP-ID by time", script: `
			open
			C hide noid "A"
			C noid "C"
			C 0 noid "A"
			C hide noid "B"
			C noid "C"
			wait 3ms
			C 2 noid "B"
			close`, want: `
			open
			C out-of-order 1
			C "A"
			C "C"
			C retransmission 1
			C "B"
			C "C"
			end capture`},
		{name: "keep-alives, empty and with a byte", script: `
			open
			C -1
			S
			C "MAIL"
			S
			wait 75s
			C 3
			S
			C 3 "L"
			S
			C "RCPT"
			close`, want: `
			open
			C keep-alive
			C "MAIL"
			C keep-alive
			C keep-alive
			C "RCPT"
			end capture`},
		{name: "a probe of a shut window is no keep-alive", script: `
			open
			C "MAIL"
			S win 0
			wait 499ms
			C 3
			S win 0
			wait 498ms
			S win 500
			C "RCPT"
			close`, want: `
			open
			C "MAIL"
			S zero-window
			S window-open 1s
			C "RCPT"
			end capture`},
		{name: "ICMP", script: `
			open
			C +2000
			icmp C
			close`, want: `
			open
			C +2000
			C icmp
			end capture`},
		{name: "ICMP of no connection, and in answer to a SYN", script: `
			icmp C
			C syn
			icmp C
			close`, want: `
			C syn
			C icmp
			end capture`},
	})
}

// TestContentPrint: no change of a payload of up to 512 bytes goes unnoticed, nor
// of a longer one where it is longer than what lies between two words, or at the end.
func TestContentPrint(t *testing.T) {
	lengths := []int{600, 1023, 1024, 1025, 1448, 1460, 2048, 2049, 5000, 65000}
	for n := range 513 {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		run := 1
		switch {
		case n > 2048:
			run = n / 32
		case n > 1024:
			run = 32
		case n > 512:
			run = 16
		}
		data := []byte(pattern(0, n))
		whole := contentPrint(data)
		notice := func(from, to int) {
			for i := from; i < to; i++ {
				data[i] ^= 1
			}
			if contentPrint(data) == whole {
				t.Errorf("of %d bytes other ones from %d to %d go unnoticed", n, from, to)
			}
			for i := from; i < to; i++ {
				data[i] ^= 1
			}
		}
		for from := range n - run + 1 {
			notice(from, from+run)
		}
		for i := max(0, n-16); i < n; i++ {
			notice(i, i+1)
		}
	}
}
