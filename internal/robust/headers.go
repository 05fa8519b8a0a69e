package main

import (
	"io"
	"strings"
)

// folded are headers that make the search for a Message-ID work: values over
// thousands of lines, lines without an end, names that nearly are the one
// that is sought. Each is longer than what of a header is searched.
func folded(t *trial, w io.Writer) error {
	const size = 80 << 10
	fill := func(first, again string) string {
		return (first + strings.Repeat(again, size/len(again)+1))[:size]
	}
	headers := []string{
		fill("Message-ID:", "\r\n "),
		fill("Message-ID:\r\n", " x\r\n"),
		fill("Message-ID: <", "x"),
		fill("Message-ID:", " "),
		fill("", "Message-ID\r\n"),
		fill("Message-ID", " "),
		fill("", "\r"),
		fill("", "message-i: x\r\n"),
		fill("X:", "\r\n\t"),
		fill("Message-ID: <a\r\n", "\t<\r\n"),
	}
	x := newWire(w)
	c := client(1)
	seq, acked := x.opened(c, 1)
	for n := range t.part(4_000) {
		if n > 0 {
			for _, said := range [][2]string{{"MAIL FROM:<a@c.example>\r\n", "250 ok\r\n"}, {"RCPT TO:<b@mx.example>\r\n", "250 ok\r\n"}, {"DATA\r\n", "354 go\r\n"}} {
				x.say(c, server, &seq, &acked, said[0])
				x.say(server, c, &acked, &seq, said[1])
			}
		}
		// Some in small pieces: a header is read however it is cut.
		text, piece := headers[n%len(headers)], []int{mss, mss, mss, 7}[n/len(headers)%4]
		for len(text) > 0 {
			k := min(piece, len(text))
			x.say(c, server, &seq, &acked, text[:k])
			text = text[k:]
		}
		x.say(c, server, &seq, &acked, "\r\n\r\nx\r\n.\r\n")
		x.say(server, c, &acked, &seq, "250 ok\r\n")
	}
	return x.close()
}
