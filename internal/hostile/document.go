package hostile

import (
	"smtpscope/report/document"
	"smtpscope/session"
)

// Document is a report of two sessions of which every text is s, or of one
// where single is set.
func Document(s string, single, words bool) *document.Document {
	b := document.NewBuilder(document.Options{Asked: s})
	b.Add(Session(s, words))
	if !single {
		other := Session(s, words)
		other.Record.Session, other.Record.Start = 2, other.Record.Start+5e9
		other.Record.Log.Status = "ambiguous"
		b.Add(other)
		normal := Session(s, false)
		no := false
		normal.Record.Session, normal.Record.Abnormal, normal.Record.Ended.How = 3, &no, session.ByQuit
		b.Add(normal)
	}
	d := b.Document(Capture(s), []document.Pattern{{Summary: s, Certainty: s, Sessions: []int64{1, 2}, Advice: s}})
	d.Redactions = []document.Redaction{{Kind: "addresses", Count: 3}}
	return d
}
