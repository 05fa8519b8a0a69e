package gatewaylog

import (
	"strings"
	"sync"
)

// A pattern is a line with holes, so that a table of patterns can be held
// against the vendor's documentation:
//
//	ICID {icid#} TLS success protocol {version_} cipher {cipher}
//
// {name} takes as little as it can up to the next literal text, {name#} digits,
// {name_} one word without blanks (at least one byte), {name@} an address in
// brackets and a port ("[192.0.2.1]:53024"), {name~} as much as it can up to the
// last place where the next literal text stands. A hole at the end takes the
// rest. There is no backtracking: a pattern costs one walk.
type pattern struct {
	parts []part
	names []string
}

type part struct {
	literal string // before the hole
	kind    byte   // 0 for the end without a hole; ' ' shortest, '#', '_', '@', '~'
}

const maxHoles = 10

// fields are the texts in the holes.
type fields struct {
	names []string
	text  [maxHoles]string
}

// get is the text of a hole, "" if the pattern has none of that name.
func (f *fields) get(name string) string {
	for i, n := range f.names {
		if n == name {
			return f.text[i]
		}
	}
	return ""
}

// compile panics on a malformed pattern; patterns are constants.
func compile(s string) *pattern {
	p := &pattern{}
	for {
		literal, rest, found := strings.Cut(s, "{")
		if !found {
			p.parts = append(p.parts, part{literal: s})
			return p
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			panic("gatewaylog: pattern " + s)
		}
		kind := byte(' ')
		if k := name[len(name)-1]; k == '#' || k == '_' || k == '@' || k == '~' {
			kind, name = k, name[:len(name)-1]
		}
		if literal == "" && len(p.parts) > 0 {
			panic("gatewaylog: nothing between two holes in " + s)
		}
		p.parts = append(p.parts, part{literal: literal, kind: kind})
		p.names = append(p.names, name)
		if len(p.names) > maxHoles {
			panic("gatewaylog: too many holes in " + s)
		}
		s = after
	}
}

// match holds s against the pattern and fills f.
func (p *pattern) match(s string, f *fields) bool {
	first := p.parts[0]
	if !strings.HasPrefix(s, first.literal) {
		return false
	}
	s = s[len(first.literal):]
	f.names = p.names
	for i := range p.names {
		next := p.parts[i+1]
		n, ok := hole(s, p.parts[i].kind, next.literal, next.kind == 0)
		if !ok {
			return false
		}
		f.text[i] = s[:n]
		s = s[n+len(next.literal):]
	}
	return s == ""
}

// hole finds how long a hole is, given the literal after it; atEnd says that
// the literal ends the line.
func hole(s string, kind byte, literal string, atEnd bool) (int, bool) {
	n := 0
	switch {
	case kind == '#':
		n = leadingDigits(s)
		return n, n > 0 && strings.HasPrefix(s[n:], literal) && (!atEnd || n+len(literal) == len(s))
	case atEnd:
		if !strings.HasSuffix(s, literal) {
			return 0, false
		}
		n = len(s) - len(literal)
	case kind == '~':
		n = strings.LastIndex(s, literal)
	default:
		n = strings.Index(s, literal)
	}
	if n < 0 || kind == '_' && (n == 0 || strings.IndexByte(s[:n], ' ') >= 0) {
		return 0, false
	}
	if kind == '@' && !isEnd(s[:n]) {
		return 0, false
	}
	return n, true
}

// isEnd knows one end of a connection, as postscreen writes it.
func isEnd(s string) bool {
	p := hostPeer(s)
	return strings.HasPrefix(s, "[") && p.Addr.IsValid()
}

// row is one kind of line of a product.
type row[P any] struct {
	pattern string
	// do takes the line; nil means that it is known and not about a session.
	do func(P, *entry, *fields) reason
	// example is a line body that matches this row and none before it.
	example string
}

// table is the rows of a product, those with the same first byte together. They
// are compiled when a line is first looked for: a program without a log is
// spared 7,000 allocations at its start.
type table[P any] struct {
	rows    []row[P]
	compile sync.Once
	first   [256][]compiled
}

type compiled struct {
	pattern *pattern
	row     int
}

func newTable[P any](rows []row[P]) *table[P] { return &table[P]{rows: rows} }

func (t *table[P]) compileRows() {
	for i, r := range t.rows {
		c := compiled{compile(r.pattern), i}
		lead := c.pattern.parts[0].literal
		for b := range t.first {
			if lead == "" || lead[0] == byte(b) {
				t.first[b] = append(t.first[b], c)
			}
		}
	}
}

// find is the first row that body fits, nil if none.
func (t *table[P]) find(body string, f *fields) *row[P] {
	if body == "" {
		return nil
	}
	t.compile.Do(t.compileRows)
	for _, c := range t.first[body[0]] {
		if c.pattern.match(body, f) {
			return &t.rows[c.row]
		}
	}
	return nil
}
