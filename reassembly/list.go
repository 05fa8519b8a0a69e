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
