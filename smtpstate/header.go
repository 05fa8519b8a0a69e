package smtpstate

import "bytes"

// headerState is where the search for Message-ID stands.
type headerState uint8

const (
	headerName  headerState = iota // at the start of a line, the name being compared
	headerOther                    // in a line that is of no interest
	headerValue                    // in Message-ID's value
	headerFold                     // at the start of the line after it
	headerDone
)

// fieldPieces is how many pieces of the field are kept, where BDAT commands
// part it: each costs more than its bytes.
const fieldPieces = 64

const (
	messageIDName     = "message-id:"
	messageIDCapitals = "MESSAGE-ID:"
)

// headerScan picks Message-ID out of a message's header (RFC 5322 section
// 3.6.4), folded or not, in the first headerMax bytes. Nothing else is kept.
type headerScan struct {
	state headerState
	seen  int // bytes read
	match int // bytes of the name that matched
	value []byte
	id    string
	text  *text // where it is kept; nil: by itself

	// For the tracer: where the field stands in the client's stream, from its
	// name to the end of the id, and its bytes.
	keep   bool     // there is a tracer
	offset int64    // of the bytes that are read next
	field  []spoken // in one piece, but where BDAT commands part it
	kept   int      // bytes of it
	closed bool     // the id's ">" was read
	traced bool
}

func (h *headerScan) read(data []byte) {
	for i := 0; i < len(data) && h.state != headerDone; i++ {
		if h.state == headerName && h.match == 0 && !h.keep {
			if i += h.skipFields(data[i:]); i == len(data) {
				return
			}
		}
		if h.seen++; h.seen > headerMax {
			h.finish()
			return
		}
		if h.state == headerOther { // the fast road over other fields
			j := bytes.IndexByte(data[i:], '\n')
			if j < 0 {
				h.seen += len(data) - i
				return
			}
			h.seen += j
			i += j
		}
		if h.keep {
			h.keepField(data[i], h.offset+int64(i))
		} else if h.state == headerValue && h.readWhole(data[i:]) {
			return
		}
		h.next(data[i])
	}
}

// skipFields reads the lines at the start of data that are whole and cannot be
// the field that is looked for, nor the end of the header, and the name of that
// field. Line by line that takes a fourth of the time of byte by byte.
func (h *headerScan) skipFields(data []byte) (n int) {
	for n < len(data) && h.seen+len(messageIDName) <= headerMax {
		switch data[n] {
		case '\r', '\n':
			return n
		case 'm', 'M':
			if name := data[n:]; len(name) > len(messageIDName) && beginsWith(name, messageIDCapitals) {
				h.state, h.match, h.value = headerValue, len(messageIDName), h.value[:0]
				h.seen += len(messageIDName)
				n += len(messageIDName)
			}
			return n
		}
		line := bytes.IndexByte(data[n:], '\n') + 1
		if line == 0 {
			return n
		}
		h.seen += line
		n += line
	}
	return n
}

// readWhole takes a value that data holds whole, with the first byte of the next
// line, where it is: nearly always, and then nothing has to be kept.
func (h *headerScan) readWhole(data []byte) bool {
	n := bytes.IndexByte(data, '\n')
	if len(h.value) > 0 || n < 0 || n+1 >= len(data) || n > messageIDMax || h.seen+n+1 > headerMax {
		return false
	}
	if next := data[n+1]; next == ' ' || next == '\t' {
		return false
	}
	h.value = data[:n]
	h.finish()
	return true
}

func (h *headerScan) next(b byte) {
	switch h.state {
	case headerOther:
		h.state, h.match = headerName, 0
	case headerName:
		h.name(b)
	case headerValue:
		if b == '\n' {
			h.state, h.value = headerFold, bytes.TrimSuffix(h.value, []byte("\r"))
		} else if len(h.value) < messageIDMax {
			h.value = append(h.value, b)
		}
	case headerFold:
		if b == ' ' || b == '\t' {
			h.state = headerValue
			return
		}
		h.finish()
	}
}

// name compares a field's name; an empty line ends the header.
func (h *headerScan) name(b byte) {
	if isUpper(b) {
		b += 'a' - 'A'
	}
	switch {
	case b == '\n' && h.match == 0:
		h.state = headerDone
	case b == '\n':
		h.match = 0
	case h.match == 0 && b == '\r':
	case b == messageIDName[h.match]:
		if h.match++; h.match == len(messageIDName) {
			h.state, h.value = headerValue, h.value[:0]
		}
	case (b == ' ' || b == '\t') && h.match == len(messageIDName)-1: // "Message-ID :" of RFC 822's time
	default:
		h.state = headerOther
	}
}

func (h *headerScan) finish() {
	h.state = headerDone
	value := bytes.TrimSpace(h.value)
	if open := bytes.IndexByte(value, '<'); open >= 0 {
		if shut := bytes.IndexByte(value[open:], '>'); shut > 0 {
			value = value[open : open+shut+1]
		}
	}
	if bytes.ContainsAny(value, " \t") { // words, and no id (RFC 5322 section 3.6.4)
		value = nil
	}
	h.id, h.value = h.text.keep(value), nil
}

// messageID is what was found; the value may be whole only at the message's
// end.
func (h *headerScan) messageID(atEnd bool) string {
	if atEnd && (h.state == headerValue || h.state == headerFold) {
		h.finish()
	}
	return h.id
}

// gap: missing bytes may have ended the line, the field, or the header.
func (h *headerScan) gap() {
	switch h.state {
	case headerValue, headerFold:
		h.value = h.value[:0]
		h.state = headerDone
	case headerName:
		h.state = headerOther
	}
}

// keepField keeps the bytes of the field that holds the Message-ID.
func (h *headerScan) keepField(b byte, at int64) {
	switch {
	case !h.keep || h.traced || h.state == headerOther || h.state == headerDone:
		return
	case h.state == headerName && h.match == 0:
		h.field, h.kept, h.closed = append(h.field[:0], spoken{from: at}), 0, false
	case h.state == headerFold && b != ' ' && b != '\t':
		return
	}
	if last := len(h.field) - 1; !h.closed && last >= 0 && h.kept < 2*messageIDMax {
		if at != h.field[last].from+int64(len(h.field[last].line)) {
			if len(h.field) == fieldPieces {
				h.closed = true // the rest is not shown
				return
			}
			h.field = append(h.field, spoken{from: at})
			last++
		}
		h.field[last].line = append(h.field[last].line, b)
		h.kept++
	}
	h.closed = h.closed || h.state == headerValue && b == '>'
}

// traceHeader names the field that holds the Message-ID, once it is whole:
// the observer's record has it.
func (m *Machine) traceHeader(h *headerScan) {
	if m.trace == nil || h.traced || h.id == "" {
		return
	}
	h.traced = true
	for _, piece := range h.field {
		m.trace.Shown(false, piece.from, piece.line)
	}
}

// traceFrom says where the bytes stand that are read next.
func (m *Machine) traceFrom(h *headerScan, offset int64) { h.keep, h.offset = m.trace != nil, offset }
