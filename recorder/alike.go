package recorder

import (
	"time"

	"smtpscope/session"
)

// alike counts sessions with the same verdict, minute by minute of packet time.
type alike struct {
	most   int
	minute int64
	seen   map[verdict]int
}

type verdict struct {
	phase, by string
	how       session.How
}

// more reports whether one more is to be written.
func (a *alike) more(r *session.Record) bool {
	if minute := int64(r.End) / int64(time.Minute); a.seen == nil || minute > a.minute {
		a.minute, a.seen = minute, map[verdict]int{}
	}
	v := verdict{r.Ended.Phase, r.Ended.By, r.Ended.How}
	a.seen[v]++
	return a.seen[v] <= a.most
}
