package session

// A page is a piece of the memory that stories are written in. Pages have one
// size, so that whichever is free serves whoever writes next, and no pointers,
// so that the garbage collector does not look into them. A session with one
// mail fills four; as events its story would take four times as much.
type page [pageBytes]byte

const pageBytes = 256

// maxPages bounds how many free ones are kept.
const maxPages = 8192

// usuallyListed is for how many pages there is room in a list that stays with a
// conversation: for a session with two mails. One that has grown goes back to the
// runtime, or in weeks all of them would have grown: each conversation has a long
// story some day.
const usuallyListed = 8

// pages are those that one story is written on. The last one is a slice and no
// *page: to slice an array the processor first looks at its beginning, which it
// has to wait for where only the place that is written next is in the cache.
type pages struct {
	last []byte // of list: a look at the list would be one more at cold memory
	free int    // bytes of the last one
	list []*page
}

// room is where the next bytes are written.
func (p *pages) room() []byte { return p.last[len(p.last)-p.free:] }

// write puts text at the end of p.
func (p *pages) write(text string, from *pool) {
	for len(text) > 0 {
		if p.free == 0 {
			p.turn(from)
		}
		n := copy(p.room(), text)
		p.free -= n
		text = text[n:]
	}
}

// turn begins another page.
//
//go:noinline
func (p *pages) turn(from *pool) {
	next := from.page()
	p.last, p.free = next[:], pageBytes
	if p.list == nil {
		p.list = make([]*page, 0, usuallyListed)
	}
	p.list = append(p.list, next)
}

// size is how many bytes were written.
func (p *pages) size() int { return len(p.list)*pageBytes - p.free }

// gather is all that was written, in one piece, in the memory of b, with slack
// behind it.
func (p *pages) gather(b []byte) []byte {
	size := p.size()
	b = b[:0]
	if cap(b) < size+slack {
		b = make([]byte, 0, max(size+slack, 4*pageBytes))
	}
	for _, page := range p.list {
		b = append(b, page[:min(size-len(b), pageBytes)]...)
	}
	return b[:size+slack]
}

// release gives the pages back.
func (p *pages) release(to *pool) {
	for i, page := range p.list {
		if len(to.pages) < maxPages {
			to.pages = append(to.pages, page)
		}
		p.list[i] = nil
	}
	*p = pages{list: p.list[:0]}
	if cap(p.list) > usuallyListed {
		p.list = nil
	}
}
