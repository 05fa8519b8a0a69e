package smtpstate

import (
	"bytes"
	"strings"
)

// headerState is where the search for Message-ID stands.
type headerState uint8

const (
	headerName  headerState = iota // at the start of a line, the name being compared
	headerOther                    // in a line that is of no interest
	headerValue                    // in Message-ID's value
	headerFold                     // at the start of the line after it
	headerDone
)

const messageIDName = "message-id:"

// headerScan picks Message-ID out of a message's header (RFC 5322 section
// 3.6.4), folded or not, in the first headerMax bytes. Nothing else is kept.
type headerScan struct {
	state headerState
	seen  int // bytes read
	match int // bytes of the name that matched
	value []byte
	id    string
}

func (h *headerScan) read(data []byte) {
	for i := 0; i < len(data) && h.state != headerDone; i++ {
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
		if h.state == headerValue && h.readWhole(data[i:]) {
			return
		}
		h.next(data[i])
	}
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
			h.state = headerFold
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
	value := string(bytes.TrimSpace(h.value))
	if open := strings.IndexByte(value, '<'); open >= 0 {
		if shut := strings.IndexByte(value[open:], '>'); shut > 0 {
			value = value[open : open+shut+1]
		}
	}
	h.id, h.value = value, nil
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
