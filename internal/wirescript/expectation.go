package wirescript

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The words of a verdict. They are written down here once more, from
// record.md, so that a test that compares them depends on no other room.
var (
	phases = strings.Fields("connect banner hello tls-handshake tls auth ready mail rcpt data-command data dot unknown")
	hows   = strings.Fields("quit fin rst syn-refused syn-unanswered silence replaced evicted capture-end")
	bys    = strings.Fields("client server unknown")
	ends   = strings.Fields("accepted refused rejected withdrawn unanswered aborted unknown")
)

// Expectation is the verdict that a script's author demands for a session.
type Expectation struct {
	Line           int
	None           bool // no record at all: not an SMTP session
	Phase, How, By string
	Outcomes       []string // of the messages, in order
	Abnormal       *bool    // nil: the field is absent
	AnyAbnormal    bool     // record.md does not decide it
	Fields         []Field
}

// Field is one more value of the record.
type Field struct {
	Line   int
	Path   string // ended.inferred, messages.0.transfer.bytes, messages.# for a count
	Absent bool
	Value  any // string, float64 or bool
}

// readExpect reads "expect PHASE HOW BY OUTCOME... [normal|abnormal|any]".
// PHASE, HOW and BY may be any where record.md leaves them open; any at the end
// without an outcome leaves the messages open too.
func (s *Session) readExpect(l *lexer, line int) error {
	if s.Expect != nil {
		return fmt.Errorf("a second expect: line %d has the first", s.Expect.Line)
	}
	e := &Expectation{Line: line}
	s.Expect = e
	if l.take("none") {
		e.None = true
		return nil
	}
	for _, part := range []struct {
		into  *string
		words []string
		what  string
	}{{&e.Phase, phases, "phase"}, {&e.How, hows, "how"}, {&e.By, bys, "by"}} {
		w := l.word()
		if !slices.Contains(part.words, w) && w != "any" {
			return fmt.Errorf("%q is not a %s: %s", w, part.what, strings.Join(part.words, ", "))
		}
		*part.into = w
	}
	return e.readOutcomes(l)
}

func (e *Expectation) readOutcomes(l *lexer) error {
	for w := l.word(); w != ""; w = l.word() {
		switch {
		case w == "any":
			e.AnyAbnormal = true
			return l.end()
		case w == "normal" || w == "abnormal":
			abnormal := w == "abnormal"
			e.Abnormal = &abnormal
			return e.checkAbnormal(l)
		case slices.Contains(ends, w):
			e.Outcomes = append(e.Outcomes, w)
		default:
			return fmt.Errorf("%q is not an outcome: %s", w, strings.Join(ends, ", "))
		}
	}
	return e.checkAbnormal(l)
}

// checkAbnormal: the field is absent for capture-end, evicted and unknown.
func (e *Expectation) checkAbnormal(l *lexer) error {
	open := e.How == "capture-end" || e.How == "evicted" || e.Phase == "unknown"
	if open == (e.Abnormal != nil) {
		return fmt.Errorf("normal or abnormal is due unless the session is capture-end, evicted or unknown")
	}
	return l.end()
}

// readField reads "field PATH absent", or "field PATH VALUE" where VALUE is a
// JSON value or, bare, a text to the end of the line.
func (s *Session) readField(l *lexer, line int) error {
	if s.Expect == nil || s.Expect.None {
		return fmt.Errorf("field comes after the session's expect")
	}
	f := Field{Line: line, Path: l.word()}
	text := strings.TrimSpace(l.rest)
	l.rest = ""
	if text == "" {
		return fmt.Errorf("field needs a path and a value")
	}
	if text == "absent" {
		f.Absent = true
	} else if json.Unmarshal([]byte(text), &f.Value) != nil {
		f.Value = text
	}
	s.Expect.Fields = append(s.Expect.Fields, f)
	return nil
}

// Check holds a session's record, one line of JSON Lines as record.md says,
// against the expectation. It returns every difference.
func (e *Expectation) Check(record []byte) []string {
	var r map[string]any
	if err := json.Unmarshal(record, &r); err != nil {
		return []string{"not a record: " + err.Error()}
	}
	if e.None {
		return []string{"a record where none was expected"}
	}
	var fields []Field
	if !e.AnyAbnormal || len(e.Outcomes) > 0 {
		fields = append(fields, Field{Path: "messages.#", Value: float64(len(e.Outcomes))})
	}
	for _, f := range []Field{
		{Path: "ended.phase", Value: e.Phase}, {Path: "ended.how", Value: e.How}, {Path: "ended.by", Value: e.By},
	} {
		if f.Value != "any" {
			fields = append(fields, f)
		}
	}
	switch {
	case e.AnyAbnormal:
	case e.Abnormal == nil:
		fields = append(fields, Field{Path: "abnormal", Absent: true})
	default:
		fields = append(fields, Field{Path: "abnormal", Value: *e.Abnormal})
	}
	for i, outcome := range e.Outcomes {
		fields = append(fields, Field{Path: fmt.Sprintf("messages.%d.outcome", i), Value: outcome})
	}
	var wrong []string
	for _, f := range append(fields, e.Fields...) {
		if diff := f.check(r); diff != "" {
			wrong = append(wrong, diff)
		}
	}
	return wrong
}

func (f Field) check(record any) string {
	got, ok := lookUp(record, strings.Split(f.Path, "."))
	switch {
	case f.Absent && ok:
		return fmt.Sprintf("%s is %v, want it absent", f.Path, got)
	case f.Absent:
		return ""
	case !ok:
		return fmt.Sprintf("%s is absent, want %v", f.Path, f.Value)
	case fmt.Sprint(got) != fmt.Sprint(f.Value):
		return fmt.Sprintf("%s is %v, want %v", f.Path, got, f.Value)
	}
	return ""
}

// lookUp follows a path; # is the length of a list, 0 where there is none.
func lookUp(v any, path []string) (any, bool) {
	if len(path) == 0 {
		return v, true
	}
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[path[0]]
		if !ok {
			return float64(0), len(path) == 2 && path[1] == "#"
		}
		return lookUp(next, path[1:])
	case []any:
		if path[0] == "#" {
			return float64(len(v)), true
		}
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return lookUp(v[i], path[1:])
	}
	return nil, false
}
