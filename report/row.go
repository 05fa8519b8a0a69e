package report

import (
	"smtpscope/diagnosis"
	"smtpscope/session"
)

// A row is what the table keeps of one session: words, and no pointer into
// its record. About 400 bytes, so that a hundred thousand sessions fit where
// the records would not.
type row struct {
	session        int64
	start          session.Time
	duration       session.Seconds
	client, server session.Endpoint
	direction      string
	envelope       string
	bytes          int64
	phase, ending  string
	mood           mood
	cause          string // the leading finding: its code, and how sure; "" = none
	noticed        bool   // it is no cause: nothing is known to have gone wrong
	harmless       bool   // it tells no trouble

	hasLog                     bool
	logID, logWords, logAgrees string
}

// mood is how a session ended, as far as colour can say it.
type mood uint8

const (
	moodNormal mood = iota
	moodAbnormal
	moodOpen // no end that the capture shows
)

var moodPaint = map[mood]paint{moodAbnormal: paintBad, moodOpen: paintOpen}

func newRow(r *session.Record) row {
	out := row{
		session: r.Session, start: r.Start, duration: r.Duration,
		client: r.Client, server: r.Server, direction: Printable(r.Direction),
		envelope: envelope(r), bytes: r.Bytes.Client + r.Bytes.Server,
		phase: phase(r), ending: ending(r), mood: moodOf(r),
	}
	if f := diagnosis.Leading(r.Findings); f != nil {
		out.cause, out.harmless, out.noticed = causeWords(f), f.Severity == string(diagnosis.Info), !IsCause(r, f)
	}
	if r.Log != nil {
		out.hasLog, out.logID, out.logWords, out.logAgrees = true, logID(r.Log), logWords(r.Log), r.Log.Agrees
	}
	return out
}

func moodOf(r *session.Record) mood {
	switch {
	case r.EndedAbnormally():
		return moodAbnormal
	case r.Abnormal == nil:
		return moodOpen
	}
	return moodNormal
}

// verdict is the row's sentence, its phase coloured by mood.
func (r *row) verdict(style Style, limit int) string {
	text := wrap(r.phase+": "+r.ending, limit, 2)
	n := len(r.phase) + 1
	if n > len(text) || text[:n-1] != r.phase { // wrapped within the phase
		return style.paint(moodPaint[r.mood], text)
	}
	return style.paint(moodPaint[r.mood], text[:n]) + text[n:]
}
