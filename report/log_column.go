package report

import (
	"strings"

	"smtpscope/session"
)

// agreementMarks stand before the product's words: do they fit the packets?
var agreementMarks = map[string]string{"yes": "=", "no": "≠", "unknown": "?"}

// logID is the log's name of a session: of its messages, else of its
// connection.
func logID(l *session.Log) string {
	switch {
	case l == nil:
		return ""
	case l.Status == "ambiguous":
		return "ambiguous"
	case l.Status != "matched":
		return "–"
	case len(l.Messages) > 0:
		words := make([]string, 0, 3)
		for _, id := range l.Messages[:min(len(l.Messages), 2)] {
			words = append(words, Printable(id))
		}
		if more := len(l.Messages) - len(words); more > 0 {
			words = append(words, "…")
		}
		return strings.Join(words, " ")
	}
	return Printable(l.Connection)
}

// logWords are the product's words, with the mark of agreement; for a session
// without a match, why.
func logWords(l *session.Log) string {
	if l == nil {
		return ""
	}
	switch l.Status {
	case "matched":
		words := shorten(Printable(l.Words), maxSaid)
		if words == "" {
			words = "(nothing about its end)"
		}
		text := agreementMarks[l.Agrees] + " " + words
		if l.Difference != "" {
			text += " [" + shorten(Printable(l.Difference), maxSaid) + "]"
		}
		return text
	case "ambiguous":
		text := "? " + strings.Join(candidateNames(l), " or ")
		if len(l.Candidates) == 1 {
			text += " [" + Printable(l.Reason) + "]"
		}
		return text
	}
	return Printable(l.Reason)
}

// candidateNames name those that fit equally: a process number may come again,
// so the first line is said too.
func candidateNames(l *session.Log) []string {
	var names []string
	for _, c := range l.Candidates {
		name := c.Connection
		if len(c.Messages) > 0 {
			name = strings.Join(c.Messages, " ")
		}
		names = append(names, Printable(name)+" ("+Printable(c.File)+":"+number(c.Line)+")")
	}
	return names
}
