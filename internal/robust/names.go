package main

import (
	"io"
	"strings"
)

// manyNames are sessions in which the client has a name of another length each,
// and the server says nothing but what a name may begin with.
func manyNames(t *trial, w io.Writer) error {
	x := newWire(w)
	beginnings := []string{"_", "a.", "-a.", "a@", "a@[", "1.", "::", "a ", "+", "a@-"}
	for n := range t.part(4000) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		beginning := beginnings[n%len(beginnings)]
		text := strings.Repeat(beginning, 4000/len(beginning)) + "\r\n"
		x.say(c, server, &seq, &acked, "x\r\n.\r\n")
		x.say(server, c, &acked, &seq, "250 ok\r\n")
		x.say(c, server, &seq, &acked, "EHLO "+strings.Repeat("a ", n%1000/2)+"b\r\n")
		x.say(server, c, &acked, &seq, "250 ok\r\n")
		x.say(c, server, &seq, &acked, "MAIL FROM:<a@c.example>\r\n")
		x.say(server, c, &acked, &seq, "250 ok\r\n")
		x.say(c, server, &seq, &acked, "RCPT TO:<"+strings.Repeat("a", n%300)+"@mx.example>\r\n")
		x.say(server, c, &acked, &seq, "550 "+text)
		x.say(c, server, &seq, &acked, "QUIT\r\n")
		x.say(server, c, &acked, &seq, "221 bye\r\n")
	}
	return x.close()
}
