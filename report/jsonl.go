package report

import (
	"bytes"
	"encoding/json"
	"io"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// JSONL writes records as JSON Lines (docs/record.md), one object a line.
// Each line is written when it comes; nothing is kept.
type JSONL struct {
	w    io.Writer
	line bytes.Buffer
	enc  *json.Encoder
}

// NewJSONL gives a JSONL that writes to w, one Write a line; w had better be
// buffered.
func NewJSONL(w io.Writer) *JSONL {
	j := &JSONL{w: w}
	j.enc = json.NewEncoder(&j.line)
	j.enc.SetEscapeHTML(false)
	return j
}

// Session writes the line of one session.
func (j *JSONL) Session(s *session.Session) error { return j.write(&s.Record) }

// Patterns writes a line for each pattern.
func (j *JSONL) Patterns(list []diagnosis.Pattern) error {
	for i := range list {
		if err := j.write(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// Capture writes the last line, which is about the capture as a whole.
func (j *JSONL) Capture(c *Capture) error { return j.write(c) }

func (j *JSONL) write(v any) error {
	j.line.Reset()
	if err := j.enc.Encode(v); err != nil {
		return err
	}
	_, err := j.w.Write(safeJSON(j.line.Bytes()))
	return err
}
