package session

import (
	"encoding/binary"
	"slices"
	"unsafe"

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

var kindNames = [...]EventKind{
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
		if i := slices.Index(kindNames[:], k); i > 0 {
			set |= 1 << i
		}
	}
	return set
}

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

// What an entry is written with, besides its side in the two lowest bits.
const (
	formSide   = 3
	formRun    = 1 << 2 // last, until, count, bytes
	formText   = 1 << 3
	formHeader = 1 << 4 // what every packet has
	formLarge  = 1 << 5 // a header with more: the next of those that are kept apart
)

// entryMost is how long an entry is at most without its text: ten bytes for
// each number.
const entryMost = 2 + 7*binary.MaxVarintLen64 + headerLen

// headerLen is the length of a header as it is written.
const headerLen = 19

// append writes the entry behind b, without the bytes of its text: two bytes,
// and numbers as the difference from what stands before, where they are small.
func (e *entry) append(b []byte, frame int64, time capture.Time) []byte {
	form := e.side
	if e.last != e.frame || e.until != e.time || e.count != 0 || e.bytes != 0 {
		form |= formRun
	}
	if e.header != nil {
		form |= headerForm(e.header)
	}
	if e.text != "" {
		form |= formText
	}
	b = append(b, byte(e.kind), form)
	b = binary.AppendVarint(b, e.frame-frame)
	b = binary.AppendVarint(b, int64(e.time-time))
	if form&formRun != 0 {
		b = binary.AppendVarint(b, e.last-e.frame)
		b = binary.AppendVarint(b, int64(e.until-e.time))
		b = binary.AppendVarint(b, e.count)
		b = binary.AppendVarint(b, e.bytes)
	}
	if form&formHeader != 0 {
		b = appendHeader(b, e.header)
	}
	if form&formText != 0 {
		b = binary.AppendUvarint(b, uint64(len(e.text)))
	}
	return b
}

// read takes the entry at the front of b, which append has written, and gives
// what stands behind it. Its text lies in b. large are the headers kept apart.
func (e *entry) read(b []byte, frame int64, time capture.Time, headers *slab[Header], large *[]Header) []byte {
	form := b[1]
	*e = entry{kind: kind(b[0]), side: form & formSide}
	b = b[2:]
	number := func() int64 {
		v, n := binary.Varint(b)
		b = b[n:]
		return v
	}
	e.frame = frame + number()
	e.time = time + capture.Time(number())
	e.last, e.until = e.frame, e.time
	if form&formRun != 0 {
		e.last += number()
		e.until += capture.Time(number())
		e.count, e.bytes = number(), number()
	}
	switch {
	case form&formHeader != 0:
		e.header = headers.put(readHeader(b))
		b = b[headerLen:]
	case form&formLarge != 0:
		e.header = headers.put((*large)[0])
		*large = (*large)[1:]
	}
	if form&formText != 0 {
		length, n := binary.Uvarint(b)
		b = b[n:]
		e.text = unsafe.String(&b[0], length)
		b = b[length:]
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

func appendHeader(b []byte, h *Header) []byte {
	has := byte(0)
	if h.HasIPID {
		has |= 1
	}
	if h.HasTS {
		has |= 2
	}
	b = append(b, h.TTL, has, byte(h.Flags))
	b = binary.LittleEndian.AppendUint16(b, h.IPID)
	b = binary.LittleEndian.AppendUint16(b, h.Window)
	b = binary.LittleEndian.AppendUint32(b, h.Seq)
	b = binary.LittleEndian.AppendUint32(b, h.Ack)
	return binary.LittleEndian.AppendUint32(b, h.TSVal)
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
