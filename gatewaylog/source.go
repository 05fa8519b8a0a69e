package gatewaylog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

// Source is one input: a file, plain or compressed, or standard input.
type Source struct {
	Name string
	// ModTime chooses the year of times that have none; zero if unknown.
	ModTime time.Time
	// Size is the file's, in octets as it stands on the disk; 0 if unknown.
	Size int64
	// Open is called several times, unless Once.
	Open func() (io.ReadCloser, error)
	// Once: the input can be read a single time (a pipe).
	Once bool
}

// Files are sources for paths; "-" is standard input. The files are not
// opened yet, but they must exist.
func Files(paths ...string) ([]Source, error) {
	var out []Source
	for _, p := range paths {
		if p == "-" {
			out = append(out, Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(os.Stdin), nil }})
			continue
		}
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: no such file", p)
		}
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return nil, fmt.Errorf("%s: is a directory; name the log files in it", p)
		}
		s := Source{Name: p, Open: func() (io.ReadCloser, error) { return os.Open(p) }}
		if s.Once = !info.Mode().IsRegular(); !s.Once {
			s.ModTime, s.Size = info.ModTime(), info.Size()
		}
		out = append(out, s)
	}
	return out, nil
}

// feed reads the entries of one source, one ahead.
type feed struct {
	source Source
	closer io.Closer
	lines  *lineReader
	clock  clock
	talks  transcripts
	talk   *hush // of the line before, if it was of a dialogue
	report *Report
	accept func(*entry) bool // wants more pieces

	entry   entry // the one to be taken next
	ok      bool
	ahead   entry // read while looking for pieces of entry
	hasNext bool
	begins  Time  // of the first stamped line, if known before opening
	first   stamp // that line's stamp
	last    int64
	ended   bool
}

// open begins to read.
func (f *feed) open() error {
	in, err := f.source.Open()
	if err != nil {
		return err
	}
	f.closer = in
	b, err := content(in)
	if err != nil {
		return err
	}
	if err := foreignTo(b); err != nil {
		return err
	}
	f.lines = &lineReader{in: b}
	return nil
}

func (f *feed) close() {
	if f.closer != nil {
		_ = f.closer.Close()
		f.closer = nil
	}
	f.ended = true
}

// peekLines is how far a file is searched for its first timestamp.
const peekLines = 200

// peek finds the first timestamp of a source that can be opened again.
func (f *feed) peek() {
	if f.source.Once {
		return
	}
	in, err := f.source.Open()
	if err != nil {
		return
	}
	defer func() { _ = in.Close() }()
	b, err := content(in)
	if err != nil {
		return
	}
	l := lineReader{in: b}
	for range peekLines {
		text, _, _, err := l.next()
		if err != nil {
			return
		}
		var e entry
		c := clock{}
		if e.parse(text, &c) {
			f.first, f.begins = c.stamp, e.time
			return
		}
	}
}

// advance reads the next entry, with the pieces of it that stand on lines of
// their own. It returns the error that ended the source, io.EOF included.
func (f *feed) advance() error {
	if f.hasNext {
		f.entry, f.hasNext = f.ahead, false
	} else if err := f.read(&f.entry); err != nil {
		f.ok = false
		return err
	}
	f.ok = true
	for f.entry.pieces < maxContinued && f.accept(&f.entry) {
		if err := f.read(&f.ahead); err != nil {
			break // found again by the next advance
		}
		a := &f.ahead
		if a.stamped || len(a.text) > maxLineBytes/maxContinued {
			f.hasNext = true
			break
		}
		f.join(a)
	}
	e := &f.entry
	if e.pieces == 0 || e.talk != nil {
		return nil
	}
	if f.accept(e); e.esaRow == e.begun { // it is what it was: nobody knows whether they belong to it
		*e = f.again(e, e.whole+" "+blanked)
	}
	return nil
}

// join appends a piece. An empty line between the pieces counts as one.
func (f *feed) join(piece *entry) {
	e := &f.entry
	if e.pieces++; e.pieces == 1 {
		e.whole, e.begun = e.text, e.esaRow
	}
	f.report.Continued++
	if piece.text == "" {
		return
	}
	if e.talk != nil { // the line break stood in what was said
		said := hushLine(e.talk, e.whom, piece.text)
		e.text, e.body = e.text+" "+said, e.body+" "+said
		return
	}

	between := " "
	if together := e.text + piece.text; redact(together) != together { // broken within a word: "Subje", "ct '…'"
		between = ""
	}
	*e = f.again(e, e.text+between+piece.text) // AUTH may stand before the break, or what begins a line of a dialogue
}

// again takes a line apart that has grown.
func (f *feed) again(e *entry, text string) entry {
	x := entry{file: e.file, number: e.number, broken: e.broken, pieces: e.pieces, whole: e.whole, begun: e.begun}
	f.parse(&x, text)
	return x
}

// read takes the next line apart.
func (f *feed) read(e *entry) error {
	text, cut, nuls, err := f.lines.next()
	if err != nil {
		return err
	}
	*e = entry{file: f.source.Name, number: f.lines.number}
	if cut {
		f.report.Cut++
	}
	e.broken = nuls && text == ""
	if !f.parse(e, text) {
		return nil
	}
	now := e.time.At.UnixNano()
	if now < f.last-int64(time.Second) {
		f.report.OutOfOrder++
	}
	f.last = now
	return nil
}

// parse takes a line apart, without what must not be shown of it, and says
// whether it has a time.
func (f *feed) parse(e *entry, text string) bool {
	stamped := e.parse(text, &f.clock)
	safe, ok := f.talks.hide(e)
	switch {
	case ok:
		f.talk = e.talk
	case f.talk != nil && !stamped && text != "": // a line of a dialogue was broken
		safe = text[:len(text)-len(strings.TrimLeft(text, " \t"))] + f.talk.hide(strings.TrimLeft(text, " \t"))
	default:
		safe, f.talk = redact(text), nil
	}
	if safe == text {
		return stamped
	}
	*e = entry{file: e.file, number: e.number, broken: e.broken, talk: e.talk, whom: e.whom, pieces: e.pieces, whole: e.whole, begun: e.begun}
	return e.parse(safe, &f.clock)
}
