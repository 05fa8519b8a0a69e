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
	w io.Writer
	f fields
}

// NewJSONL gives a JSONL that writes to w, one Write a line; w had better be
// buffered.
func NewJSONL(w io.Writer) *JSONL { return &JSONL{w: w} }

// Session writes the line of one session.
func (j *JSONL) Session(s *session.Session) error {
	if err := j.f.record(&s.Record); err != nil {
		return err
	}
	j.f.b = append(j.f.b, '\n')
	_, err := j.w.Write(j.f.b)
	return err
}

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
	line, err := encoded(v)
	if err != nil {
		return err
	}
	_, err = j.w.Write(append(safeJSON(line), '\n'))
	return err
}

// encoded is v as encoding/json writes it, without escapes for HTML.
func encoded(v any) ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line.Bytes(), []byte("\n")), nil
}
