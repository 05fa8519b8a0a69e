package smtpstate

import "bytes"

// dotState is where the scanner for the end of content stands (RFC 5321
// section 4.5.2). Only CRLF makes a line, so only "CRLF.CRLF" ends.
type dotState uint8

const (
	atStart   dotState = iota // behind CRLF, or at the very beginning
	inLine                    // inside a line
	atDot                     // "." at the start of a line: stuffed, or the end
	atDotCR                   // ".CR" at the start of a line
	atBare                    // behind an LF without CR: no line start for the RFC, one for some servers
	atBareDot                 // "." there
	atBareCR                  // ".CR" there
	atLost                    // behind missing bytes
	atLostDot                 // "." there
	atLostCR                  // ".CR" there
)

// endNeeds is how many more bytes would complete the end: what missing bytes
// must have room for to hide it.
var endNeeds = [...]int64{
	atStart: 3, inLine: 4, atDot: 2, atDotCR: 1, atBare: 4, atBareDot: 4, atBareCR: 4, atLost: 1, atLostDot: 1, atLostCR: 1,
}

// softEnd is a dot that may have been the end for this server, or is one if
// the missing bytes before it ended a line. The server's reply decides.
type softEnd uint8

const (
	noSoftEnd   softEnd = iota
	softBareLF          // LF.LF, LF.CRLF or CRLF.LF
	softMissing         // .CRLF behind missing bytes
	softHidden          // LF behind missing bytes that have room for what stands before it; forgotten where content goes on
)

// endsMissing: the content stops with what missing bytes make an end, or do not.
func (s *contentScan) endsMissing() bool { return s.soft >= softMissing && s.softRaw == s.raw }

// contentScan reads content: it looks for its end, takes the dots out and
// counts. What it has read is gone.
type contentScan struct {
	// Every segment needs these: two cache lines.
	state   dotState
	soft    softEnd
	cr      bool // inLine: the byte before was CR
	missing bool // part of it was not captured
	hides   bool // the last gap has room for the end
	nearly  bool // the last gap has, but for the LF
	whole   bool // the last gap is more than the rest of a segment
	crDotCR bool // CR.CR was seen
	begun   bool
	lastTwo [2]byte // bytes read last, for crDotCR
	stride  int32   // length of the line before, for bulk
	length  int     // inLine: bytes of the line so far
	raw     int64   // bytes read, as they stood on the wire, missing ones included
	bytes   int64   // content after unstuffing; an undecided dot is not in it yet
	seen    int64   // bytes read, missing ones left out
	softRaw int64   // raw behind the soft end
	last    Mark
	message *Message
	header  headerScan

	bareLF, nul, long int64
	start             Mark
	before            int64  // bytes before the last gap
	unheard           int64  // missing bytes of the server since 354
	softBytes         int64  // bytes before the soft end's dot
	softSize          int64  // length of its line
	tail              []byte // what came behind it, at most tailMax
	dotCRCR           int64  // raw behind the last ".CRCR" at the start of a line
}

// write reads data up to the end of the content, and says how much it read. It
// also stops behind a dot that missing bytes make doubtful: the phase is in
// doubt there.
func (s *contentScan) write(data []byte, at Mark) (n int, end bool) {
	if !s.begun {
		s.begun, s.start = true, at
	}
	s.last, s.hides = at, false
	if s.soft == softHidden {
		s.soft = noSoftEnd
	}
	ends, jump := 0, true // CRLF at the end of a line; for bulk
	for stop := s.softRaw; n < len(data) && !end && (s.soft < softMissing || s.softRaw == stop); {
		if s.state == inLine {
			k := s.skipLine(data[n:])
			if s.state == atStart && k > 1 {
				ends++
			}
			n += k
			continue
		}
		if s.state == atStart && s.soft == noSoftEnd && len(data)-n >= bulkLeast {
			var k, lines int
			if k, lines, jump = s.bulk(data[n:], jump); k > 0 {
				n += k
				ends += lines
				continue
			}
		}
		if n, end = s.lineStart(data, n); end && n > 1 {
			ends++
		}
	}
	data = data[:n]
	s.raw += int64(n)
	s.seen += int64(n)
	s.header.read(data)
	s.odd(data, ends)
	s.keepTail(data)
	return n, end
}

// skipLine reads to behind the next LF.
func (s *contentScan) skipLine(data []byte) int {
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		s.cr = data[len(data)-1] == '\r'
		s.length += len(data)
		s.bytes += int64(len(data))
		return len(data)
	}
	cr := s.cr
	if i > 0 {
		cr = data[i-1] == '\r'
	}
	s.state = atStart
	if !cr {
		s.state = atBare
		s.bareLF++
	}
	if s.length+i+1 > textLineMax {
		s.long++
	}
	s.bytes += int64(i) + 1
	return i + 1
}

// enterLine goes on inside a line; n bytes that were held back belong to it.
func (s *contentScan) enterLine(n int, cr bool) {
	s.state, s.cr, s.length = inLine, cr, n
	s.bytes += int64(n)
}

// lineStart reads one byte at or near the start of a line.
func (s *contentScan) lineStart(data []byte, n int) (int, bool) {
	b := data[n]
	switch s.state {
	case atStart:
		return s.expect(b, n, '.', atDot, 0, false)
	case atDot:
		if b == '\n' {
			return s.softly(n, softBareLF, 1, 1, atBare)
		}
		return s.expect(b, n, '\r', atDotCR, 0, false)
	case atDotCR:
		if b == '\n' {
			return n + 1, true
		}
		if b == '\r' {
			s.dotCRCR = s.raw + int64(n) + 1
		}
		return s.expect(b, n, 0, inLine, 1, true)
	case atLost:
		if b == '\n' && n == 0 && s.nearly && s.lastTwo == [2]byte{} { // nothing was read since
			n, _ = s.softly(n, softHidden, 1, 0, atLost)
			s.softBytes -= dotLine - 1 // the dot and its CR are missing
			return n, false
		}
		if b == '\n' { // its CR may be among the missing bytes, and a line begins behind it
			s.bytes++
			return n + 1, false
		}
		return s.expect(b, n, '.', atLostDot, 0, false)
	case atBare:
		return s.expect(b, n, '.', atBareDot, 0, false)
	case atBareDot, atLostDot:
		if b == '\n' {
			return s.softly(n, softBareLF, 2, 1, atBare)
		}
		return s.expect(b, n, '\r', s.state+1, 1, false)
	}
	if b != '\n' {
		return s.expect(b, n, 0, inLine, 2, true)
	}
	if s.state == atLostCR {
		return s.softly(n, softMissing, 3, 0, atStart)
	}
	return s.softly(n, softBareLF, 3, 0, atStart)
}

// expect moves on where b is the byte that leads to next; otherwise the held
// bytes were part of a line, and b is looked at again there.
func (s *contentScan) expect(b byte, n int, want byte, next dotState, held int, cr bool) (int, bool) {
	if b == want && next != inLine {
		s.state = next
		return n + 1, false
	}
	s.enterLine(held, cr)
	return n, false
}

// softly records a dot that may be the end for this server, and goes on as if
// it were none. size is what the line adds to the content.
func (s *contentScan) softly(n int, kind softEnd, size int64, bare int64, next dotState) (int, bool) {
	s.soft, s.softBytes, s.softRaw = kind, s.bytes, s.raw+int64(n)+1
	s.softSize = dotLine - bare
	s.tail = s.tail[:0]
	s.bytes += size
	s.bareLF += bare
	s.state = next
	return n + 1, false
}

// keepTail keeps what followed the last possible end, while it is short: if
// the server takes that dot for the end, these bytes are commands.
func (s *contentScan) keepTail(data []byte) {
	if s.soft == noSoftEnd {
		return
	}
	behind := s.raw - s.softRaw
	if behind > tailMax {
		s.tail = s.tail[:0]
		return
	}
	if behind < int64(len(data)) {
		data = data[int64(len(data))-behind:]
	}
	s.tail = append(s.tail, data...)
}

// tailWhole reports whether the tail is all that followed.
func (s *contentScan) tailWhole() bool { return int64(len(s.tail)) == s.raw-s.softRaw }

// endsSoftly reports whether nothing stands behind a dot between bare LFs but a
// command. A refusal is then the answer to it: a server that refuses in the
// midst of content has more to come.
func (s *contentScan) endsSoftly() bool {
	if s.soft != softBareLF || !s.tailWhole() {
		return false
	}
	line, _, _ := bytes.Cut(s.tail, []byte{'\n'})
	line = trimCR(line)
	return len(s.tail) == 0 || rowOf(line[:wordLen(line)]) != nil
}

// odd counts NUL and looks for CR.CR, which some servers took for the end. Where
// each CR is one of those that end lines there is no such: counting goes 32 bytes
// at a time.
func (s *contentScan) odd(data []byte, ends int) {
	if len(data) == 0 {
		return
	}
	if bytes.IndexByte(data, 0) >= 0 {
		s.nul += int64(bytes.Count(data, []byte{0}))
	}
	before, last := s.lastTwo, len(data)-1
	if data[last] == '\r' {
		ends++ // its LF may come
	}
	s.crDotCR = s.crDotCR || bytes.Count(data, carriageReturn) != ends && hasCRDotCR(data) ||
		before == [2]byte{'\r', '.'} && data[0] == '\r' || before[1] == '\r' && last > 0 && data[0] == '.' && data[1] == '\r'
	if s.lastTwo[1] = data[last]; last > 0 {
		s.lastTwo[0] = data[last-1]
	} else {
		s.lastTwo[0] = before[1]
	}
}

// hasCRDotCR goes from CR to CR, of which a line has one: bytes.Contains tries a
// pattern of three bytes at every place.
func hasCRDotCR(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\r')
		if i < 0 || i+2 >= len(data) {
			return false
		}
		if data[i+1] == '.' && data[i+2] == '\r' {
			return true
		}
		data = data[i+1:]
	}
}

// endLike names what the content stops with where that is almost its end.
func (s *contentScan) endLike() string {
	switch {
	case s.soft == softBareLF && s.softRaw == s.raw:
		return "LF.LF"
	case s.state == atDot:
		return "CRLF."
	case s.state == atDotCR:
		return "CRLF.CR"
	case s.dotCRCR > 0 && s.dotCRCR == s.raw-1 && s.lastTwo == [2]byte{'\r', '\n'}:
		return "CRLF.CRCRLF" // CRLF was made of the LF of a CRLF: text mode twice
	case s.crDotCR && s.lastTwo == [2]byte{'.', '\r'}:
		return "CR.CR"
	}
	return ""
}

// gap goes on behind n missing bytes.
func (s *contentScan) gap(n int64, cut bool, at Mark) {
	s.nearly = n+1 >= endNeeds[s.state] && s.state != atLost
	s.hides = n >= endNeeds[s.state] || s.hides && s.state == atLost
	s.whole = !cut
	switch s.state {
	case atDot, atDotCR, atLostDot, atBareDot:
		s.bytes++
	case atLostCR, atBareCR:
		s.bytes += 2
	}
	s.state, s.cr, s.length = atLost, false, 0
	s.before = s.bytes
	s.lastTwo = [2]byte{}
	s.raw += n
	s.bytes += n
	s.missing = true
	s.header.gap()
	if !s.begun {
		s.begun, s.start = true, at
	}
	s.last = at
}
