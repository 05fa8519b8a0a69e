package gatewaylog

import (
	"cmp"
	"slices"
)

// shelf is what the books of all products share.
type shelf struct {
	options Options
	report  *Report
	emit    func(*Connection) error
	err     error
	books   []*book
	count   int
	bytes   int64
	seq     int64
	last    *conn // whom the last line went to, for "last message repeated"
	lastMsg *msg
}

func (s *shelf) newBook(p Product) *book {
	b := &book{product: p, shelf: s, conns: map[key]*conn{}, msgs: map[key]*msg{}, finish: func(*conn) {}}
	s.books = append(s.books, b)
	return b
}

// tick hands out what the log's time has gone past, and what there is no room
// for.
func (s *shelf) tick(b *book, now int64) {
	grace, idle := int64(s.options.Grace), int64(s.options.Idle)
	for c := b.waiting.front; c != nil && now-c.touched > grace; c = b.waiting.front {
		b.handOut(c)
	}
	for c := b.open.front; c != nil && now-c.touched > idle; c = b.open.front {
		b.handOut(c)
	}
	for s.count > s.options.MaxOpen || s.bytes > s.options.MaxMemory {
		if !s.giveUp() {
			return
		}
	}
}

// giveUp hands out the connection that has been silent longest: first of
// those that have ended.
func (s *shelf) giveUp() bool {
	var oldest *conn
	var from *book
	for _, waiting := range []bool{true, false} {
		for _, b := range s.books {
			l := &b.open
			if waiting {
				l = &b.waiting
			}
			if c := l.front; c != nil && (oldest == nil || c.touched < oldest.touched) {
				oldest, from = c, b
			}
		}
		if oldest != nil {
			break
		}
	}
	if oldest == nil {
		return false
	}
	if oldest.in == &from.open {
		oldest.GivenUp = true
		s.report.GivenUp++
	}
	from.handOut(oldest)
	return true
}

// handOut gives a connection to the caller and forgets it.
func (b *book) handOut(c *conn) {
	s := b.shelf
	b.finish(c)
	b.unname(c)
	for _, m := range c.messages {
		for _, k := range m.keys {
			if x := b.msgs[k]; x != nil && x.conn == c {
				delete(b.msgs, k)
			}
		}
		c.Messages = append(c.Messages, &m.Message)
	}
	c.in.remove(c)
	s.count--
	s.bytes -= c.bytes
	if s.last == c {
		s.last, s.lastMsg = nil, nil
	}
	if c.End.IsZero() {
		c.End = c.about
		if c.End.IsZero() && len(c.Lines) > 0 {
			c.End = c.Lines[len(c.Lines)-1].Time
		}
	}
	if !c.Closed && !c.Fragment && !c.quiet {
		s.report.Unfinished++
	}
	s.report.Connections++
	s.report.Messages += int64(len(c.Messages))
	t := s.report.of(b.product)
	t.Connections++
	t.Messages += int64(len(c.Messages))
	if s.err == nil {
		s.err = s.emit(&c.Connection)
	}
}

// flush hands out everything, in the order in which it began.
func (s *shelf) flush() {
	type left struct {
		c *conn
		b *book
	}
	var all []left
	for _, b := range s.books {
		for _, l := range []*connList{&b.waiting, &b.open} {
			for c := l.front; c != nil; c = c.next {
				all = append(all, left{c, b})
			}
		}
	}
	slices.SortFunc(all, func(a, b left) int { return cmp.Compare(a.c.seq, b.c.seq) })
	for _, x := range all {
		x.b.handOut(x.c)
	}
}
