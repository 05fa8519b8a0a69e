package report

import (
	"strings"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// findings tell why it ended so, the finding that leads first.
func (t *transcript) findings() {
	list := t.session.Record.Findings
	leading := diagnosis.Leading(list)
	if leading != nil {
		t.finding(leading, leadingLabel(leading, IsCause(&t.session.Record, leading)))
	}
	for i := range list {
		if f := &list[i]; f != leading {
			t.finding(f, otherLabel(f))
		}
	}
}

// leadingLabel says no more than is known.
func leadingLabel(f *session.Finding, cause bool) string {
	switch {
	case !cause:
		return "noticed"
	case f.Severity == string(diagnosis.Info):
		return "explained by"
	case f.Certainty == string(diagnosis.Proven):
		return "cause"
	}
	return "likely cause"
}

func otherLabel(f *session.Finding) string {
	if f.Certainty == string(diagnosis.Hint) {
		return "worth a look"
	}
	return "besides"
}

func (t *transcript) finding(f *session.Finding, label string) {
	p := severityPaint[f.Severity]
	if f.Certainty == string(diagnosis.Hint) {
		p = paintFaint
	}
	t.line(label+": "+Printable(f.Summary), p)
	t.detail("how sure", certainty(f))
	if len(f.Frames) > 0 {
		t.detail("seen in", frameList(f.Frames))
	}
	t.detail("weighed", f.Against)
	t.detail("not to be decided here", f.Elsewhere)
	t.detail("what to do", f.Advice)
}

// certainty is how sure a finding is, with its code, by which it is looked up.
func certainty(f *session.Finding) string {
	words, known := certaintyWords[f.Certainty]
	if !known {
		words = f.Certainty
	}
	return words + " [" + f.Code + "]"
}

func frameList(frames []int64) string {
	words := make([]string, len(frames))
	for i, n := range frames {
		words[i] = number(n)
	}
	if len(words) == 1 {
		return "frame " + words[0]
	}
	return "frames " + strings.Join(words, ", ")
}

// detail writes an indented line of a label and text from a finding; nothing
// where there is no text.
func (t *transcript) detail(label, text string) {
	if text != "" {
		t.indented(label + ": " + Printable(text))
	}
}

func (t *transcript) indented(text string) {
	const margin = "  "
	for line := range strings.SplitSeq(wrap(text, t.style.width()-len(margin), 2), "\n") {
		t.WriteString(margin + line + "\n")
	}
}
