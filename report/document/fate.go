package document

import (
	"smtpscope/report"
	"smtpscope/session"
)

// Fate is how a session ended as far as a colour can say it.
type Fate uint8

// The fates, in the order in which a picture stacks them.
const (
	Normal    Fate = iota // as it should be
	Withdrawn             // QUIT with a mail half-way
	ByFIN
	ByRST
	Silent // nobody there, nothing more, or replaced
	Open   // no end that the capture shows
	Fates  // how many there are
)

// fateWords name the fates in a legend.
var fateWords = [Fates]string{
	Normal: "normal", Withdrawn: "QUIT with a mail half-way", ByFIN: "closed (FIN)", ByRST: "reset (RST)",
	Silent: "no answer or silence", Open: "no end captured",
}

// fateNames name them in style sheets.
var fateNames = [Fates]string{"normal", "quit", "fin", "rst", "silent", "open"}

// Words is the fate for people.
func (f Fate) Words() string { return fateWords[f] }

// String is one lower-case word.
func (f Fate) String() string { return fateNames[f] }

func fateOf(r *session.Record) Fate {
	switch {
	case r.Abnormal == nil:
		return Open
	case !r.EndedAbnormally():
		return Normal
	}
	switch r.Ended.How {
	case session.ByQuit:
		return Withdrawn
	case session.ByFIN:
		return ByFIN
	case session.ByRST:
		return ByRST
	}
	return Silent
}

// verdictName is what sessions must share to be counted together.
func verdictName(r *session.Record) string { return report.Phase(r) + ": " + report.EndingEvent(r) }
