package benchdata

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// pcapWriter writes little-endian pcap with microseconds.
type pcapWriter struct {
	w      *bufio.Writer
	frames int64
	bytes  int64
}

const snapLength = 262144 // tcpdump's

func newPcapWriter(w io.Writer) *pcapWriter {
	p := &pcapWriter{w: bufio.NewWriterSize(w, 1<<20)}
	var b [24]byte
	binary.LittleEndian.PutUint32(b[0:], 0xa1b2c3d4)
	binary.LittleEndian.PutUint16(b[4:], 2)
	binary.LittleEndian.PutUint16(b[6:], 4)
	binary.LittleEndian.PutUint32(b[16:], snapLength)
	binary.LittleEndian.PutUint32(b[20:], 1) // Ethernet
	p.w.Write(b[:])                          // a bufio.Writer keeps its error for Flush
	p.bytes = 24
	return p
}

// record writes a frame; at is in nanoseconds.
func (p *pcapWriter) record(at int64, frame []byte) {
	var b [16]byte
	binary.LittleEndian.PutUint32(b[0:], uint32(at/1e9))
	binary.LittleEndian.PutUint32(b[4:], uint32(at%1e9/1e3))
	binary.LittleEndian.PutUint32(b[8:], uint32(len(frame)))
	binary.LittleEndian.PutUint32(b[12:], uint32(len(frame)))
	p.w.Write(b[:])
	p.w.Write(frame)
	p.frames++
	p.bytes += int64(16 + len(frame))
}

// records reads a pcap file as this package writes it.
func records(r io.Reader, each func(seconds, micros uint32, frame []byte) error) error {
	in := bufio.NewReaderSize(r, 1<<20)
	var head [24]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(head[:]) != 0xa1b2c3d4 {
		return fmt.Errorf("this is no little-endian pcap file with microseconds")
	}
	frame := make([]byte, snapLength)
	for {
		if _, err := io.ReadFull(in, head[:16]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		n := binary.LittleEndian.Uint32(head[8:])
		if n > snapLength {
			return fmt.Errorf("a record of %d bytes", n)
		}
		if _, err := io.ReadFull(in, frame[:n]); err != nil {
			return err
		}
		if err := each(binary.LittleEndian.Uint32(head[0:]), binary.LittleEndian.Uint32(head[4:]), frame[:n]); err != nil {
			return err
		}
	}
}

// Repeat writes a generated capture n times, the times of each copy behind
// those of the one before.
func Repeat(w io.Writer, open func() (io.ReadCloser, error), n int) error {
	out := newPcapWriter(w)
	var first, last, shift int64
	for range n {
		in, err := open()
		if err != nil {
			return err
		}
		err = records(in, func(seconds, micros uint32, frame []byte) error {
			at := int64(seconds)*1e9 + int64(micros)*1e3
			if first == 0 {
				first = at
			}
			last = at
			out.record(at+shift, frame)
			return nil
		})
		in.Close()
		if err != nil {
			return err
		}
		if err := out.w.Flush(); err != nil {
			return err
		}
		shift += last - first + 1e9
	}
	return nil
}

// Pcapng writes a generated capture as pcapng: one section, one interface,
// one Enhanced Packet Block a frame, as dumpcap does.
func Pcapng(w io.Writer, r io.Reader) error {
	out := bufio.NewWriterSize(w, 1<<20)
	le := binary.LittleEndian
	var b []byte
	block := func(kind uint32, body []byte) {
		b = le.AppendUint32(b[:0], kind)
		total := uint32(12 + (len(body)+3)&^3)
		b = le.AppendUint32(b, total)
		b = append(b, body...)
		b = append(b, 0, 0, 0)[:total-4]
		b = le.AppendUint32(b, total)
		out.Write(b)
	}
	section := le.AppendUint32(nil, 0x1a2b3c4d)
	section = le.AppendUint16(section, 1)
	section = le.AppendUint16(section, 0)
	block(0x0a0d0d0a, le.AppendUint64(section, ^uint64(0)))
	iface := le.AppendUint32(nil, 1)
	block(1, le.AppendUint32(iface, snapLength))
	var packet []byte
	err := records(r, func(seconds, micros uint32, frame []byte) error {
		at := uint64(seconds)*1e6 + uint64(micros)
		packet = le.AppendUint32(packet[:0], 0)
		packet = le.AppendUint32(packet, uint32(at>>32))
		packet = le.AppendUint32(packet, uint32(at))
		packet = le.AppendUint32(packet, uint32(len(frame)))
		packet = le.AppendUint32(packet, uint32(len(frame)))
		packet = append(packet, frame...)
		block(6, packet)
		return nil
	})
	if err != nil {
		return err
	}
	return out.Flush()
}
