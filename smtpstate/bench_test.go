package smtpstate

import "testing"

// dialogue is a short delivery, an act a segment.
const dialogue = `
	S: 220 mx.example.com ESMTP
	C: EHLO ns.example.org
	S: 250-mx.example.com
	S: 250-SIZE 20971520
	S: 250 PIPELINING
	C: MAIL FROM:<user@example.org> SIZE=1000
	S: 250 2.1.0 Ok
	C: RCPT TO:<end_user@example.com>
	S: 250 2.1.5 Ok
	C: DATA
	S: 354 End data with <CR><LF>.<CR><LF>
	C+ From: <user@example.org>\r\nMessage-ID: <1@example.org>\r\n\r\nHello.\r\n.\r\n
	S: 250 2.0.0 Ok: queued as 6F0DDA8C
	C: QUIT
	S: 221 2.0.0 Bye
`

// BenchmarkDialogue is a whole session.
func BenchmarkDialogue(b *testing.B) {
	b.Run("new", func(b *testing.B) {
		benchmarkDialogue(b, func() *Machine { return New(nil, Limits{}) })
	})
	b.Run("store", func(b *testing.B) {
		var s Store
		var m *Machine
		benchmarkDialogue(b, func() *Machine {
			if m != nil {
				s.Release(m)
			}
			m = s.Machine(nil, Limits{})
			return m
		})
	})
}

func benchmarkDialogue(b *testing.B, machine func() *Machine) {
	s := parseScript(b, dialogue)
	acts := merge(s.acts)
	data := make([][]byte, len(acts))
	for i, a := range acts {
		data[i] = []byte(a.data)
	}
	b.ReportAllocs()
	for b.Loop() {
		m := machine()
		for i, a := range acts {
			if at := (Mark{Frame: int64(i)}); a.side == 'C' {
				m.Client(data[i], at)
			} else {
				m.Server(data[i], at)
			}
		}
		if !m.QuitsTurn() || m.Messages()[0].Reply == nil {
			b.Fatal("not read")
		}
	}
}

// BenchmarkPipelined has 1,000 commands wait, and one answered for each more.
func BenchmarkPipelined(b *testing.B) {
	for _, c := range []struct{ name, command, reply string }{
		{"RCPT", "RCPT TO:<c@d>\r\n", "250 ok\r\n"},
		{"MAIL refused", "MAIL FROM:<c@d>\r\n", "550 no\r\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := New(nil, Limits{})
			m.Server([]byte("220 mx\r\n"), Mark{})
			m.Client([]byte("EHLO x\r\n"), Mark{})
			m.Server([]byte("250 mx\r\n"), Mark{})
			m.Client([]byte("MAIL FROM:<a@b>\r\n"), Mark{})
			m.Server([]byte("250 mx\r\n"), Mark{})
			command, reply := []byte(c.command), []byte(c.reply)
			for range 990 {
				m.Client(command, Mark{})
			}
			b.ReportAllocs()
			for b.Loop() {
				m.Client(command, Mark{})
				m.Server(reply, Mark{})
			}
		})
	}
}
