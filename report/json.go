package report

import (
	"bytes"
	"encoding/json"
	"io"

	"smtpscope/session"
)

// JSON writes the records as one JSON object: what JSON Lines has a line each
// stands here in "sessions", "patterns" and "capture". Sessions are written
// as they come; nothing is kept.
type JSON struct {
	w        io.Writer
	line     bytes.Buffer
	enc      *json.Encoder
	sessions int64
}

// jsonHead begins the object. Its schema is that of the records.
const jsonHead = `{"type":"report","schema":1,"sessions":[`

// NewJSON gives a JSON that writes to w, which had better be buffered.
func NewJSON(w io.Writer) *JSON {
	j := &JSON{w: w}
	j.enc = json.NewEncoder(&j.line)
	j.enc.SetEscapeHTML(false)
	return j
}

// Session writes one session, on a line of its own.
func (j *JSON) Session(s *session.Session) error {
	before := ",\n"
	if j.sessions == 0 {
		before = jsonHead + "\n"
	}
	j.sessions++
	return j.write(before, &s.Record)
}

// Close ends the object with the patterns, each as it stands in JSON Lines,
// and the line about the capture.
func (j *JSON) Close(patterns []any, c *Capture) error {
	if j.sessions == 0 {
		if _, err := io.WriteString(j.w, jsonHead); err != nil {
			return err
		}
	}
	if patterns == nil {
		patterns = []any{}
	}
	if err := j.write("],\n\"patterns\":", patterns); err != nil {
		return err
	}
	if err := j.write(",\n\"capture\":", c); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "}\n")
	return err
}

func (j *JSON) write(before string, v any) error {
	j.line.Reset()
	j.line.WriteString(before)
	if err := j.enc.Encode(v); err != nil {
		return err
	}
	_, err := j.w.Write(safeJSON(bytes.TrimSuffix(j.line.Bytes(), []byte("\n"))))
	return err
}
