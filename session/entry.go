package session

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"smtpscope/capture"
	"smtpscope/reassembly"
)

// A kind is an EventKind as a small number.
type kind uint8

const (
	kindSYN kind = iota + 1
	kindSYNACK
	kindEstablished
	kindProxy
	kindCommand
	kindReply
	kindContent
	kindTLS
	kindFIN
	kindRST
	kindRSTIgnored
	kindRSTVoid
	kindGap
	kindLost
	kindCut
	kindRetransmission
	kindOutOfOrder
	kindZeroWindow
	kindWindowOpen
	kindKeepAlive
	kindOverlap
	kindLate
	kindICMP
	kindNote
	kindEnd
	// kindContentEnd is no event: it says how the content ended that began as
	// event number last, counted from 1.
	kindContentEnd
)

var kindNames = [kindBits + 1]EventKind{
	kindSYN: EventSYN, kindSYNACK: EventSYNACK, kindEstablished: EventEstablished, kindProxy: EventProxy,
	kindCommand: EventCommand, kindReply: EventReply, kindContent: EventContent, kindTLS: EventTLS,
	kindFIN: EventFIN, kindRST: EventRST, kindRSTIgnored: EventRSTIgnored, kindRSTVoid: EventRSTVoid,
	kindGap: EventGap, kindLost: EventLost, kindCut: EventCut, kindRetransmission: EventRetransmission,
	kindOutOfOrder: EventOutOfOrder, kindZeroWindow: EventZeroWindow, kindWindowOpen: EventWindowOpen,
	kindKeepAlive: EventKeepAlive, kindOverlap: EventOverlap, kindLate: EventLate, kindICMP: EventICMP,
	kindNote: EventNote, kindEnd: EventEnd,
}

// Kinds is a set of kinds of events.
type Kinds uint32

// KindsOf is the set of these.
func KindsOf(kinds ...EventKind) (set Kinds) {
	for _, k := range kinds {
		set |= 1 << kindNumbers[k]
	}
	return set
}

// Has reports whether a kind is in the set.
func (set Kinds) Has(k EventKind) bool { return set&(1<<kindNumbers[k]) != 0 }

var kindNumbers = func() map[EventKind]kind {
	numbers := map[EventKind]kind{}
	for i, name := range kindNames {
		if name != "" {
			numbers[name] = kind(i)
		}
	}
	return numbers
}()

// The sides of an entry, 0 = neither sent it.
const (
	sideClient = 1 + uint8(reassembly.Client)
	sideServer = 1 + uint8(reassembly.Server)
)

var sides = [...]string{0: "", sideClient: "client", sideServer: "server"}

func sideNumber(name string) uint8 { return uint8(slices.Index(sides[:], name)) }

// An entry is an Event before it is told.
type entry struct {
	kind        kind
	side        uint8 // of sides
	frame, last int64 // last and until 0: as frame and time
	time, until capture.Time
	count       int64
	bytes       int64
	text        string
	header      *Header
}

func (e *entry) event() Event {
	return Event{Kind: kindNames[e.kind], Side: sides[e.side], Frame: e.frame, Time: e.time, Last: e.last, Until: e.until,
		Count: e.count, Bytes: e.bytes, Text: e.text, Header: e.header}
}

// How an entry is written: its kind with its side, its form, how many bytes its
// first two numbers have, and these: the differences of frame and time from
// the entry before. Then what the form says.
const (
	kindBits   = 1<<5 - 1 // of the first byte; the side stands above
	formRun    = 1 << 0   // last, until, count, bytes
	formHeader = 1 << 1   // what every packet has
	formLarge  = 1 << 2   // a header with more: the next of those that are kept apart
	formText   = 1 << 3   // length of the text, one byte
	formLong   = 1 << 4   // likewise, four bytes
)

// entryMost is how long an entry is at most without its text, and entryUsual
// that of one without a run and a header: where there is room for that much it
// can be written in place. Both have room for a number that is written with all
// its bytes.
const (
	entryUsual = 32 // 3 + 2*8 + 4, and as a power of two: no index is out of it
	entryMost  = entryUsual + 2 + 4*8 + headerLen
)

// headerLen is the length of a header as it is written.
const headerLen = 19

// A number is written as many bytes as it has but for zeros in front, and what
// stands before says how many. Both ways that is a handful of instructions
// without a branch; a varint's loop takes five times as many.

// putNumber writes v at the front of b, which has eight bytes at least, and
// says how many it used.
func putNumber(b []byte, v int64) int {
	u := uint64(v<<1) ^ uint64(v>>63) // small where v is near 0, as varints do
	binary.LittleEndian.PutUint64(b, u)
	return (bits.Len64(u) + 7) / 8
}

// number reads v back from n bytes at the front of b, which has eight at least.
func number(b []byte, n byte) int64 {
	u := binary.LittleEndian.Uint64(b) & numberMasks[n&15]
	return int64(u>>1) ^ -int64(u&1)
}

var numberMasks = [16]uint64{1: 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1, 1<<64 - 1}

// runs reports whether the entry is more than one moment.
func (e *entry) runs() bool { return e.last != e.frame || e.until != e.time || e.count|e.bytes != 0 }

// put writes the entry at the front of b, without the bytes of its text, and
// says how long it is. b has entryUsual bytes, or entryMost where the entry is
// full: it has a header, or runs.
func (e *entry) put(room []byte, frame int64, time capture.Time, full bool) int {
	b := (*[entryUsual]byte)(room)
	size := putNumber(b[3:], e.frame-frame)
	n := 3 + size
	sizes := size
	size = putNumber(b[n&15:], int64(e.time-time))
	n += size
	sizes |= size << 4
	form := byte(0)
	if full {
		form, n = e.putMore(room, n)
	}
	if long := len(e.text); long > 0 {
		if form |= formText; long < 256 && n < entryUsual {
			b[n&(entryUsual-1)] = byte(long)
			n++
		} else {
			form, n = putLong(room, form, n, long)
		}
	}
	b[0], b[1], b[2] = byte(e.kind)|e.side<<5, form, byte(sizes)
	return n
}

// putLong writes the length of a text where the usual way cannot.
func putLong(room []byte, form byte, n, long int) (byte, int) {
	if long < 256 {
		room[n] = byte(long)
		return form, n + 1
	}
	binary.LittleEndian.PutUint32(room[n:], uint32(long))
	return form ^ formText ^ formLong, n + 4
}

// putMore writes from n on what most entries have not.
func (e *entry) putMore(b []byte, n int) (form byte, end int) {
	if e.runs() {
		form = formRun
		at := n
		n += 2
		for i, v := range [...]int64{e.last - e.frame, int64(e.until - e.time), e.count, e.bytes} {
			size := putNumber(b[n:], v)
			n += size
			if i&1 == 0 {
				b[at+i/2] = byte(size)
			} else {
				b[at+i/2] |= byte(size) << 4
			}
		}
	}
	if e.header != nil {
		if f := headerForm(e.header); f == formLarge {
			form |= formLarge
		} else {
			form |= formHeader
			putHeader(b[n:], e.header)
			n += headerLen
		}
	}
	return form, n
}

// slack is how many bytes stand behind the last entry where entries are read:
// numbers are read eight bytes at a time.
const slack = 8

// kindOf is that of the entry at the front of b.
func kindOf(b []byte) kind { return kind(b[0] & kindBits) }

// read takes the entry at the front of b, which put has written, and gives what
// stands behind it. Its text lies in b. large are the headers kept apart.
func (e *Event) read(b []byte, frame int64, time capture.Time, headers *slab[Header], large *[]Header) []byte {
	form, sizes := b[1], b[2]
	e.Kind, e.Side = kindNames[kindOf(b)], sides[b[0]>>5]
	b = b[3:]
	e.Frame = frame + number(b, sizes)
	b = b[sizes&15:]
	e.Time = time + capture.Time(number(b, sizes>>4))
	b = b[sizes>>4:]
	e.Last, e.Until = e.Frame, e.Time
	e.Count, e.Bytes, e.Header, e.Text = 0, 0, nil, ""
	if form&(formRun|formHeader|formLarge) != 0 {
		b = e.readMore(b, form, headers, large)
	}
	length := 0
	switch {
	case form&formText != 0:
		length = int(b[0])
		b = b[1:]
	case form&formLong != 0:
		length = int(binary.LittleEndian.Uint32(b))
		b = b[4:]
	default:
		return b
	}
	e.Text = asText(b[:length])
	return b[length:]
}

func (e *Event) readMore(b []byte, form byte, headers *slab[Header], large *[]Header) []byte {
	if form&formRun != 0 {
		sizes := [...]byte{b[0], b[0] >> 4, b[1], b[1] >> 4}
		b = b[2:]
		var numbers [len(sizes)]int64
		for i, n := range sizes {
			numbers[i] = number(b, n)
			b = b[n&15:]
		}
		e.Last += numbers[0]
		e.Until += capture.Time(numbers[1])
		e.Count, e.Bytes = numbers[2], numbers[3]
	}
	switch {
	case form&formHeader != 0:
		e.Header = headers.put(readHeader(b))
		b = b[headerLen:]
	case form&formLarge != 0:
		e.Header = headers.put((*large)[0])
		*large = (*large)[1:]
	}
	return b
}

// headerForm says how a header is written: those of RSTs and ICMP errors have
// more to them than fits a few bytes, and are rare.
func headerForm(h *Header) byte {
	if h.Prior != nil || h.ICMP != (capture.ICMP{}) {
		return formLarge
	}
	return formHeader
}

func putHeader(b []byte, h *Header) {
	b = b[:headerLen]
	has := byte(0)
	if h.HasIPID {
		has |= 1
	}
	if h.HasTS {
		has |= 2
	}
	b[0], b[1], b[2] = h.TTL, has, byte(h.Flags)
	binary.LittleEndian.PutUint16(b[3:], h.IPID)
	binary.LittleEndian.PutUint16(b[5:], h.Window)
	binary.LittleEndian.PutUint32(b[7:], h.Seq)
	binary.LittleEndian.PutUint32(b[11:], h.Ack)
	binary.LittleEndian.PutUint32(b[15:], h.TSVal)
}

func readHeader(b []byte) Header {
	b = b[:headerLen]
	return Header{
		TTL: b[0], HasIPID: b[1]&1 != 0, HasTS: b[1]&2 != 0, Flags: capture.Flags(b[2]),
		IPID: binary.LittleEndian.Uint16(b[3:]), Window: binary.LittleEndian.Uint16(b[5:]),
		Seq: binary.LittleEndian.Uint32(b[7:]), Ack: binary.LittleEndian.Uint32(b[11:]),
		TSVal: binary.LittleEndian.Uint32(b[15:]),
	}
}
