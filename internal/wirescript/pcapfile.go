package wirescript

import (
	"encoding/binary"
	"fmt"
	"io"
)

// PcapOptions choose a variant of the pcap format (draft-ietf-opsawg-pcap).
// The zero value is what tcpdump writes on a PC.
type PcapOptions struct {
	Nano      bool // nanosecond time stamps
	BigEndian bool
	Modified  bool   // Kuznetzov's variant with a longer record header
	Snaplen   uint32 // in the file header; 0 = 262144
}

func (o PcapOptions) order() binary.AppendByteOrder {
	if o.BigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// magic numbers of pcap.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34
)

// WritePcap writes frames as one pcap file. All frames must have one link type.
func WritePcap(w io.Writer, frames []Frame, o PcapOptions) error {
	order, magic := o.order(), uint32(magicMicro)
	switch {
	case o.Modified:
		magic = magicModified
	case o.Nano:
		magic = magicNano
	}
	link := LinkEthernet
	if len(frames) > 0 {
		link = frames[0].Link
	}
	b := order.AppendUint32(nil, magic)
	b = order.AppendUint16(order.AppendUint16(b, 2), 4)
	b = append(b, make([]byte, 8)...)
	b = order.AppendUint32(order.AppendUint32(b, snaplenOr(o.Snaplen)), uint32(link))
	for i, f := range frames {
		if f.Link != link {
			return fmt.Errorf("frame %d has link type %d, the file %d", i+1, f.Link, link)
		}
		b = o.appendRecord(b, f)
		if len(b) > 1<<16 {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err := w.Write(b)
	return err
}

func snaplenOr(n uint32) uint32 {
	if n == 0 {
		return 262144
	}
	return n
}

func (o PcapOptions) appendRecord(b []byte, f Frame) []byte {
	order := o.order()
	fraction := uint32(f.Time.Nanosecond())
	if !o.Nano || o.Modified {
		fraction /= 1000
	}
	b = order.AppendUint32(order.AppendUint32(b, uint32(f.Time.Unix())), fraction)
	b = order.AppendUint32(order.AppendUint32(b, uint32(len(f.Data))), uint32(f.Wire))
	if o.Modified { // interface index, protocol, packet type, padding
		b = order.AppendUint32(b, 1)
		b = append(order.AppendUint16(b, 0x0008), 0, 0)
	}
	return append(b, f.Data...)
}
