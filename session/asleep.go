package session

import (
	"unsafe"

	"smtpscope/internal/dormant"
	"smtpscope/internal/prefetch"
	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// asleep is a conversation that sleeps. Its story and its texts stay where they are;
// all else, and its connection, is written behind the story (package dormant).
type asleep struct {
	tracker *Tracker
	texts   smtpstate.Texts
	refs    []unsafe.Pointer // the pages, then what was written refers to
	pages   int32            // how many of these are pages
	story   int32            // bytes of the story
}

// mostAsleep is up to which weight a conversation may sleep, in bytes: the time to
// write one grows faster than it does.
const mostAsleep = 32 << 10

var conversationForm = dormant.NewForm[conversation]()

// bedroom is what conversations are put to sleep and woken with.
type bedroom struct {
	writer dormant.Writer
	reader dormant.Reader
	bytes  []byte
}

// sleeper is reassembly.Config.Sleep; nil where packets are copied.
func (t *Tracker) sleeper() func(reassembly.Handler) reassembly.Asleep {
	if t.cfg.Trace {
		return nil
	}
	t.bed.reader.Room = t.pool.machines.Room
	return func(h reassembly.Handler) reassembly.Asleep {
		if c, ok := h.(*conversation); ok && c.mayRest() {
			return t.sleep(c)
		}
		return nil
	}
}

// mayRest reports whether a conversation waits for nothing that has begun.
func (c *conversation) mayRest() bool {
	return c.weight <= mostAsleep && c.tracer == nil && len(c.waiting) == 0 && len(c.proxy.held) == 0 &&
		(c.machine == nil || c.machine.MayRest())
}

// sleep writes a conversation, and takes its memory back.
func (t *Tracker) sleep(c *conversation) *asleep {
	w := &t.bed.writer
	w.Begin()
	if c.machine != nil {
		c.machine.Rest()
		c.machine.Keep(w)
	}
	c.conn.Write(w)
	w.Value(conversationForm, unsafe.Pointer(c))

	s := pop(&t.pool.asleep)
	if s == nil {
		s = new(asleep)
	}
	p := &c.told.pages
	*s = asleep{tracker: t, story: int32(p.size())}
	p.write(asText(w.Bytes), &t.pool)
	s.pages = int32(len(p.list))
	s.refs = t.pool.list(len(p.list) + len(w.Refs))
	for _, page := range p.list {
		s.refs = append(s.refs, unsafe.Pointer(page))
	}
	s.refs = append(s.refs, w.Refs...)
	if c.machine != nil {
		s.texts = c.machine.Texts()
	}
	clear(p.list)
	*p = pages{list: p.list[:0]}
	c.weight = 0 // it still weighs what it did
	t.release(c)
	return s
}

// Wake implements reassembly.Asleep.
func (s *asleep) Wake(conn *reassembly.Conn) reassembly.Handler {
	t := s.tracker
	all := s.refs[:s.pages]
	b := t.bed.bytes[:0]
	from := int(s.story)
	for i := from / pageBytes; i < len(all); i++ {
		page := (*page)(all[i])
		b = append(b, page[max(from-i*pageBytes, 0):]...)
	}
	b = append(b, make([]byte, dormant.Slack)...)
	t.bed.bytes = b

	r := &t.bed.reader
	r.Begin(b, s.refs[s.pages:])
	s.texts.Kept(r)
	conn.Read(r)
	c := t.pool.conversation()
	p := &c.told.pages
	list := p.list[:0]
	if cap(list) == 0 {
		list = make([]*page, 0, usuallyListed)
	}
	r.Value(conversationForm, unsafe.Pointer(c))
	c.tracker, c.conn, c.told.pool = t, conn, &t.pool

	keep := (int(s.story) + pageBytes - 1) / pageBytes
	for i, q := range all {
		if page := (*page)(q); i < keep {
			list = append(list, page)
		} else if len(t.pool.pages) < maxPages {
			t.pool.pages = append(t.pool.pages, page)
		}
	}
	if *p = (pages{list: list}); keep > 0 {
		p.last, p.free = list[keep-1][:], keep*pageBytes-int(s.story)
	}
	if c.machine != nil {
		t.pool.machines.Wake(c.machine, (*listener)(c))
	}
	t.pool.giveList(s.refs)
	*s = asleep{}
	push(&t.pool.asleep, s)
	return c
}

// Soon implements reassembly.Asleep.
func (s *asleep) Soon() {
	prefetch.Of(s)
	for _, q := range s.refs[:s.pages] {
		prefetch.Lines(q, pageBytes/64)
	}
}
