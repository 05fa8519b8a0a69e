package wirescript

import (
	"fmt"
	"strconv"
	"time"
)

// fate is what the words before an action say: how the wire treated its
// packets, and which header fields are not what TCP would have put there.
type fate struct {
	lose, miss, lostAfter bool // not captured and not received; not captured; captured, not received
	cross                 bool // sent without waiting for what is on its way to the sender
	noack                 bool // the receiver does not acknowledge it of itself
	forged                bool // not from the host whose address it bears
	twice                 bool // captured twice, one copy on the wire
	badChecksum           bool
	zeroLength            bool
	joined                bool          // a FIN that rides on the write before it
	whole                 bool          // one segment, whatever the MSS
	pieces                int           // segments of at most this many bytes
	fragment              int           // IP fragments of at most this many bytes
	late                  time.Duration // overtaken: this much later at capture and receiver
	filedLate             int           // this many places later in the file, time untouched
	ttl, ipid, window     *uint64
	seq, ack              int64 // added to the number that TCP would send
}

// plain says that the action needs no segment of its own.
func (f fate) plain() bool { return f == fate{} }

// fateWord reads one word before an action; ok is false where w is none.
func (f *fate) fateWord(w string, l *lexer) (ok bool, err error) {
	switch w {
	case "lose":
		f.lose = true
	case "miss":
		f.miss = true
	case "lost-after":
		f.lostAfter = true
	case "cross":
		f.cross = true
	case "noack":
		f.noack = true
	case "forged":
		f.forged = true
	case "twice":
		f.twice = true
	case "bad-checksum":
		f.badChecksum = true
	case "zero-length":
		f.zeroLength = true
	case "whole":
		f.whole = true
	case "pieces":
		f.pieces, err = l.count("a size of segments in bytes")
	case "fragment":
		f.fragment, err = l.count("a size of fragments in bytes")
	case "late":
		f.late, err = l.duration()
	case "filed-late":
		f.filedLate, err = l.count("a number of frames")
	default:
		return f.fieldWord(w, l)
	}
	return true, err
}

// fieldWord reads one word that sets a header field, before or after an action.
func (f *fate) fieldWord(w string, l *lexer) (ok bool, err error) {
	switch w {
	case "ttl":
		f.ttl, err = l.field("a TTL", 255)
	case "ipid":
		f.ipid, err = l.field("an IP-ID", 65535)
	case "window":
		f.window, err = l.field("a window", 65535)
	case "seq":
		f.seq, err = l.shift()
	case "ack":
		f.ack, err = l.shift()
	default:
		return false, nil
	}
	return true, err
}

// count is a number above 0.
func (l *lexer) count(what string) (int, error) {
	n, err := l.number(what, 1<<24)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s of 0 means nothing", what)
	}
	return int(n), err
}

func (l *lexer) field(what string, max uint64) (*uint64, error) {
	n, err := l.number(what, max)
	return &n, err
}

// shift reads +100 or -5.
func (l *lexer) shift() (int64, error) {
	w := l.word()
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil || w[0] != '+' && w[0] != '-' || n > 1<<31 || n < -1<<31 {
		return 0, fmt.Errorf("%q is not a shift like +100 or -5", w)
	}
	return n, nil
}
