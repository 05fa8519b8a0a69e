package capture

import (
	"bytes"
	"reflect"
	"testing"
)

// Two decoders that see the same frames: one decodes, the other walks.
var plainDecoder, walkingDecoder = newDecoder(), newDecoder()

// wantAsWalked holds the short way through a plain frame to the walk.
func wantAsWalked(t *testing.T, link int32, data []byte, wire int) {
	t.Helper()
	r := record{data: data, wire: wire, time: 7, link: link, frame: 3, source: 1, sourceFrame: 2, original: 5}
	d, w := plainDecoder, walkingDecoder
	d.fragments, w.fragments = defragmenter{}, defragmenter{}
	d.borrowed, w.borrowed = true, true // of the frame before
	short, long := dirty(), dirty()
	got, want := d.decode(&r, &short), w.walk(&r, &long)
	if got != want || !reflect.DeepEqual(short, long) || d.borrowed != w.borrowed {
		t.Fatalf("%d of %d bytes % x:\ndecode %v %+v\nwalk   %v %+v", len(data), wire, data, got, short, want, long)
	}
	src, dst := short.Src.Port(), short.Dst.Port()
	if d.counts.outcomes != w.counts.outcomes || counted(d, src) != counted(w, src) || counted(d, dst) != counted(w, dst) {
		t.Fatalf("% x is counted otherwise", data)
	}
}

func counted(d *decoder, port uint16) int64 {
	if piece := d.counts.tcpPorts[port>>8]; piece != nil {
		return piece[uint8(port)]
	}
	return 0
}

// TestPlainAsWalked: a plain frame gives the same by the short way as by the
// walk, whatever is done to any of its bytes, and wherever it ends.
func TestPlainAsWalked(t *testing.T) {
	for name, h := range map[string]string{
		"plain": ether4, "padded": ether4 + "0000 0000",
		"timestamps": macs + "0800 4500 0039 1a2b 4000 4006 0000 c0000201 c6336402 9c40 0019 11223344 55667788 8018 2000 0000 0000" +
			"0101080a 00000001 00000002 45484c4f 0a",
		"options": macs + "0800" + withOptions("0204 05b4 0402 080a 00000001 00000000 01 0303 07"),
	} {
		t.Run(name, func(t *testing.T) {
			whole := unhex(t, h)
			for n := range len(whole) + 1 {
				wantAsWalked(t, linkEthernet, whole[:n], len(whole))
				wantAsWalked(t, linkEthernet, whole[:n], n)
				wantAsWalked(t, linkEthernet, whole[:n], len(whole)+9)
				wantAsWalked(t, linkRaw, whole[:n], len(whole))
			}
			for i := range min(len(whole), plainLen+timestampsAloneLen) {
				for value := range 256 {
					data := bytes.Clone(whole)
					data[i] = byte(value)
					wantAsWalked(t, linkEthernet, data, len(data))
				}
			}
		})
	}
}
