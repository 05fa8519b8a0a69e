package report

import (
	"time"

	"smtpscope/session"
)

// days writes times. Of a run of times nearly all are of one day, whose name
// is kept: the calendar costs more than all the rest of a time.
type days struct {
	begin int64 // of the day, since 1970 in ns; valid where name is set
	name  []byte
}

const (
	nanosOfDay    = int64(24 * time.Hour)
	nanosOfSecond = int64(time.Second)
)

// append writes RFC 3339 in UTC with as many digits of a second as are not
// zero, as session.Time.MarshalJSON does.
func (d *days) append(b []byte, t session.Time) []byte {
	rest := int64(t) - d.begin
	if uint64(rest) >= uint64(nanosOfDay) || len(d.name) == 0 {
		if rest = int64(t) % nanosOfDay; rest < 0 {
			rest += nanosOfDay
		}
		d.begin = int64(t) - rest
		d.name = t.Time().AppendFormat(d.name[:0], `"2006-01-02T`)
	}
	seconds, nanos := uint32(rest/nanosOfSecond), rest%nanosOfSecond
	hour, minute, second := seconds/3600*2, seconds/60%60*2, seconds%60*2
	b = append(append(b, d.name...),
		session.Pairs[hour], session.Pairs[hour+1], ':',
		session.Pairs[minute], session.Pairs[minute+1], ':',
		session.Pairs[second], session.Pairs[second+1])
	if nanos > 0 {
		b = session.AppendFraction(append(b, '.'), nanos)
	}
	return append(b, 'Z', '"')
}
