package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"strings"
)

// What makes the lining up of sessions and a log expensive: much that looks
// alike, at the same time.

// teams are sessions of one second in teams of as many as are lined up exactly,
// each team of one client; teamsLog is what Postfix says of them.
func teams(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(teamsSize) {
		seq, acked := x.opened(teammate(n), 1)
		x.tcp(teammate(n), server, seq, acked, rst, nil)
	}
	return x.close()
}

const (
	teamsSize = 40_000
	teamSize  = 28 // alignment.maxGroup
)

func teammate(n int) end { return end{0x0a000000 + uint32(n/teamSize), uint16(1024 + n%teamSize)} }

func teamsLog(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for n := range t.part(teamsSize) {
		c := teammate(n)
		from := fmt.Sprintf("c.example[10.%d.%d.%d]", c.ip>>16&255, c.ip>>8&255, c.ip&255)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[%d]: connect from %s\n", n, from)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[%d]: lost connection after DATA (0 bytes) from %s\n", n, from)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[%d]: disconnect from %s ehlo=1 mail=1 rcpt=1 data=1 commands=4\n", n, from)
	}
	return b.Flush()
}

// bulk are sessions of one client at one time with many mails each, whose
// Message-IDs are drawn from few: each mail may be one of very many, each
// session nearly any. The server tells no ids. bulkLog is what Postfix says.
func bulk(t *trial, w io.Writer) error {
	x := newWire(w)
	for n := range t.part(bulkSize) {
		c := client(n)
		seq, acked := x.opened(c, 1)
		for i, id := range drawn(n) {
			if i > 0 {
				for _, said := range [][2]string{{"MAIL FROM:<a@c.example>\r\n", "250 ok\r\n"}, {"RCPT TO:<b@mx.example>\r\n", "250 ok\r\n"}, {"DATA\r\n", "354 go\r\n"}} {
					x.say(c, server, &seq, &acked, said[0])
					x.say(server, c, &acked, &seq, said[1])
				}
			}
			x.say(c, server, &seq, &acked, fmt.Sprintf("Message-ID: <m%d@c.example>\r\n\r\nx\r\n.\r\n", id))
			x.say(server, c, &acked, &seq, "250 ok\r\n")
		}
		x.tcp(c, server, seq, acked, rst, nil)
	}
	return x.close()
}

const (
	bulkSize  = 1_000
	bulkMails = 100
	bulkNames = 400
)

// drawn are the Message-IDs of a session, by number.
func drawn(n int) []int {
	return rand.New(rand.NewSource(int64(n))).Perm(bulkNames)[:bulkMails]
}

func bulkLog(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	line := func(format string, args ...any) {
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/"+format+"\n", args...)
	}
	for n := range t.part(bulkSize) {
		line("smtpd[%d]: connect from c.example[10.0.0.0]", n)
		for i, id := range drawn(n) {
			queue := fmt.Sprintf("%X", 0xABC00000+n*bulkMails+i)
			line("smtpd[%d]: %s: client=c.example[10.0.0.0]", n, queue)
			line("cleanup[9]: %s: message-id=<m%d@c.example>", queue, id)
			line("qmgr[8]: %s: from=<a@c.example>, size=300, nrcpt=1 (queue active)", queue)
			line("qmgr[8]: %s: removed", queue)
		}
		line("smtpd[%d]: lost connection after DATA (0 bytes) from c.example[10.0.0.0]", n)
		line("smtpd[%d]: disconnect from c.example[10.0.0.0] ehlo=1 mail=%d rcpt=%d data=%d commands=%d", n, bulkMails, bulkMails, bulkMails, 3*bulkMails+1)
	}
	return b.Flush()
}

// alone is one session with one mail; echoesLog has that mail again and again,
// in lines of messages without a connection.
func alone(_ *trial, w io.Writer) error {
	x := newWire(w)
	c := client(0)
	seq, acked := x.opened(c, 1)
	x.say(c, server, &seq, &acked, "Message-ID: <m@c.example>\r\n\r\nx\r\n.\r\n")
	x.say(server, c, &acked, &seq, "250 ok\r\n")
	x.tcp(c, server, seq, acked, rst, nil)
	return x.close()
}

func echoesLog(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for n := range t.part(200_000) {
		queue := fmt.Sprintf("%X", 0xABC00000+n)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/cleanup[9]: %s: message-id=<m@c.example>\n", queue)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/qmgr[8]: %s: from=<a@c.example>, size=300, nrcpt=1 (queue active)\n", queue)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/qmgr[8]: %s: removed\n", queue)
	}
	return b.Flush()
}

// wordsLog has lines of alone's connection, each one word.
func wordsLog(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	const from = "unknown[10.0.0.0]" // client(0)
	fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[9]: connect from %s\n", from)
	word := strings.Repeat("\x01\u6f22", t.part(15_000))
	for range 250 {
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx postfix/smtpd[9]: improper command pipelining after DATA from %s: %s\n", from, word)
	}
	fmt.Fprintf(b, "2023-11-14T22:13:21+00:00 mx postfix/smtpd[9]: disconnect from %s ehlo=1 mail=1 rcpt=1 data=1 commands=4\n", from)
	return b.Flush()
}

// hostsLog is the log of a host for each session of the teams, with one line: each
// host has a clock of its own, and all want to know the sessions.
func hostsLog(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	for n := range t.part(teamsSize) {
		c := teammate(n)
		fmt.Fprintf(b, "2023-11-14T22:13:20+00:00 mx%d postfix/smtpd[%d]: connect from c.example[10.%d.%d.%d]\n", n, n, c.ip>>16&255, c.ip>>8&255, c.ip&255)
	}
	return b.Flush()
}
