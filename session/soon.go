package session

import (
	"smtpscope/internal/prefetch"
	"smtpscope/reassembly"
)

// soonConversation and soonMachine ask for the memory of a conversation that a
// packet is on its way to: first for its own, then for what that points to.
func soonConversation(h reassembly.Handler) {
	if c, ok := h.(*conversation); ok {
		prefetch.Of(c)
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
	if s := c.story; s != nil {
		prefetch.Of(s)
	}
}
