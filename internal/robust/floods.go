package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// part is n, or that share of it which is tried.
func (t *trial) part(n int) int { return max(int(float64(n)*t.scale), 1) }

// synFlood is a SYN each from as many clients, never answered.
func synFlood(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(1_000_000) {
		x.tcp(client(n), server, uint32(n), 0, syn, nil)
	}
	return x.close()
}

// singles are connections of which one packet with payload is seen.
func singles(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(100_000) {
		x.tcp(client(n), server, 1, 1, psh|ack, []byte("MAIL FROM:<a@b.example>\r\n"))
	}
	return x.close()
}

// idle are connections that are opened, greeted, and say no more.
func idle(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(1_000_000) {
		c := client(n)
		x.tcp(c, server, 9, 0, syn, nil)
		x.tcp(server, c, 5, 10, syn|ack, nil)
		x.tcp(c, server, 10, 6, ack, nil)
		x.tcp(server, c, 6, 10, psh|ack, []byte("220 mx.example ESMTP\r\n"))
	}
	return x.close()
}

const mss = 1460

// line is content: 73 bytes, twenty of which fill a segment.
var line = []byte(strings.Repeat("0123456789", 7) + "x\r\n")

// endless is a DATA that never ends.
func endless(t *trial, w io.Writer) error {
	x := newWire(w)
	c := client(1)
	seq, acked := x.opened(c, 77)
	payload := bytes.Repeat(line, mss/len(line))
	for n := range t.part(20<<30) / (len(payload) + 70) {
		x.tcp(c, server, seq, acked, ack, payload)
		seq += uint32(len(payload)) // wraps five times
		if n%16 == 0 {
			x.tcp(server, c, acked, seq, ack, nil)
		}
	}
	return x.close()
}

// wrapped ends a message right where the sequence numbers wrap.
func wrapped(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(20_000) {
		c := client(n)
		seq, acked := x.opened(c, ^uint32(0)-uint32(n%300))
		x.tcp(c, server, seq, acked, psh|ack, []byte("x\r\n.\r\n"))
		seq += 6
		x.tcp(server, c, acked, seq, psh|ack, []byte("250 ok\r\n"))
		x.tcp(c, server, seq, acked+8, psh|ack, []byte("QUIT\r\n"))
		x.tcp(server, c, acked+8, seq+6, psh|ack|fin, []byte("221 bye\r\n"))
		x.tcp(c, server, seq+6, acked+18, ack|fin, nil)
		x.tcp(server, c, acked+18, seq+7, ack, nil)
	}
	return x.close()
}

// contradicted sends every byte three times, each time with other content, in
// segments that overlap by half.
func contradicted(t *trial, w io.Writer) error {
	x := newWire(w)
	c := client(1)
	seq, acked := x.opened(c, 1)
	for range t.part(300_000) {
		for _, letter := range []byte("abc") {
			x.tcp(c, server, seq, acked, ack, bytes.Repeat([]byte{letter}, 1000))
		}
		seq += 500
		x.tcp(server, c, acked, seq, ack, nil)
	}
	return x.close()
}

// holes leaves every second segment out, and never acknowledges one.
func holes(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(200) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		for range 5_000 {
			x.tcp(c, server, seq, acked, ack, line)
			seq += 2 * uint32(len(line))
		}
	}
	return x.close()
}

// backwards sends a stream from its end to its beginning, byte by byte.
func backwards(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(100) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		for i := 20_000; i >= 0; i-- {
			x.tcp(c, server, seq+uint32(i), acked, ack, []byte{'x'})
		}
	}
	return x.close()
}

// pipelined sends commands that nobody answers.
func pipelined(t *trial, w io.Writer) error {
	x := newWire(w)
	c := client(1)
	seq, acked := x.opened(c, 1)
	x.tcp(server, c, acked, seq, psh|ack, []byte("250 ok\r\n"))
	payload := bytes.Repeat([]byte("RCPT TO:<somebody@example.org>\r\nNOOP\r\nMAIL FROM:<>\r\n"), 24)
	for range t.part(300_000) {
		x.tcp(c, server, seq, acked, ack, payload)
		seq += uint32(len(payload))
	}
	return x.close()
}

// recipients are a thousand messages of a thousand recipients in one session,
// each refused at length.
func recipients(t *trial, w io.Writer) error {
	x := newWire(w)
	c := client(1)
	seq, acked := x.opened(c, 1)
	said := x.say
	refusal := "550 5.1.1 " + strings.Repeat("no such user here ", 60) + "\r\n"
	said(c, server, &seq, &acked, "x\r\n.\r\n")
	said(server, c, &acked, &seq, "250 ok\r\n")
	for n := range t.part(1000) {
		said(c, server, &seq, &acked, fmt.Sprintf("MAIL FROM:<a%d@c.example>\r\n", n))
		said(server, c, &acked, &seq, "250 ok\r\n")
		for to := range 1000 {
			said(c, server, &seq, &acked, fmt.Sprintf("RCPT TO:<b%d@mx.example>\r\n", to))
			said(server, c, &acked, &seq, refusal)
		}
		said(c, server, &seq, &acked, "RSET\r\n")
		said(server, c, &acked, &seq, "250 ok\r\n")
	}
	return x.close()
}

// talkative are connections that say and hear a great deal, and stay open.
func talkative(t *trial, w io.Writer) error {
	x := newWire(w)
	question := []byte("NOOP " + strings.Repeat("x", 1400) + "\r\n")
	answer := []byte("250 " + strings.Repeat("y", 1400) + "\r\n")
	for n := range t.part(4000) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		x.tcp(c, server, seq, acked, psh|ack, []byte("x\r\n.\r\n"))
		seq += 6
		x.tcp(server, c, acked, seq, psh|ack, []byte("250 ok\r\n"))
		acked += 8
		for range 300 {
			x.tcp(c, server, seq, acked, psh|ack, question)
			seq += uint32(len(question))
			x.tcp(server, c, acked, seq, psh|ack, answer)
			acked += uint32(len(answer))
		}
	}
	return x.close()
}

// unended is one command line, and one reply line, without an end.
func unended(t *trial, w io.Writer) error {
	x := newWire(w)
	c := client(1)
	x.tcp(c, server, 0, 0, syn, nil)
	x.tcp(server, c, 0, 1, syn|ack, nil)
	payload := bytes.Repeat([]byte("x"), mss)
	seq, acked := uint32(1), uint32(1)
	for range t.part(200_000) {
		x.tcp(server, c, acked, seq, ack, payload)
		acked += mss
		x.tcp(c, server, seq, acked, ack, payload)
		seq += mss
	}
	return x.close()
}

// nested are packets in packets: IP in IP as deep as the frame holds.
func nested(t *trial, w io.Writer) error {
	x := newWire(w)
	const depth = 3000
	b := make([]byte, 14+20*depth)
	binary.BigEndian.PutUint16(b[12:], 0x0800)
	for i := range depth {
		ip := b[14+20*i:]
		ip[0], ip[8], ip[9] = 0x45, 64, 4
		binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)))
	}
	head := make([]byte, 16)
	for n := range t.part(20_000) {
		binary.LittleEndian.PutUint32(head, uint32(1_700_000_000+n))
		binary.LittleEndian.PutUint32(head[8:], uint32(len(b)))
		binary.LittleEndian.PutUint32(head[12:], uint32(len(b)))
		x.write(head)
		x.write(b)
	}
	return x.close()
}

// fragments are first fragments that are never completed.
func fragments(t *trial, w io.Writer) error {
	x := newWire(w)
	b := make([]byte, 14+20+1400)
	binary.BigEndian.PutUint16(b[12:], 0x0800)
	ip := b[14:]
	ip[0], ip[8], ip[9], ip[6] = 0x45, 64, 6, 0x20
	binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)))
	head := make([]byte, 16)
	for n := range t.part(500_000) {
		binary.BigEndian.PutUint16(ip[4:], uint16(n))
		binary.BigEndian.PutUint32(ip[12:], uint32(n))
		binary.LittleEndian.PutUint32(head, uint32(1_700_000_000))
		binary.LittleEndian.PutUint32(head[8:], uint32(len(b)))
		binary.LittleEndian.PutUint32(head[12:], uint32(len(b)))
		x.write(head)
		x.write(b)
	}
	return x.close()
}

// bomb is a gzip of a header and a great many zeros.
func bomb(t *trial, w io.Writer) error {
	z := gzip.NewWriter(w)
	x := newWire(z)
	if err := x.close(); err != nil {
		return err
	}
	zeros := make([]byte, 1<<20)
	for range t.part(10 << 10) {
		if _, err := z.Write(zeros); err != nil {
			return err
		}
	}
	return z.Close()
}

// longLines is a log of lines of 100 MB.
func longLines(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for range 5 {
		fmt.Fprint(b, "Jan  2 03:04:05 mx postfix/smtpd[1]: connect from ")
		for range t.part(100) {
			b.Write(bytes.Repeat([]byte("a.example["), 100_000))
		}
		fmt.Fprintln(b)
	}
	return b.Flush()
}

// manyConnections is a log of connections that never end.
func manyConnections(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for n := range t.part(3_000_000) {
		fmt.Fprintf(b, "Jan  2 03:04:05 mx postfix/smtpd[%d]: connect from a%d.example[192.0.2.1]\n", n, n)
	}
	return b.Flush()
}

// crowd is as many deliveries from one client in the same second, broken off
// in the content; crowdLog is what Postfix says of them.
func crowd(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(crowdSize) {
		c := client(n % 50000)
		seq, acked := x.opened(c, 1)
		x.tcp(c, server, seq, acked, rst, nil)
	}
	return x.close()
}

const crowdSize = 40_000

func crowdLog(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for n := range t.part(crowdSize) {
		from := fmt.Sprintf("c.example[10.0.0.%d]", n/50000)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[%d]: connect from %s\n", n, from)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[%d]: lost connection after DATA (0 bytes) from %s\n", n, from)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[%d]: disconnect from %s ehlo=1 mail=1 rcpt=1 data=1 commands=4\n", n, from)
	}
	return b.Flush()
}

// oneConnection is a log of a single connection with a great many lines.
func oneConnection(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintln(b, "Jan  2 03:04:05 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]")
	for n := range t.part(3_000_000) {
		fmt.Fprintf(b, "Jan  2 03:04:05 mx postfix/smtpd[7]: NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 <u%d@example.org>: no; from=<a@b> to=<u%d@example.org> proto=ESMTP helo=<x>\n", n, n)
	}
	return b.Flush()
}
