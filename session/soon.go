package session

import (
	"unsafe"

	"smtpscope/internal/prefetch"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
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
	if room := c.told.pages.room(); len(room) > 0 { // where the next event is written
		prefetch.Lines(unsafe.Pointer(&room[0]), 1)
	}
}

// soonTold, soonSaid, soonReplies and soonTexts do so for the sessions that are told
// together: nobody has touched them for as long as stragglers may come. Each round
// needs what the one before brought. 4 % of the CPU time of dialogues.
func soonTold(c *conversation) {
	prefetch.Of(c)
	prefetch.Of(c.conn)
	if c.machine != nil {
		prefetch.Of(c.machine)
	}
}

func soonSaid(c *conversation) {
	if c.machine == nil {
		return
	}
	if list := c.told.pages.list; len(list) > 0 {
		prefetch.Lines(unsafe.Pointer(&list[0]), 1)
	}
	prefetch.Of(c.machine.Greeting())
	prefetch.Of(c.machine.Hello())
	for _, m := range c.soonMessages() {
		prefetch.Of(m)
	}
}

func soonReplies(c *conversation) {
	if c.machine == nil {
		return
	}
	if h := c.machine.Hello(); h != nil {
		prefetch.Of(h.Reply)
	}
	for _, m := range c.soonMessages() {
		prefetch.Of(m.Reply)
		soonText(m.From)
		soonText(m.QueueID)
		soonText(m.MessageID)
		if n := len(m.Recipients); n > 0 {
			prefetch.Lines(unsafe.Pointer(&m.Recipients[0]), recipientLines*min(n, soonRecipients))
		}
	}
}

func soonTexts(c *conversation) {
	if c.machine == nil {
		return
	}
	for _, m := range c.soonMessages() {
		for i := range m.Recipients[:min(len(m.Recipients), soonRecipients)] {
			soonText(m.Recipients[i].Address)
		}
	}
}

// soonText asks for a text of no more than two lines.
func soonText(s string) {
	if len(s) > 0 {
		p := unsafe.Pointer(unsafe.StringData(s))
		prefetch.Two(p, unsafe.Add(p, len(s)-1))
	}
}

// Of a session that is long only so much is asked for: the rest would drive out
// what others need.
const (
	soonMails      = 4
	soonRecipients = 4
	recipientLines = (int(unsafe.Sizeof(smtpstate.Recipient{})) + 63) / 64
)

func (c *conversation) soonMessages() []*smtpstate.Message {
	all := c.machine.Messages()
	return all[:min(len(all), soonMails)]
}
