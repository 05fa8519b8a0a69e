package reassembly

import "smtpscope/capture"

// A sleeper stands for a connection that sleeps: see Assembler.rest.
type sleeper struct {
	key        flow
	hash       uint64 // of key
	rest       Asleep
	frame      int64 // Conn.First.Frame
	touched    capture.Time
	due        capture.Time // when it ends
	chained    *sleeper     // the next one in the same place of sleepers.places
	prev, next *sleeper     // in its list
	closed     bool
}

// sleepers are those that sleep.
type sleepers struct {
	n      int
	places []*sleeper // by the lowest bits of their hashes; a power of two
	closed sleepList
	silent sleepList
	spare  []*sleeper
}

// lists are all of them.
func (l *sleepers) lists() [2]*sleepList { return [...]*sleepList{&l.closed, &l.silent} }

func (l *sleepers) list(closed bool) *sleepList {
	if closed {
		return &l.closed
	}
	return &l.silent
}

func (l *sleepers) place(hash uint64) **sleeper { return &l.places[hash&uint64(len(l.places)-1)] }

// find gives who sleeps for the connection with this key, or nil.
func (l *sleepers) find(hash uint64, key *flow) *sleeper {
	if l.n == 0 {
		return nil
	}
	s := *l.place(hash)
	for s != nil && (s.hash != hash || !s.key.is(key)) {
		s = s.chained
	}
	return s
}

// put takes a sleeper in.
func (l *sleepers) put(s *sleeper) {
	if l.n == len(l.places) {
		old := l.places
		l.places = make([]*sleeper, max(2*len(old), minSlots))
		for _, s := range old {
			for s != nil {
				next := s.chained
				l.chain(s)
				s = next
			}
		}
	}
	l.chain(s)
	l.n++
	l.list(s.closed).insert(s)
}

func (l *sleepers) chain(s *sleeper) {
	p := l.place(s.hash)
	s.chained, *p = *p, s
}

// take takes a sleeper out.
func (l *sleepers) take(s *sleeper) {
	p := l.place(s.hash)
	for *p != s {
		p = &(*p).chained
	}
	*p = s.chained
	l.n--
	l.list(s.closed).remove(s)
}

// blank gives a sleeper to be filled in.
func (l *sleepers) blank() *sleeper {
	n := len(l.spare)
	if n == 0 {
		return new(sleeper)
	}
	s := l.spare[n-1]
	l.spare = l.spare[:n-1]
	return s
}

// give takes one back that stands for nobody any more.
func (l *sleepers) give(s *sleeper) {
	if *s = (sleeper{}); len(l.spare) < maxSpare {
		l.spare = append(l.spare, s)
	}
}

// sleepList holds sleepers by the moment at which they end.
type sleepList struct{ head, tail *sleeper }

// insert puts s behind all that end no later: nearly always behind all.
func (l *sleepList) insert(s *sleeper) {
	at := l.tail
	for at != nil && at.due > s.due {
		at = at.prev
	}
	if s.prev = at; at != nil {
		s.next, at.next = at.next, s
	} else {
		s.next, l.head = l.head, s
	}
	if s.next != nil {
		s.next.prev = s
	} else {
		l.tail = s
	}
}

func (l *sleepList) remove(s *sleeper) {
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		l.head = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	} else {
		l.tail = s.prev
	}
	s.prev, s.next = nil, nil
}
