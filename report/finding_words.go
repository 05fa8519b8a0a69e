package report

import (
	"smtpscope/diagnosis"
	"smtpscope/session"
)

// certaintyWords say what a certainty means (docs/diagnosis.md). Their pages have them too.
var certaintyWords = map[string]string{
	string(diagnosis.Proven): "proven: the packets alone force it",
	string(diagnosis.Strong): "strong: nothing innocent commonly looks like this, and a check against it passed",
	string(diagnosis.Likely): "likely: it fits, and so may something else",
	string(diagnosis.Hint):   "a hint: worth a look, no more",
}

var severityPaint = map[string]paint{
	string(diagnosis.Error):   paintBad,
	string(diagnosis.Warning): paintOdd,
	string(diagnosis.Info):    paintFaint,
}

// IsCause reports whether the finding that leads says why a session ended: one
// that is known to have ended abnormally, and not by a fact about the capture.
// Else it is only what was noticed.
func IsCause(r *session.Record, f *session.Finding) bool {
	return r.Abnormal != nil && *r.Abnormal && diagnosis.Explains(f.Code)
}

// causeWords are a finding in a line of the table: the code that --finding and
// the documents know it by, and how sure it is.
func causeWords(f *session.Finding) string {
	return Printable(f.Code) + " (" + Printable(f.Certainty) + ")"
}
