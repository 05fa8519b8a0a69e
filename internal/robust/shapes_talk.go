package main

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
)

// "#" is the number of the repetition.
var (
	clientSays = []string{
		"HELO a", "EHLO a.example", "LHLO x", "MAIL FROM:<a#@x.example>", "MAIL FROM:<> SIZE=1000", "RCPT TO:<b#@y.example>",
		"RCPT TO:<b@y.example>", "DATA", "BDAT 10 LAST", "BDAT 3", "RSET", "NOOP #", "QUIT", "AUTH PLAIN AGEAYg==", "AUTH LOGIN",
		"YQ==", "*", "STARTTLS", "XCLIENT ADDR=192.0.2.#", "VRFY b", "HELP", "Subject: #", "Message-ID: <#@a>", "Message-ID: <same@a>",
		".", "..", "", "Received: by x", " folded #", "XYZZY #", "GET / HTTP/1.1", "Content-Type: multipart/mixed; boundary=#", "--#",
		strings.Repeat("x", 900), "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", "PROXY TCP4 192.0.2.3 198.51.100.6 # 25",
	}
	serverSays = []string{
		"220 mx ESMTP Postfix", "220 ready", "250 ok", "250-mx", "250-SIZE 1000", "250 CHUNKING", "250 2.0.0 Ok: queued as A#",
		"250 2.0.0 Ok: queued as SAME", "354 go", "421 4.4.2 timeout", "421 4.7.0 too many", "450 4.2.0 greylisted", "451 4.3.0 try #",
		"452 full", "500 what #", "503 bad sequence", "535 5.7.8 no", "550 5.1.1 <b#@y.example> unknown", "550 5.7.1 spam", "550-long",
		"552 too big", "554 5.7.1 blocked using zen", "221 bye", "334 VXNlcm5hbWU6", "235 ok", "", "garbage #",
		"\x15\x03\x01\x00\x02\x02\x28",
	}
	waits = []uint64{1000, 200_000, 2_000_000, 31_000_000, 300_000_000, 4_000_000_000} // microseconds
)

// An act is what one end does, and how its segment fares.
type act struct {
	fate   int
	client bool
	text   string
	wait   uint64
	n      uint32
}

func acts(r *rand.Rand) (list []act) {
	for range 1 + r.IntN(6) {
		a := act{fate: r.IntN(16), client: r.IntN(2) == 0, n: uint32(1 + r.IntN(30))}
		if a.text = serverSays[r.IntN(len(serverSays))]; a.client {
			a.text = clientSays[r.IntN(len(clientSays))]
		}
		if r.IntN(6) == 0 {
			a.wait = waits[r.IntN(len(waits))]
		}
		list = append(list, a)
	}
	return list
}

// A conn is a connection as it is written: what each end sends next.
type conn struct {
	of          end
	seq, serves uint32
}

// do writes one act.
func (x *wire) do(a *act, c *conn, i int) {
	x.now += a.wait
	from, to, mine, other := server, c.of, &c.serves, &c.seq
	if a.client {
		from, to, mine, other = c.of, server, &c.seq, &c.serves
	}
	text := strings.ReplaceAll(a.text, "#", strconv.Itoa(i)) + "\r\n"
	long := uint32(len(text))
	switch a.fate {
	case 0: // not captured
		*mine += long
	case 1: // twice
		x.tcp(from, to, *mine, *other, psh|ack, []byte(text))
		x.say(from, to, mine, other, text)
	case 2: // over other bytes
		x.tcp(from, to, *mine-a.n, *other, psh|ack, []byte(strings.Repeat("z", int(a.n))+text))
		*mine += long
	case 3: // its second half first
		x.tcp(from, to, *mine+long/2, *other, psh|ack, []byte(text[long/2:]))
		x.tcp(from, to, *mine, *other, psh|ack, []byte(text[:long/2]))
		*mine += long
	case 4:
		x.tcp(from, to, *mine, *other, rst, nil)
	case 5: // far from where it is
		x.tcp(from, to, *mine+a.n*1000, *other, rst|ack, nil)
	case 6:
		x.tcp(from, to, *mine, *other, fin|ack, nil)
		*mine += a.n % 2
	case 7: // a keep-alive
		x.tcp(from, to, *mine-1, *other, ack, []byte{'k'})
	case 8: // of long ago
		x.tcp(from, to, *mine, *other-a.n*100, ack, nil)
	default:
		x.say(from, to, mine, other, text)
	}
}

// open begins a connection, by one of three ways.
func (x *wire) open(c end, way int) conn {
	switch way {
	case 0:
		seq, acked := x.opened(c, 1)
		return conn{c, seq, acked}
	case 1:
		x.tcp(c, server, 0, 0, syn, nil)
		x.tcp(server, c, 5000, 1, syn|ack, nil)
		x.tcp(c, server, 1, 5001, ack, nil)
	}
	return conn{c, 1, 5001}
}

// talkOf is what the acts make of as many rounds: on one connection, on a new
// one each, on one that comes again by the same port, on fifty side by side, or
// from an address each.
func talkOf(r *rand.Rand, rounds int) []byte {
	list, crowd, way := acts(r), r.IntN(5), r.IntN(3)
	var out bytes.Buffer
	x := newWire(&out)
	round := func(c *conn, i int) {
		for k := range list {
			x.do(&list[k], c, i)
		}
	}
	var conns []conn
	if crowd == 0 || crowd == 3 {
		for n := range 1 + 49*(crowd/3) {
			conns = append(conns, x.open(client(n), way))
		}
	}
	for i := range rounds {
		switch crowd {
		case 0, 3:
			round(&conns[i%len(conns)], i/len(conns))
		default:
			c := x.open([]end{client(i), client(0), {0x0a000000 + uint32(i), 4000}}[crowd%3], way)
			round(&c, i)
		}
	}
	_ = x.close()
	return out.Bytes()
}
