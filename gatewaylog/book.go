package gatewaylog

import "slices"

// keyKind keeps the names of different things apart.
type keyKind uint8

const (
	keyConnection keyKind = iota
	keyOutbound
	keyMessage
	keyProcess
	keyPeer
)

// key names a connection or message within one product: a pid or ICID is
// unique only on its host.
type key struct {
	kind     keyKind
	host, id string
}

// conn is a connection that is still being read.
type conn struct {
	Connection
	keys     []key
	messages []*msg
	touched  int64 // log time of its last line, nanoseconds
	bytes    int64
	seq      int64
	quiet    bool   // its product logs no end: silence ends it
	about    Time   // of the last line about the connection itself
	process  string // of the server, that has it to itself; "" = not known, or shared

	prev, next *conn
	in         *connList
	state      any // the product's own
}

// msg is a message that is still being read.
type msg struct {
	Message
	conn  *conn
	keys  []key
	state any
}

// connList is a list of connections in the order of their last line.
type connList struct{ front, back *conn }

func (l *connList) push(c *conn) {
	c.in, c.prev, c.next = l, l.back, nil
	if l.back == nil {
		l.front = c
	} else {
		l.back.next = c
	}
	l.back = c
}

func (l *connList) remove(c *conn) {
	if c.prev == nil {
		l.front = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		l.back = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next, c.in = nil, nil, nil
}

// maxProcesses bounds what is remembered of processes between lines, maxAlike
// how many connections of one address are looked through to tell which of them
// a line means: the last ones.
const (
	maxProcesses = 1 << 16
	maxAlike     = 256
)

// alike appends a connection to those of its address.
func alike(list []*conn, c *conn) []*conn {
	if len(list) >= maxAlike {
		list = append(list[:0], list[1:]...)
	}
	return append(list, c)
}

// book holds the connections of one product between their first line and the
// moment they are handed out, and finds them by their names.
type book struct {
	product Product
	shelf   *shelf
	conns   map[key]*conn
	msgs    map[key]*msg
	finish  func(*conn) // the product's last look before handing out
	// begun is called when a message gets its name, for joins between products.
	begun func(host, id string, m *msg)

	hosts []string // that have named messages; bounded

	open    connList // wait for their end
	waiting connList // have ended, wait for stragglers; or have no end in the log
}

// find is the connection of that name, nil if there is none.
func (b *book) find(k key) *conn { return b.conns[k] }

// start makes a connection. One that had the name keeps its place and loses
// the name.
func (b *book) start(k key, d Direction, e *entry) *conn {
	s := b.shelf
	s.seq++
	c := &conn{seq: s.seq}
	c.Product, c.Host, c.Direction, c.Start = b.product, e.host, d, e.time
	c.ID = k.id
	s.count++
	b.open.push(c)
	b.name(c, k)
	return c
}

// name gives a connection one more name.
func (b *book) name(c *conn, k key) {
	if b.conns[k] == c {
		return
	}
	if len(c.keys) < 8 {
		b.conns[k] = c
		c.keys = append(c.keys, k)
	}
}

// unname takes the connection's names back, so that the next line of that
// name starts a new one.
func (b *book) unname(c *conn) {
	for _, k := range c.keys {
		if b.conns[k] == c {
			delete(b.conns, k)
		}
	}
	c.keys = c.keys[:0]
}

// add puts the line into the connection.
func (b *book) add(c *conn, e *entry) reason {
	if !e.time.IsZero() {
		c.touched = e.time.At.UnixNano()
	}
	l := c.in
	l.remove(c)
	l.push(c)
	b.shelf.last, b.shelf.lastMsg = c, nil
	if n := len(c.Lines); n > 0 && c.Lines[n-1] == e.line && e.line != nil {
		return taken
	}
	if len(c.Lines) >= MaxLines || c.bytes >= maxConnBytes {
		c.LinesCut++
		return overLimit
	}
	size := int64(len(e.text)) + lineOverhead
	c.bytes += size
	b.shelf.bytes += size
	c.Lines = append(c.Lines, e.keep())
	return taken
}

// tell is add for a line about the connection itself, not its messages only.
func (b *book) tell(c *conn, e *entry) reason {
	c.Fragment = false
	c.about = e.time
	return b.add(c, e)
}

// end moves a connection to those that wait for stragglers.
func (b *book) end(c *conn, e *entry) {
	c.End, c.Closed = e.time, true
	b.wait(c)
}

// wait makes a connection one that a silence of Grace ends.
func (b *book) wait(c *conn) {
	if c.in != &b.waiting {
		c.in.remove(c)
		b.waiting.push(c)
	}
}

// message makes a message of the connection, named id. One beyond maxMessages
// gets no name, or the names would stay when the connection is handed out.
func (b *book) message(c *conn, host, id string) *msg {
	m := &msg{conn: c}
	m.Product, m.ID = b.product, id
	kept := len(c.messages) < maxMessages
	if kept {
		c.messages = append(c.messages, m)
	}
	c.bytes += lineOverhead
	b.shelf.bytes += lineOverhead
	if id != "" && kept {
		b.nameMessage(m, host, id)
	}
	return m
}

// nameMessage gives a message its name, or one more.
func (b *book) nameMessage(m *msg, host, id string) {
	k := key{keyMessage, host, id}
	if len(m.keys) < 8 && b.msgs[k] != m {
		b.msgs[k] = m
		m.keys = append(m.keys, k)
	}
	if len(b.hosts) < 64 && !slices.Contains(b.hosts, host) {
		b.hosts = append(b.hosts, host)
	}
	if b.begun != nil {
		b.begun(host, id, m)
	}
}

func (b *book) findMessage(host, id string) *msg { return b.msgs[key{keyMessage, host, id}] }

// fragment is the message of that name; if it is not known, one in a
// connection of its own that no line has told of.
func (b *book) fragment(e *entry, id string) *msg {
	if m := b.findMessage(e.host, id); m != nil {
		return m
	}
	c := b.start(key{}, "", e)
	b.unname(c)
	c.Fragment = true
	b.wait(c)
	return b.message(c, e.host, id)
}

// addTo puts the line into the message and its connection.
func (b *book) addTo(m *msg, e *entry) reason {
	why := b.add(m.conn, e)
	b.shelf.lastMsg = m
	if why == taken {
		m.keepLine(e)
	}
	return why
}

func (m *msg) keepLine(e *entry) {
	if n := len(m.Lines); n == 0 || m.Lines[n-1] != e.line || e.line == nil {
		m.Lines = append(m.Lines, e.keep())
	}
}

// adopt moves a message, its names and lines, from a fragment to the
// connection that it turns out to belong to.
func (b *book) adopt(c *conn, m *msg) {
	old := m.conn
	if old == c {
		return
	}
	m.conn = c
	for _, k := range m.keys { // its own, and those of what was made of it
		if x := b.msgs[k]; x != nil && x.conn == old {
			x.conn = c
		}
	}
	if len(c.messages) < maxMessages {
		c.messages = append(c.messages, m)
		c.bytes += lineOverhead
		b.shelf.bytes += lineOverhead
	} else { // as message does
		for _, k := range m.keys {
			delete(b.msgs, k)
		}
	}
	for i, x := range old.messages {
		if x == m {
			old.messages = append(old.messages[:i], old.messages[i+1:]...)
			break
		}
	}
	if old.Fragment && len(old.messages) == 0 {
		b.takeLines(c, old.Lines)
		b.shelf.bytes -= old.bytes
		if old.Start.At.Before(c.Start.At) && !old.Start.IsZero() {
			c.Start = old.Start
		}
		b.drop(old)
	}
}

// mergeLines puts lines b among lines a and keeps the order of the log, which is
// the order of the numbers within a file. It begins at the end, near which they
// nearly always belong: a message may be taken over for each of a log's lines.
func mergeLines(a, b []*Line) []*Line {
	i, j := len(a)-1, len(b)-1
	a = append(a, b...)
	for k := len(a) - 1; i >= 0 && j >= 0; k-- {
		if b[j].before(a[i]) {
			a[k], i = a[i], i-1
		} else {
			a[k], j = b[j], j-1
		}
	}
	if i < 0 {
		copy(a, b[:j+1])
	}
	return a
}

func (l *Line) before(other *Line) bool {
	if l.File == other.File {
		return l.Number < other.Number
	}
	return l.Time.At.Before(other.Time.At)
}

// takeLines puts lines of another connection among the lines of c, as many as
// it may have.
func (b *book) takeLines(c *conn, lines []*Line) {
	room := max(MaxLines-len(c.Lines), 0)
	if c.bytes >= maxConnBytes {
		room = 0
	}
	if len(lines) > room {
		c.LinesCut += int64(len(lines) - room)
		lines = lines[:room]
	}
	c.Lines = mergeLines(c.Lines, lines)
	for _, l := range lines {
		size := int64(len(l.Text)) + lineOverhead
		c.bytes += size
		b.shelf.bytes += size
	}
}

// drop forgets a connection without handing it out: its lines went elsewhere.
func (b *book) drop(c *conn) {
	b.unname(c)
	c.in.remove(c)
	b.shelf.count--
}
