package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math/rand"
)

// What zstd data can hold (RFC 8878), written by hand: no compressor makes it.

// zstdFrame is a frame with a window of 2^log bytes.
func zstdFrame(log int, blocks []byte) []byte {
	return append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, byte(log-10) << 3}, blocks...)
}

// The kinds of a block: its content as it is, or one byte many times.
const (
	zstdRaw = 0
	zstdRLE = 1
)

func zstdBlock(kind, size int, content []byte, last bool) []byte {
	head := uint32(size<<3 | kind<<1)
	if last {
		head |= 1
	}
	return append(binary.LittleEndian.AppendUint32(nil, head)[:3], content...)
}

// zstdBomb is ten gigabytes of zeros in blocks of four bytes.
func zstdBomb(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	b.Write(zstdFrame(27, zstdBlock(zstdRaw, 24, pcapHead(), false)))
	for range t.part(80 << 10) {
		b.Write(zstdBlock(zstdRLE, 1<<17, []byte{0}, false))
	}
	b.Write(zstdBlock(zstdRaw, 0, nil, true))
	return b.Flush()
}

// zstdWindows are frames that fill the largest window that is unpacked, with
// packets that pack as well as is just allowed.
func zstdWindows(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	padding := make([]byte, 150)
	rand.New(rand.NewSource(1)).Read(padding)
	head := make([]byte, 16)
	binary.LittleEndian.PutUint32(head[8:], uint32(1<<17+len(padding)))
	binary.LittleEndian.PutUint32(head[12:], uint32(1<<17+len(padding)))
	packets := bytes.Repeat(bytes.Join([][]byte{zstdBlock(zstdRaw, len(head), head, false), zstdBlock(zstdRLE, 1<<17, []byte{0}, false),
		zstdBlock(zstdRaw, len(padding), padding, false)}, nil), 1100)
	b.Write(zstdFrame(20, zstdBlock(zstdRaw, 24, pcapHead(), true)))
	for range t.part(40) {
		b.Write(zstdFrame(27, append(packets, zstdBlock(zstdRaw, 0, nil, true)...)))
		b.Write(zstdFrame(10, zstdBlock(zstdRaw, 0, nil, true)))
	}
	return b.Flush()
}

// zstdNothing is a great many frames, and blocks, without content, and frames
// that are to be passed over.
func zstdNothing(t *trial, w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<20)
	nothing := zstdBlock(zstdRaw, 0, nil, false)
	skipped := binary.LittleEndian.AppendUint32([]byte{0x50, 0x2a, 0x4d, 0x18}, 0)
	for range t.part(2_000_000) {
		b.Write(skipped)
		b.Write(zstdFrame(27, zstdBlock(zstdRaw, 0, nil, true)))
	}
	b.Write(zstdFrame(20, nil))
	for range t.part(6_000_000) {
		b.Write(nothing)
	}
	b.Write(zstdBlock(zstdRaw, 24, pcapHead(), true))
	return b.Flush()
}

// zstdWide asks for a window of two gigabytes, as zstd --long=31 does.
func zstdWide(_ *trial, w io.Writer) error {
	_, err := w.Write(zstdFrame(31, zstdBlock(zstdRaw, 24, pcapHead(), true)))
	return err
}

// pcapHead is the header of a pcap file.
func pcapHead() []byte {
	var b bytes.Buffer
	_ = newWire(&b).close() // a Buffer takes all
	return b.Bytes()
}
