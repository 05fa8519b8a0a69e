package main

import (
	"bufio"
	"encoding/binary"
	"io"
)

// A wire writes frames of TCP over IPv4 over Ethernet into a pcap file.
type wire struct {
	w     *bufio.Writer
	now   uint64 // microseconds
	frame [16 + 14 + 20 + 20]byte
	id    uint16
	err   error
}

const (
	fin, syn, rst, psh, ack = 1, 2, 4, 8, 16
)

func newWire(w io.Writer) *wire {
	x := &wire{w: bufio.NewWriterSize(w, 1<<20), now: 1_700_000_000_000_000}
	head := make([]byte, 24)
	binary.LittleEndian.PutUint32(head, 0xa1b2c3d4)
	binary.LittleEndian.PutUint16(head[4:], 2)
	binary.LittleEndian.PutUint16(head[6:], 4)
	binary.LittleEndian.PutUint32(head[16:], 262144)
	binary.LittleEndian.PutUint32(head[20:], 1)
	_, x.err = x.w.Write(head)
	return x
}

// an end is an address and a port.
type end struct {
	ip   uint32
	port uint16
}

// tcp writes one segment, a microsecond after the last.
func (x *wire) tcp(from, to end, seq, acked uint32, flags byte, payload []byte) {
	x.now++
	x.id++
	f := x.frame[:]
	n := 14 + 20 + 20 + len(payload)
	binary.LittleEndian.PutUint32(f[0:], uint32(x.now/1_000_000))
	binary.LittleEndian.PutUint32(f[4:], uint32(x.now%1_000_000))
	binary.LittleEndian.PutUint32(f[8:], uint32(n))
	binary.LittleEndian.PutUint32(f[12:], uint32(n))
	binary.BigEndian.PutUint16(f[28:], 0x0800)
	ip := f[30:]
	ip[0], ip[8], ip[9] = 0x45, 64, 6
	binary.BigEndian.PutUint16(ip[2:], uint16(n-14))
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
	x.write(f)
	x.write(payload)
}

// say writes what one end says, and moves its number. mine is what it sends
// next, other what it has heard.
func (x *wire) say(from, to end, mine, other *uint32, text string) {
	x.tcp(from, to, *mine, *other, psh|ack, []byte(text))
	*mine += uint32(len(text))
}

func (x *wire) write(b []byte) {
	if x.err == nil {
		_, x.err = x.w.Write(b)
	}
}

func (x *wire) close() error {
	if x.err == nil {
		x.err = x.w.Flush()
	}
	return x.err
}

var server = end{0xc6336405, 25}

// client gives the n-th address and port.
func client(n int) end { return end{0x0a000000 + uint32(n/50000), uint16(1024 + n%50000)} }

// opened writes a conversation up to 354 and gives the next sequence numbers.
func (x *wire) opened(c end, isn uint32) (seq, acked uint32) {
	x.tcp(c, server, isn, 0, syn, nil)
	x.tcp(server, c, 5000, isn+1, syn|ack, nil)
	seq, acked = isn+1, 5001
	x.tcp(c, server, seq, acked, ack, nil)
	said := func(from bool, text string) {
		if from {
			x.tcp(server, c, acked, seq, psh|ack, []byte(text))
			acked += uint32(len(text))
		} else {
			x.tcp(c, server, seq, acked, psh|ack, []byte(text))
			seq += uint32(len(text))
		}
	}
	said(true, "220 mx.example ESMTP\r\n")
	said(false, "EHLO c.example\r\n")
	said(true, "250 mx.example\r\n")
	said(false, "MAIL FROM:<a@c.example>\r\n")
	said(true, "250 ok\r\n")
	said(false, "RCPT TO:<b@mx.example>\r\n")
	said(true, "250 ok\r\n")
	said(false, "DATA\r\n")
	said(true, "354 go\r\n")
	return seq, acked
}
