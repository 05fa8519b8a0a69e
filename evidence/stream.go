package evidence

import (
	"slices"
	"sort"

	"smtpscope/redact"
	"smtpscope/session"
)

// What stands where something was blanked. None of them is a letter, a digit
// or a dot, so nothing that was blanked reads as a command, a reply or the end
// of a message.
const (
	blank = '#'
	// blankOther is in packets that repeat bytes with other content: that they
	// differ is evidence, and stays visible.
	blankOther = '+'
	// blankWord is in words of replies that may repeat a credential. Digits make
	// smtpscope hide such a word again, in the same way.
	blankWord = '0'
)

// run is a session.Run with what is shown of it.
type run struct {
	from, to int64
	data     []byte // what must stand there; nil = anything
	show     []byte
}

// runs are those of one kind, by their beginning.
type runs struct {
	list    []run
	longest int64
}

func (r *runs) add(one run) {
	r.list = append(r.list, one)
	r.longest = max(r.longest, one.to-one.from)
}

// over calls take for each run that overlaps [from, to).
func (r *runs) over(from, to int64, take func(*run)) {
	i := sort.Search(len(r.list), func(i int) bool { return r.list[i].from > from-r.longest-1 })
	for ; i < len(r.list) && r.list[i].from < to; i++ {
		if r.list[i].to > from {
			take(&r.list[i])
		}
	}
}

// stream is what may be shown of one side's bytes.
type stream struct {
	base  uint32
	based bool
	top   int64 // how far it was seen so far

	shown, masked, kept runs
	dots                []int64
}

// newStream prepares a side of a session. Names in what is shown are replaced
// where names is not nil.
func newStream(t *session.Trace, side int, bodies bool, names *redact.Redactor) *stream {
	s := &stream{base: t.Base[side], based: t.Based[side]}
	if side == 0 {
		s.dots = t.Dots
	}
	for _, r := range t.Runs[side] {
		switch r.Kind {
		case session.RunShown:
			s.shown.add(run{r.From, r.To, r.Data, shownText(r.Data, names)})
		case session.RunProxy:
			s.shown.add(run{r.From, r.To, r.Data, shownProxy(r.Data, names)})
		case session.RunMasked:
			s.masked.add(run{from: r.From, to: r.To})
		case session.RunOpaque:
			s.kept.add(run{from: r.From, to: r.To})
		case session.RunHandshake:
			if names == nil || !names.Kinds().Has(redact.Hosts) {
				s.kept.add(run{from: r.From, to: r.To})
			}
		case session.RunContent:
			if bodies {
				s.kept.add(run{from: r.From, to: r.To})
			}
		}
	}
	return s
}

// maxJump is how far from what was seen a sequence number may lie and still
// be one of the stream; as in reassembly.
const maxJump = 64 << 20

// place puts a sequence number into the stream; false where it is not of it.
func (s *stream) place(seq uint32) (int64, bool) {
	if !s.based {
		return 0, false
	}
	off := s.top + int64(int32(seq-s.base-uint32(s.top)))
	return off, off <= s.top+maxJump && off >= s.top-maxJump
}

// blank overwrites in b, which begins at the sequence number seq, all that may
// not be shown. with is what stands there instead. known says that b is of the
// stream in its place; else nothing of it is shown. It reports whether anything
// was changed.
func (s *stream) blank(b []byte, seq uint32, with byte, known bool) bool {
	off, of := s.place(seq)
	src := slices.Clone(b)
	for i, c := range b {
		if c != '\r' && c != '\n' && c != 0 {
			b[i] = with
		}
	}
	if !known || !of {
		return string(src) != string(b)
	}
	end := off + int64(len(b))
	s.kept.over(off, end, func(r *run) {
		from, to := max(r.from, off), min(r.to, end)
		copy(b[from-off:to-off], src[from-off:to-off])
	})
	s.masked.over(off, end, func(r *run) {
		for at := max(r.from, off); at < min(r.to, end); at++ {
			if c := src[at-off]; c != '\r' && c != '\n' {
				b[at-off] = blankWord
			}
		}
	})
	s.shown.over(off, end, func(r *run) {
		for at := max(r.from, off); at < min(r.to, end); at++ {
			if src[at-off] == r.data[at-r.from] {
				b[at-off] = r.show[at-r.from]
			}
		}
	})
	for i, _ := slices.BinarySearch(s.dots, off); i < len(s.dots) && s.dots[i] < end; i++ {
		if at := s.dots[i] - off; src[at] == '.' {
			b[at] = '.'
		}
	}
	return string(src) != string(b)
}

// reach notes how far the stream was seen.
func (s *stream) reach(seq uint32, n int) {
	if off, of := s.place(seq); of {
		s.top = max(s.top, off+int64(n))
	}
}
