package reassembly

// link is a connection's place in a list. Lists are intrusive: to move a
// connection to the end costs a few writes and no memory.
type link struct {
	prev, next *Conn
	in         *list
}

// list holds connections in the order of their moments, oldest first.
type list struct {
	head, tail *Conn
	seen       *Conn // up to which rest has looked; nil = not yet
	of         func(*Conn) *link
}

func byCloses(c *Conn) *link { return &c.closes }
func byHolds(c *Conn) *link  { return &c.holds }
func byKeeps(c *Conn) *link  { return &c.keeps }

func (l *list) push(c *Conn) {
	k := l.of(c)
	*k = link{prev: l.tail, in: l}
	if l.tail != nil {
		l.of(l.tail).next = c
	} else {
		l.head = c
	}
	l.tail = c
}

func (l *list) remove(c *Conn) {
	k := l.of(c)
	if k.in != l {
		return
	}
	if l.seen == c {
		l.seen = k.prev
	}
	if k.prev != nil {
		l.of(k.prev).next = k.next
	} else {
		l.head = k.next
	}
	if k.next != nil {
		l.of(k.next).prev = k.prev
	} else {
		l.tail = k.prev
	}
	*k = link{}
}

// unseen is the first that rest has not looked at.
func (l *list) unseen() *Conn {
	if l.seen == nil {
		return l.head
	}
	return l.of(l.seen).next
}

// insert puts a connection that has closed, and slept since, back where it was:
// before those that are due later.
func (l *list) insert(c *Conn) {
	before := l.head
	for before != nil && before.due <= c.due {
		before = l.of(before).next
	}
	if before == nil {
		l.push(c)
		return
	}
	k, b := l.of(c), l.of(before)
	*k = link{prev: b.prev, next: before, in: l}
	if b.prev != nil {
		l.of(b.prev).next = c
	} else {
		l.head = c
	}
	b.prev = c
}
