package capture

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FileError is what is wrong with one input: it cannot be opened, it is no
// capture, or it is damaged. It prints as one line.
type FileError struct {
	Path   string // as it was named; "-" is standard input
	Offset int64  // bytes from the start of the file; 0 = not tied to a place
	// Unpacked says that Offset counts bytes after decompression.
	Unpacked bool
	Frame    int64  // number of the frame in this file, from 1; 0 = none
	What     string // what is wrong, lower case, no full stop
	Do       string // what to do about it, or what was done; may be empty
	Err      error  // the cause in the words of the system; may be nil
}

// Error gives the whole story in one line, whatever the path or the cause
// contains.
func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString(oneLine(inputName(e.Path)))
	b.WriteString(": ")
	b.WriteString(e.What)
	if e.Err != nil {
		b.WriteString(" (" + oneLine(e.Err.Error()) + ")")
	}
	if e.Offset > 0 {
		fmt.Fprintf(&b, ", at offset %d", e.Offset)
		if e.Unpacked {
			b.WriteString(" of the unpacked data")
		}
	}
	if e.Frame > 0 {
		fmt.Fprintf(&b, ", frame %d", e.Frame)
	}
	if e.Do != "" {
		b.WriteString("; " + e.Do)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// inputName is how a path is named to people.
func inputName(path string) string {
	if path == stdinPath {
		return "standard input"
	}
	return path
}

// oneLine replaces what would break a line or steer a terminal. File names
// and the texts in a capture are the outside world's.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
