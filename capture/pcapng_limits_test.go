package capture

import (
	"bytes"
	"strings"
	"testing"
)

// TestPcapngLimits: what a section may describe has a bound; what came before
// it is read, and the error names the place.
func TestPcapngLimits(t *testing.T) {
	packet := testPackets(1)[0]
	for _, test := range []struct {
		name  string
		write func(w *ngWriter)
		says  string
	}{
		{"interfaces", func(w *ngWriter) {
			for range maxInterfaces {
				w.iface(1, 0, w.endOfOptions())
			}
		}, "more than 65536 interfaces"},
		{"a block", func(w *ngWriter) { w.block(0x0bad, make([]byte, maxBlock)) }, "block"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &ngWriter{}
			w.section(little, -1)
			w.iface(1, 0, w.endOfOptions())
			w.enhanced(packet, 1)
			test.write(w)
			w.enhanced(packet, 2)
			frames, _, err := readRecords(bytes.NewReader(w.Bytes()), 4096)
			if len(frames) != 1 || err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "at offset") {
				t.Errorf("%d frames, %v", len(frames), err)
			}
		})
	}
}
