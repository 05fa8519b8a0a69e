package wirescript

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"
)

// ReadFile reads a whole pcap or pcapng file, plain or compressed. It is the
// oracle's reader: written apart from capture's, for well-formed files of
// moderate size; a file cut short is an error, with the frames before the cut.
func ReadFile(path string) ([]Frame, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		b, err = unpack(b)
	}
	if err != nil {
		return nil, err
	}
	frames, err := ReadFrames(b)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return frames, err
}

// ReadFrames is ReadFile for bytes that are not compressed. The frames share
// memory with b.
func ReadFrames(b []byte) ([]Frame, error) {
	if len(b) < 24 {
		return nil, fmt.Errorf("%d bytes are not a capture", len(b))
	}
	if binary.LittleEndian.Uint32(b) == blockSection {
		return readPcapng(b)
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(b) {
		case magicMicro, magicModified:
			return readPcap(b, order, 1000)
		case magicNano:
			return readPcap(b, order, 1)
		}
	}
	return nil, fmt.Errorf("not a capture: it begins with % x", b[:4])
}

func readPcap(b []byte, order binary.ByteOrder, unit int64) ([]Frame, error) {
	header := 16
	if order.Uint32(b) == magicModified {
		header = 24
	}
	link := int(order.Uint32(b[20:]) & 0x0fffffff)
	var frames []Frame
	for at := 24; at < len(b); {
		if len(b)-at < header {
			return frames, fmt.Errorf("cut in a record's header at byte %d", at)
		}
		r := b[at:]
		n := int(order.Uint32(r[8:]))
		if n < 0 || len(r)-header < n {
			return frames, fmt.Errorf("cut in a record of %d bytes at byte %d", n, at)
		}
		frames = append(frames, Frame{
			Time: time.Unix(int64(order.Uint32(r)), int64(order.Uint32(r[4:]))*unit).UTC(),
			Link: link, Data: r[header : header+n : header+n], Wire: int(order.Uint32(r[12:])),
		})
		at += header + n
	}
	return frames, nil
}

// ngInterface is what a pcapng packet needs of its interface.
type ngInterface struct {
	link    int
	snaplen uint32
	resol   uint8
	offset  int64
}

// ngReader walks over the blocks.
type ngReader struct {
	order      binary.ByteOrder
	interfaces []ngInterface
	frames     []Frame
}

func readPcapng(b []byte) ([]Frame, error) {
	n := ngReader{order: binary.LittleEndian}
	for at := 0; at < len(b); {
		r := b[at:]
		if len(r) < 12 {
			return n.frames, fmt.Errorf("cut in a block's header at byte %d", at)
		}
		if binary.LittleEndian.Uint32(r) == blockSection {
			n.order, n.interfaces = binary.LittleEndian, nil
			if binary.BigEndian.Uint32(r[8:]) == byteOrderMagic {
				n.order = binary.BigEndian
			}
		}
		size := int(n.order.Uint32(r[4:]))
		if size < 12 || size > len(r) {
			return n.frames, fmt.Errorf("block of %d bytes at byte %d", size, at)
		}
		if err := n.block(n.order.Uint32(r), r[8:size-4]); err != nil {
			return n.frames, fmt.Errorf("block at byte %d: %w", at, err)
		}
		at += size
	}
	return n.frames, nil
}

func (n *ngReader) block(kind uint32, body []byte) error {
	switch kind {
	case blockInterface:
		if len(body) < 8 {
			return fmt.Errorf("interface block of %d bytes", len(body))
		}
		i := ngInterface{link: int(n.order.Uint16(body)), snaplen: n.order.Uint32(body[4:])}
		n.options(body[8:], &i)
		n.interfaces = append(n.interfaces, i)
	case blockPacket:
		return n.packet(body)
	case blockSimple:
		if len(body) < 4 || len(n.interfaces) == 0 {
			return fmt.Errorf("simple packet block without interface")
		}
		i, wire := n.interfaces[0], int(n.order.Uint32(body))
		size := min(len(body)-4, wire)
		if i.snaplen > 0 {
			size = min(size, int(i.snaplen))
		}
		n.frames = append(n.frames, Frame{Time: time.Unix(0, 0).UTC(), Link: i.link, Data: body[4 : 4+size], Wire: wire})
	}
	return nil
}

func (n *ngReader) options(b []byte, i *ngInterface) {
	for len(b) >= 4 {
		code, size := n.order.Uint16(b), int(n.order.Uint16(b[2:]))
		if code == 0 || len(b) < 4+size {
			return
		}
		switch {
		case code == 9 && size == 1:
			i.resol = b[4]
		case code == 14 && size == 8:
			i.offset = int64(n.order.Uint64(b[4:]))
		}
		b = b[min(len(b), 4+(size+3)&^3):]
	}
}

func (n *ngReader) packet(body []byte) error {
	if len(body) < 20 {
		return fmt.Errorf("packet block of %d bytes", len(body))
	}
	number, size := int(n.order.Uint32(body)), int(n.order.Uint32(body[12:]))
	if number >= len(n.interfaces) || size > len(body)-20 {
		return fmt.Errorf("packet of interface %d with %d bytes", number, size)
	}
	i := n.interfaces[number]
	ticks := uint64(n.order.Uint32(body[4:]))<<32 | uint64(n.order.Uint32(body[8:]))
	n.frames = append(n.frames, Frame{
		Time: ticksTime(ticks, i.resol, i.offset), Link: i.link,
		Data: body[20 : 20+size : 20+size], Wire: int(n.order.Uint32(body[16:])),
	})
	return nil
}
