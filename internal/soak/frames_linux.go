package main

import (
	"bytes"
	"encoding/binary"
	"strings"

	"smtpscope/internal/livetest"
)

// wire builds frames of TCP over IPv4 over Ethernet. Checksums are left out:
// nobody in the way checks them.
type wire struct {
	to    *livetest.Sender
	frame []byte
	id    uint16
	err   error
}

const (
	fin, syn, rst, psh, ack = 1, 2, 4, 8, 16
)

// end is an address and a port.
type end struct {
	ip   uint32
	port uint16
}

var server = end{0xc6336405, 25} // 198.51.100.5

// client gives the n-th address and port below 10.0.0.0/8.
func client(n int) end { return end{0x0a000000 + uint32(n/50000), uint16(1024 + n%50000)} }

func (x *wire) tcp(from, to end, seq, acked uint32, flags byte, payload []byte) {
	x.id++
	const headers = 14 + 20 + 20
	x.frame = append(x.frame[:0], make([]byte, headers)...)
	binary.BigEndian.PutUint16(x.frame[12:], 0x0800)
	ip := x.frame[14:]
	ip[0], ip[8], ip[9] = 0x45, 64, 6
	binary.BigEndian.PutUint16(ip[2:], uint16(headers-14+len(payload)))
	binary.BigEndian.PutUint16(ip[4:], x.id)
	binary.BigEndian.PutUint32(ip[12:], from.ip)
	binary.BigEndian.PutUint32(ip[16:], to.ip)
	tcp := ip[20:]
	binary.BigEndian.PutUint16(tcp[0:], from.port)
	binary.BigEndian.PutUint16(tcp[2:], to.port)
	binary.BigEndian.PutUint32(tcp[4:], seq)
	binary.BigEndian.PutUint32(tcp[8:], acked)
	tcp[12], tcp[13] = 5<<4, flags
	binary.BigEndian.PutUint16(tcp[14:], 65000)
	x.frame = append(x.frame, payload...)
	x.send(x.frame)
}

func (x *wire) send(frame []byte) {
	if x.err == nil {
		x.err = x.to.Send(frame)
	}
}

// opened plays a conversation up to 354 and gives the next sequence numbers.
func (x *wire) opened(c end) (seq, acked uint32) {
	x.tcp(c, server, 0, 0, syn, nil)
	x.tcp(server, c, 5000, 1, syn|ack, nil)
	seq, acked = 1, 5001
	x.tcp(c, server, seq, acked, ack, nil)
	for i, text := range []string{"220 mx.example ESMTP\r\n", "EHLO c.example\r\n", "250 mx.example\r\n",
		"MAIL FROM:<a@c.example>\r\n", "250 ok\r\n", "RCPT TO:<b@mx.example>\r\n", "250 ok\r\n", "DATA\r\n", "354 go\r\n"} {
		if i%2 == 0 {
			x.tcp(server, c, acked, seq, psh|ack, []byte(text))
			acked += uint32(len(text))
		} else {
			x.tcp(c, server, seq, acked, psh|ack, []byte(text))
			seq += uint32(len(text))
		}
	}
	return seq, acked
}

// content is lines that nearly fill a segment.
var content = bytes.Repeat([]byte(strings.Repeat("0123456789", 7)+"x\r\n"), 19)
