package session

import (
	"unsafe"

	"smtpscope/internal/prefetch"
	"smtpscope/reassembly"
)

// hotLines are the cache lines of a conversation that every packet needs.
const hotLines = (unsafe.Offsetof(conversation{}.verdict) + 63) / 64

// soonConversation and soonMachine ask for the memory of a conversation that a
// packet is on its way to: first for its own, then for what that points to.
func soonConversation(h reassembly.Handler) {
	if c, ok := h.(*conversation); ok {
		prefetch.Lines(unsafe.Pointer(c), int(hotLines))
	}
}

func soonMachine(h reassembly.Handler) {
	c, ok := h.(*conversation)
	if !ok {
		return
	}
	if c.machine != nil {
		prefetch.Of(c.machine)
	}
	if p := &c.told.pages; p.free > 0 { // where the next event is written
		prefetch.Lines(unsafe.Pointer(&p.last[pageBytes-p.free]), 1)
	}
}
