package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"strings"
)

// held has as many single bytes wait behind a hole as a connection may hold,
// and behind them one segment over all of it; then it repeats the last byte
// again and again. Whoever walks over all that is held, to see what a
// repetition brings, takes its time.
func held(t *trial, w io.Writer) error {
	x := newWire(w)
	c := client(1)
	seq, acked := x.opened(c, 1)
	const pieces = 4_000
	for i := range pieces {
		x.tcp(c, server, seq+1+2*uint32(i), acked, ack, []byte{'x'})
	}
	x.tcp(c, server, seq+1, acked, ack, []byte(strings.Repeat("x", 2*pieces)))
	for range t.part(1_000_000) {
		x.tcp(c, server, seq+1+2*(pieces-1), acked, ack, []byte{'x'})
	}
	return x.close()
}

// shuffled sends streams byte by byte in no order at all, and their first byte last.
func shuffled(t *trial, w io.Writer) error {
	x := newWire(w)
	r := rand.New(rand.NewSource(1))
	for n := range t.part(100) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		for _, i := range r.Perm(20_000) {
			x.tcp(c, server, seq+1+uint32(i), acked, ack, []byte{'x'})
		}
		x.tcp(c, server, seq, acked, ack, []byte{'x'})
	}
	return x.close()
}

// shuffledOverlaps are segments of a full size that overlap each other nearly
// whole, in no order, behind a hole.
func shuffledOverlaps(t *trial, w io.Writer) error {
	x := newWire(w)
	r := rand.New(rand.NewSource(1))
	payload := []byte(strings.Repeat("x", mss))
	for n := range t.part(200) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		for _, i := range r.Perm(2_500) {
			x.tcp(c, server, seq+1+uint32(i), acked, ack, payload)
		}
		x.tcp(c, server, seq, acked, ack, []byte{'x'})
	}
	return x.close()
}

// crumbs are datagrams in fragments of 8 bytes, in no order, none completed.
func crumbs(t *trial, w io.Writer) error {
	x := newWire(w)
	r := rand.New(rand.NewSource(1))
	b := make([]byte, 14+20+8)
	binary.BigEndian.PutUint16(b[12:], 0x0800)
	ip := b[14:]
	ip[0], ip[8], ip[9] = 0x45, 64, 6
	binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)))
	head := make([]byte, 16)
	binary.LittleEndian.PutUint32(head, uint32(1_700_000_000))
	binary.LittleEndian.PutUint32(head[8:], uint32(len(b)))
	binary.LittleEndian.PutUint32(head[12:], uint32(len(b)))
	for n := range t.part(2000) {
		binary.BigEndian.PutUint32(ip[12:], uint32(n))
		for _, i := range r.Perm(1000) {
			binary.BigEndian.PutUint16(ip[6:], 0x2000|uint16(2*i))
			x.write(head)
			x.write(b)
		}
	}
	return x.close()
}

// manyMessages is a log of one connection with a great many messages.
func manyMessages(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintln(b, "Fri Jan  2 03:04:05 2026 Info: New SMTP ICID 1 interface Data 1 (192.0.2.2) address 192.0.2.1 reverse dns host a.example verified yes")
	for n := range t.part(3_000_000) {
		fmt.Fprintf(b, "Fri Jan  2 03:04:05 2026 Info: Start MID %d ICID 1\n", n)
	}
	return b.Flush()
}

// takenOver has messages that begin without a connection, and one that takes
// each of them over, as what a content filter gives back.
func takenOver(t *trial, w io.Writer) error {
	const at = "2026-01-02T03:04:05+00:00 mx postfix/"
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintln(b, at+"smtpd[9]: connect from unknown[192.0.2.9]")
	fmt.Fprintln(b, at+"smtpd[9]: NOQUEUE: client=unknown[192.0.2.9]")
	for n := range t.part(1_000_000) {
		fmt.Fprintf(b, at+"cleanup[8]: %X: message-id=<m%d@c.example>\n", 0xABC00000+n, n)
		fmt.Fprintf(b, at+"smtpd[9]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as %X; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>\n", 0xABC00000+n)
	}
	return b.Flush()
}

// manyEnds has all of a host's connections ended by each second line, and
// never one that it could tell the beginning of.
func manyEnds(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for n := range t.part(1_000_000) {
		fmt.Fprintf(b, "Jan  2 03:04:05 mx postfix/smtpd[%d]: warning: a.example[192.0.2.1]: SASL LOGIN authentication failed: x\n", n)
		fmt.Fprintf(b, "Jan  2 03:04:05 mx postfix/master[1]: terminating on signal 15\n")
	}
	return b.Flush()
}

// manyAlike are connections of one address that nothing tells apart.
func manyAlike(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for range t.part(1_000_000) {
		fmt.Fprintf(b, "2026-01-02 03:04:05 SMTP connection from [192.0.2.1] (TCP/IP connection count = 1)\n")
		fmt.Fprintf(b, "2026-01-02 03:04:05 no MAIL in SMTP connection from (x) [192.0.2.1] D=0.3s C=EHLO,QUIT\n")
	}
	return b.Flush()
}

// manyResponses are lines full of credentials.
func manyResponses(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	line := "Jan  2 03:04:05 mx postfix/smtpd[7]: improper command pipelining after EHLO from a.example[192.0.2.1]: " +
		strings.Repeat("AUTH PLAIN AGFsaWNlAHNlY3JldA== dXNlcm5hbWU= ", 1400) + "\n"
	for range t.part(4_000) {
		b.WriteString(line)
	}
	return b.Flush()
}

// resets are conversations in which each side's resets come again and again, and
// each goes on all the same: whoever looks for what provoked one of them among all
// others, and for a close before each, takes their number to the third.
func resets(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range 300 {
		c := client(n)
		seq, acked := x.opened(c, 1)
		for range t.part(1_000) {
			x.tcp(server, c, acked, 0, rst, nil)
			x.tcp(c, server, seq, acked, rst|ack, nil)
			x.say(c, server, &seq, &acked, "a line of the content\r\n")
			x.say(server, c, &acked, &seq, "250 so it goes\r\n")
		}
	}
	return x.close()
}
