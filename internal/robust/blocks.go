package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
)

// What pcapng files can hold beside packets (draft-ietf-opsawg-pcapng): blocks,
// and options in them, in any number.

const (
	sectionBlock   = 0x0a0d0d0a
	interfaceBlock = 1
	statsBlock     = 5
	packetBlock    = 6
	customBlock    = 0xbad
)

// blocks writes a pcapng file.
type blocks struct{ w *bufio.Writer }

func newBlocks(w io.Writer) *blocks { return &blocks{bufio.NewWriterSize(w, 1<<20)} }

func (b *blocks) block(kind uint32, body []byte) {
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:], kind)
	binary.LittleEndian.PutUint32(head[4:], uint32(12+len(body)))
	b.w.Write(head[:]) // an error stays with the writer
	b.w.Write(body)
	b.w.Write(head[4:])
}

func (b *blocks) section(options []byte) {
	body := make([]byte, 16, 16+len(options))
	binary.LittleEndian.PutUint32(body, 0x1a2b3c4d)
	binary.LittleEndian.PutUint16(body[4:], 1)
	binary.LittleEndian.PutUint64(body[8:], ^uint64(0))
	b.block(sectionBlock, append(body, options...))
}

func (b *blocks) iface(options []byte) {
	b.block(interfaceBlock, append([]byte{1, 0, 0, 0, 0, 0, 4, 0}, options...))
}

// packet is one of an Ethernet frame without content.
func (b *blocks) packet(iface uint32, options []byte) {
	body := make([]byte, 20+16, 20+16+len(options))
	binary.LittleEndian.PutUint32(body, iface)
	binary.LittleEndian.PutUint32(body[12:], 14)
	binary.LittleEndian.PutUint32(body[16:], 14)
	b.block(packetBlock, append(body, options...))
}

// option is one option, n times.
func option(code uint16, value string, n int) []byte {
	one := binary.LittleEndian.AppendUint16(nil, code)
	one = binary.LittleEndian.AppendUint16(one, uint16(len(value)))
	one = append(one, value...)
	one = append(one, make([]byte, -len(value)&3)...)
	return bytes.Repeat(one, n)
}

// sections are a great many sections, with an interface and a packet now and
// then.
func sections(t *trial, w io.Writer) error {
	b := newBlocks(w)
	options := append(option(1, "comment", 2), option(4, "application", 1)...)
	for n := range t.part(5_000_000) {
		b.section(options)
		if n%100 == 0 {
			b.iface(nil)
			b.packet(0, nil)
		}
	}
	return b.w.Flush()
}

// interfaces are as many as a file may describe, each with a thousand names.
func interfaces(t *trial, w io.Writer) error {
	b := newBlocks(w)
	b.section(nil)
	options := append(option(2, "eth0", 1000), option(11, "\x00tcp port 25", 1)...)
	stats := make([]byte, 12, 64)
	stats = append(stats, option(4, "\xff\xff\xff\xff\xff\xff\xff\xff", 3)...)
	for n := range t.part(65_000) {
		b.iface(options)
		b.packet(uint32(n), nil)
		binary.LittleEndian.PutUint32(stats, uint32(n))
		b.block(statsBlock, stats)
	}
	return b.w.Flush()
}

// strangers are packets of an interface that nothing describes.
func strangers(t *trial, w io.Writer) error {
	b := newBlocks(w)
	b.section(nil)
	for n := range t.part(8_000_000) {
		b.packet(uint32(n), nil)
	}
	return b.w.Flush()
}

// remarks are packets with thousands of comments each.
func remarks(t *trial, w io.Writer) error {
	b := newBlocks(w)
	b.section(nil)
	b.iface(nil)
	options := option(1, "frame", 10_000)
	for range t.part(5_000) {
		b.packet(0, options)
	}
	return b.w.Flush()
}

// hulks are blocks of the greatest length that is taken for sane, of kinds that
// are read and kinds that are not.
func hulks(t *trial, w io.Writer) error {
	b := newBlocks(w)
	b.section(nil)
	b.iface(nil)
	body := make([]byte, 16<<20-12)
	for n := range t.part(120) {
		b.block([]uint32{packetBlock, customBlock, interfaceBlock, statsBlock}[n%4], body)
	}
	return b.w.Flush()
}

// packedBlocks is a gzip of blocks that hold nothing but zeros.
func packedBlocks(t *trial, w io.Writer) error {
	z := gzip.NewWriter(w)
	b := newBlocks(z)
	b.section(nil)
	b.iface(nil)
	body := make([]byte, 1<<20)
	for range max(t.part(10<<10), 200) { // fewer may be what a capture packs to
		b.block(customBlock, body)
	}
	if err := b.w.Flush(); err != nil {
		return err
	}
	return z.Close()
}
