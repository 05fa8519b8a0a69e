package wirescript

import "time"

// Link types as they are written into capture files
// (https://www.tcpdump.org/linktypes.html).
const (
	LinkNull     = 0
	LinkEthernet = 1
	LinkPPP      = 9
	LinkRaw      = 101
	LinkLoop     = 108
	LinkSLL      = 113
	LinkSLL2     = 276
)

// Frame is one record of a capture.
type Frame struct {
	Time time.Time // UTC
	Link int       // link type of the interface that it was captured on
	Data []byte    // what was captured; owned by the frame, rewriters copy before they write
	Wire int       // bytes on the wire; larger than len(Data) where the snap length cut it
}

// clone is f with bytes of its own.
func (f Frame) clone() Frame {
	f.Data = append([]byte(nil), f.Data...)
	return f
}
