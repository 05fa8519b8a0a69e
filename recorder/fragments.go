package recorder

import (
	"bytes"
	"slices"
	"time"

	"smtpscope/capture"
)

// fragments are frames whose connection is not known yet: IP fragments of
// datagrams that are not whole.
type fragments struct {
	list  []fragment
	bytes int
}

type fragment struct {
	id    capture.FragmentID
	frame capture.StoredFrame
}

// What is held of fragments at most; how long, as in capture.
const (
	fragmentsMost  = 1024
	fragmentsBytes = 4 << 20
	fragmentsTime  = 30 * time.Second
)

func (h *fragments) add(id capture.FragmentID, f capture.StoredFrame) {
	f.Data = bytes.Clone(f.Data)
	h.list = append(h.list, fragment{id, f})
	h.bytes += len(f.Data)
	n := 0
	for len(h.list)-n > fragmentsMost || h.bytes > fragmentsBytes || f.Time.Sub(h.list[n].frame.Time) > fragmentsTime {
		h.bytes -= len(h.list[n].frame.Data)
		n++
	}
	h.list = slices.Delete(h.list, 0, n) // which clears what is behind: the bytes of those that went
}

// take shows those of a datagram, in order, and lets go of them.
func (h *fragments) take(id capture.FragmentID, show func(*capture.StoredFrame)) {
	rest := h.list[:0]
	for i := range h.list {
		if h.list[i].id != id {
			rest = append(rest, h.list[i])
			continue
		}
		h.bytes -= len(h.list[i].frame.Data)
		show(&h.list[i].frame)
	}
	clear(h.list[len(rest):])
	h.list = rest
}
