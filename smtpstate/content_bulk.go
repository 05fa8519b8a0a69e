package smtpstate

import "bytes"

// bulkLeast is the least number of bytes for which the fast road is taken: a
// line's end.
const bulkLeast = 2

// bulk reads ordinary lines at the start of data: they end in CRLF, begin with
// no dot, and are not too long. It says how many bytes and how many line ends
// they have; what is left is read by the slow road. The state must be atStart,
// and is afterwards, or inLine where the last line has not ended.
//
// The lines of an attachment are all of one length, so once two were alike the
// end of the next is looked for where theirs would put it: a look in place of a
// search, from which prose with its changing lengths is spared. That no line
// end was jumped over must be seen by counting them, which bytes.Count does 32
// bytes at a time (BenchmarkBulk).
//
// jump is false, and comes back so, where lines of other lengths were found among
// those jumped over: they would be looked at in vain again and again.
func (s *contentScan) bulk(data []byte, jump bool) (n, lines int, still bool) {
	n, lines, open := s.ordinary(data, jump)
	if jump && bytes.Count(data[:n], lineFeed) != lines {
		jump = false
		n, lines, open = s.ordinary(data, jump)
	}
	if open { // the slow road would look for its end again
		s.state, s.cr, s.length = inLine, data[len(data)-1] == '\r', len(data)-n
		n = len(data)
	}
	s.bytes += int64(n)
	return n, lines, jump
}

// ordinary passes over ordinary lines; jump: it may jump from the end of one to
// where the next should be. open: what is left is a line that has not ended.
func (s *contentScan) ordinary(data []byte, jump bool) (n, lines int, open bool) {
	stride := int(s.stride)
	for {
		if jump && stride > 0 {
			k := jumped(data[n:], stride)
			n += k * stride
			lines += k
		}
		k, found, length, unended := searched(data[n:])
		n += k
		lines += found
		if length == 0 {
			if found > 0 {
				stride = 0
			}
			s.stride = int32(stride)
			return n, lines, unended
		}
		stride = length
	}
}

// jumped counts the ordinary lines of one length that data begins with.
func jumped(data []byte, length int) (lines int) {
	for length <= len(data) && data[0] != '.' && data[length-1] == '\n' && data[length-2] == '\r' {
		data = data[length:]
		lines++
	}
	return lines
}

// searched passes over ordinary lines until two in a row are of one length; 0:
// there were none.
func searched(data []byte) (n, lines, length int, open bool) {
	last := 0
	for n < len(data) && data[n] != '.' {
		i := bytes.IndexByte(data[n:], '\n')
		if i < 1 || i >= textLineMax || data[n+i-1] != '\r' {
			open = i < 0
			break
		}
		n += i + 1
		lines++
		if i == last {
			length = i + 1
			break
		}
		last = i
	}
	return n, lines, length, open
}

var (
	lineFeed       = []byte("\n")
	carriageReturn = []byte("\r")
)
