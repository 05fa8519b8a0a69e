package capture

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"
)

// segment64 is a TCP header and 44 bytes of payload: 64 bytes, eight
// fragments of one unit.
const segment64 = `
	9c40 0019 11223344 55667788 5018 2000 0000 0000
	4d41494c 2046524f 4d3a3c61 40622e63 3e0d0a52 43505420
	544f3a3c 64406531 2e66663e 0d0a4441 54410d0a
`

// fragments4 cuts payload, n bytes each, into IPv4 packets with this
// identification. Every packet is a record of link type raw IP.
func fragments4(id uint16, proto byte, payload []byte, n int) []record {
	var list []record
	for at := 0; at < len(payload); at += n {
		end := min(at+n, len(payload))
		field := at / 8
		if end < len(payload) {
			field |= ip4MoreFragments
		}
		head := []byte{0x45, 0, 0, 0, byte(id >> 8), byte(id), byte(field >> 8), byte(field), 64, proto, 0, 0,
			192, 0, 2, 1, 198, 51, 100, 2}
		head[3] = byte(20 + end - at)
		head[2] = byte((20 + end - at) >> 8)
		list = append(list, rawIP(append(head, payload[at:end]...)))
	}
	return list
}

// fragments6 is fragments4 for IPv6.
func fragments6(id uint32, next byte, payload []byte, n int) []record {
	var list []record
	for at := 0; at < len(payload); at += n {
		end := min(at+n, len(payload))
		field := at
		if end < len(payload) {
			field |= frag6MoreFragments
		}
		p := []byte{0x60, 0, 0, 0, 0, 0, protoFragment, 63}
		p[4], p[5] = byte((8+end-at)>>8), byte(8+end-at)
		p = append(p, make([]byte, 31)...)
		p = append(p, 1, next, 0, byte(field>>8), byte(field), byte(id>>24), byte(id>>16), byte(id>>8), byte(id))
		list = append(list, rawIP(append(p, payload[at:end]...)))
	}
	return list
}

func rawIP(data []byte) record { return record{data: data, wire: len(data), link: linkRaw} }

// feed decodes records and gives a copy of the payload of each segment.
func feed(d *decoder, records []record) (payloads [][]byte) {
	var s Segment
	for i := range records {
		if d.decode(&records[i], &s) {
			payloads = append(payloads, bytes.Clone(s.Payload))
		}
	}
	return payloads
}

// In whatever order fragments come, and however often, the datagram comes out
// once and the same.
func TestFragmentsInAnyOrder(t *testing.T) {
	payload := unhex(t, segment64)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		n := 8 * (1 + round%7)
		list := fragments4(7, protoTCP, payload, n)
		if round%2 == 1 {
			list = fragments6(7, protoTCP, payload, n)
		}
		list = append(list, list[:len(list)/2]...) // some come twice
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		d := newDecoder()
		got := feed(d, list)
		if len(got) != 1 || !bytes.Equal(got[0], payload[20:]) {
			t.Fatalf("round %d: %q", round, got)
		}
		if s := d.stats(); s.FragmentOverlaps != 0 || s.Malformed != 0 || s.Fragments != int64(len(list)) {
			t.Fatalf("round %d: %+v", round, s)
		}
	}
}

func FuzzFragmentOrder(f *testing.F) {
	f.Add([]byte("some payload that is longer than one unit"), uint8(1), uint64(1), false)
	f.Fuzz(func(t *testing.T, body []byte, units uint8, seed uint64, v6 bool) {
		payload := append(unhex(t, segment64)[:20:20], body...)
		if len(payload) > maxDatagram {
			return
		}
		n := 8 * (1 + int(units))
		cut := fragments4
		var list []record
		if list = cut(9, protoTCP, payload, n); v6 {
			list = fragments6(9, protoTCP, payload, n)
		}
		if len(list) > maxPieces {
			return
		}
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		got := feed(newDecoder(), list)
		if len(got) != 1 || !bytes.Equal(got[0], body) {
			t.Fatalf("%d fragments of %d bytes: %q, not %q", len(list), n, got, body)
		}
	})
}

func TestFragmentSegment(t *testing.T) {
	list := fragments4(7, protoTCP, unhex(t, segment64), 24)
	d, s := newDecoder(), dirty()
	for i := range list {
		list[i].frame = int64(i + 1)
		if d.decode(&list[i], &s) != (i == len(list)-1) {
			t.Fatalf("after fragment %d", i)
		}
	}
	want := segment5()
	want.IPID, want.Frame = 7, 3
	want.Payload = unhex(t, segment64)[20:]
	want.Length = 44
	wantSegment(t, s, want)
	if st := d.stats(); st.Fragments != 3 || st.FragmentsHeld != 2 || st.Reassembled != 1 || st.FragmentsOpen != 0 {
		t.Errorf("%+v", st)
	}
}

// A datagram is told by addresses, protocol, identification and VLAN.
func TestFragmentsAreNotMixed(t *testing.T) {
	payload := unhex(t, segment64)
	first := func(list []record) record { return list[0] }
	second := func(list []record) record { return list[1] }
	tagged := func(vlan byte, r record) record {
		return record{link: linkEthernet, wire: len(r.data) + 18,
			data: append(append(make([]byte, 12), 0x81, 0, 0, vlan, 8, 0), r.data...)}
	}
	a := fragments4(1, protoTCP, payload, 32)
	other := fragments4(1, protoTCP, payload, 32)
	other[1].data[15] = 99
	for name, pair := range map[string][2]record{
		"identification": {first(a), second(fragments4(2, protoTCP, payload, 32))},
		"protocol":       {first(a), second(fragments4(1, protoUDP, payload, 32))},
		"address":        {first(a), second(other)},
		"VLAN":           {tagged(1, a[0]), tagged(2, a[1])},
		"version":        {first(a), second(fragments6(1, protoTCP, payload, 32))},
	} {
		d := newDecoder()
		if got := feed(d, pair[:]); got != nil || d.stats().FragmentsOpen != 2 {
			t.Errorf("%s: %q, %+v", name, got, d.stats())
		}
	}
}

func TestFragmentOverlap(t *testing.T) {
	payload := unhex(t, segment64)
	evil := bytes.Clone(payload)
	for i := 20; i < len(evil); i++ {
		evil[i] = 'X'
	}
	mix := func(cut func([]byte, int) []record) []record {
		good, bad := cut(payload, 32), cut(evil, 24)
		return []record{good[0], bad[1], good[1]} // 0-32, 24-48, 32-64
	}
	d := newDecoder()
	got := feed(d, mix(func(b []byte, n int) []record { return fragments4(1, protoTCP, b, n) }))
	want := bytes.Clone(payload[20:])
	copy(want[32-20:48-20], bytes.Repeat([]byte("X"), 16))
	if len(got) != 1 || !bytes.Equal(got[0], want) || d.stats().FragmentOverlaps != 2 {
		t.Errorf("IPv4: %q, %+v", got, d.stats())
	}

	// RFC 5722: the datagram is dropped, and so is what comes after.
	d = newDecoder()
	list := mix(func(b []byte, n int) []record { return fragments6(1, protoTCP, b, n) })
	list = append(list, fragments6(1, protoTCP, payload, 32)...)
	got = feed(d, list)
	if s := d.stats(); got != nil || s.FragmentsGivenUp != 1 || s.FragmentsOpen != 0 || s.FragmentsHeld != 5 {
		t.Errorf("IPv6: %q, %+v", got, s)
	}
	// After its time the identification is free again.
	list = fragments6(1, protoTCP, payload, 32)
	for i := range list {
		list[i].time = Time(fragmentTime) + 1
	}
	if got = feed(d, list); len(got) != 1 || d.stats().FragmentsGivenUp != 1 {
		t.Errorf("IPv6 afterwards: %q, %+v", got, d.stats())
	}
}

// A fragment that contradicts the datagram's end is left out.
func TestFragmentTwoEnds(t *testing.T) {
	payload := unhex(t, segment64)
	short := fragments4(1, protoTCP, payload[:40], 32)[1] // says that 40 is the end
	long := fragments4(1, protoTCP, payload, 32)
	d := newDecoder()
	got := feed(d, []record{long[1], short, long[0]})
	if len(got) != 1 || !bytes.Equal(got[0], payload[20:]) || d.stats().FragmentOverlaps != 1 {
		t.Errorf("%q, %+v", got, d.stats())
	}
}

func TestFragmentMalformed(t *testing.T) {
	runFrames(t, []frameCase{
		{name: "not in units of eight", link: linkRaw, count: inMalformed, hex: `
			4500 001d 0001 2000 4006 0000 c0000201 c6336402 0000000000 00000000`},
		{name: "beyond 64 KiB", link: linkRaw, count: inMalformed, hex: `
			4500 001d 0001 1fff 4006 0000 c0000201 c6336402 0000000000 00000000`},
		{name: "empty", link: linkRaw, count: inMalformed, hex: `
			4500 0014 0001 0001 4006 0000 c0000201 c6336402`},
		{name: "of a protocol that is not followed", link: linkRaw, count: ofProtocol(50), hex: `
			4500 001c 0001 2000 4032 0000 c0000201 c6336402 0000000000000000`},
		{name: "6: header cut", link: linkRaw, count: inMalformed, hex: in6(protoFragment, "0600 0001")},
	})
}

// What the snap length cut of the fragments is missing at the end.
func TestFragmentsCut(t *testing.T) {
	payload := unhex(t, segment64)
	for name, cut := range map[string]int{"first": 0, "last": 1} {
		list := fragments4(1, protoTCP, payload, 32)
		list[cut].data = list[cut].data[:20+28]
		d := newDecoder()
		var s Segment
		if d.decode(&list[1], &s) || !d.decode(&list[0], &s) {
			t.Fatalf("%s: no segment", name)
		}
		want := payload[20 : 32*cut+28]
		if s.Length != 44 || !bytes.Equal(s.Payload, want) {
			t.Errorf("%s: %d bytes, %q, not %q", name, s.Length, s.Payload, want)
		}
	}
}

func TestFragmentTime(t *testing.T) {
	for _, c := range []struct {
		apart time.Duration
		got   int
	}{
		{fragmentTime, 1}, {fragmentTime + 1, 0}, {-fragmentTime, 1}, {-fragmentTime - 1, 0},
	} {
		list := fragments4(1, protoTCP, unhex(t, segment64), 32)
		list[1].time = Time(c.apart)
		d := newDecoder()
		got := feed(d, list)
		s := d.stats()
		if len(got) != c.got || s.FragmentsGivenUp != int64(1-c.got) || s.FragmentsOpen != int64(1-c.got) {
			t.Errorf("%v apart: %d, %+v", c.apart, len(got), s)
		}
	}
}

func TestFragmentBounds(t *testing.T) {
	t.Run("datagrams", func(t *testing.T) {
		d := newDecoder()
		for id := range maxDatagrams + 10 {
			feed(d, fragments4(uint16(id), protoTCP, unhex(t, segment64), 32)[:1])
		}
		if s := d.stats(); s.FragmentsOpen != maxDatagrams || s.FragmentsGivenUp != 10 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		d := newDecoder()
		payload := make([]byte, 64000)
		const datagrams = 2 * maxFragmentBytes / 64000
		for id := range datagrams {
			list := fragments4(uint16(id), protoTCP, payload, 32000)
			feed(d, list[:1])
			if d.fragments.bytes > maxFragmentBytes {
				t.Fatalf("%d bytes held", d.fragments.bytes)
			}
		}
		if s := d.stats(); s.FragmentsGivenUp+s.FragmentsOpen != datagrams || s.FragmentsGivenUp != 0 && s.FragmentsOpen < 100 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("pieces", func(t *testing.T) {
		d := newDecoder()
		list := fragments4(1, protoTCP, make([]byte, 8*(maxPieces+10)), 8)
		if got := feed(d, list); got != nil || d.fragments.bytes != 0 || d.stats().FragmentsGivenUp != 1 {
			t.Errorf("%q, %d bytes held, %+v", got, d.fragments.bytes, d.stats())
		}
	})
}

// A tunnel's outer packets are put together, and so are those inside.
func TestFragmentsInTunnel(t *testing.T) {
	var inner []record
	for _, r := range fragments4(5, protoTCP, unhex(t, segment64), 32) {
		inner = append(inner, fragments4(uint16(10+len(inner)), protoIPv4, r.data, 16)...)
	}
	d := newDecoder()
	got := feed(d, inner)
	if len(got) != 1 || !bytes.Equal(got[0], unhex(t, segment64)[20:]) || d.stats().Reassembled != 3 {
		t.Errorf("%q, %+v", got, d.stats())
	}
}

// Datagrams inside datagrams, each of which completes the next, go no deeper
// than tunnels do.
func TestFragmentDepth(t *testing.T) {
	for levels, want := range map[int]int{maxDepth: 1, maxDepth + 1: 0} {
		d := newDecoder()
		payload, next := unhex(t, segment64), byte(protoTCP)
		var last record
		for id := range levels {
			half := (len(payload) + 15) / 16 * 8
			list := fragments6(uint32(id), next, payload, half)
			feed(d, list[:1])
			last = list[1]
			payload, next = last.data[ip6Len:], protoFragment
		}
		got := feed(d, []record{last})
		if s := d.stats(); len(got) != want || s.TooDeep != int64(1-want) || s.Reassembled != int64(levels) {
			t.Errorf("%d levels: %d segments, %+v", levels, len(got), s)
		}
	}
}
