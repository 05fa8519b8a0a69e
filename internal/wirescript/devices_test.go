package wirescript

import (
	"encoding/binary"
	"strings"
	"testing"
)

// TestDevices: what the header says that devices on the way do to options.
func TestDevices(t *testing.T) {
	frames := mustFrames(t, `
isn client 1000 isn server 9000
options client mss ws sack timestamps fast-open
mss-option server 1380
sack-shift server +70000
C syn
S synack
cross S text "220"
C ack
lost-after C text "aaaa"
C text "bbbb"`)
	option := func(frame int, kind byte) []byte {
		view, ok := tcpView(frames[frame])
		if !ok {
			t.Fatalf("frame %d is no TCP", frame)
		}
		o := view.tcp[20 : view.tcp[12]>>4*4]
		for len(o) > 1 && o[0] != 0 {
			switch {
			case o[0] == 1:
				o = o[1:]
				continue
			case o[0] == kind:
				return o[2:o[1]]
			}
			o = o[o[1]:]
		}
		return nil
	}
	if option(0, 34) == nil || option(1, 34) != nil {
		t.Error("Fast Open belongs into the SYN, and only there")
	}
	if client, server := option(0, 2), option(1, 2); binary.BigEndian.Uint16(client) != 1460 || binary.BigEndian.Uint16(server) != 1380 {
		t.Errorf("MSS % x and % x, want 1460 and 1380", client, server)
	}
	if !strings.HasSuffix(string(frames[2].Data), "220") {
		t.Error("with Fast Open the server speaks before the handshake's last ACK")
	}
	block := option(len(frames)-1, 5)
	if block == nil || binary.BigEndian.Uint32(block) != 1005+70000 || binary.BigEndian.Uint32(block[4:]) != 1009+70000 {
		t.Errorf("SACK block % x, want 71005 to 71009", block)
	}
}
