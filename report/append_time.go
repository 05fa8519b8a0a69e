package report

import (
	"encoding/binary"
	"time"

	"smtpscope/session"
)

// days writes times. Of a run of times nearly all are of one day, whose name
// is kept: the calendar costs more than all the rest of a time.
type days struct {
	begin int64 // of the day, since 1970 in ns; valid where known
	known bool
	name  [len(dayForm)]byte
}

// dayForm has as many characters for every time that session.Time can be.
const dayForm = `"2006-01-02T`

const (
	nanosOfDay    = int64(24 * time.Hour)
	nanosOfSecond = int64(time.Second)
)

// append writes RFC 3339 in UTC with as many digits of a second as are not
// zero, as session.Time.MarshalJSON does.
func (d *days) append(b []byte, t session.Time) []byte {
	rest := int64(t) - d.begin
	if uint64(rest) >= uint64(nanosOfDay) || !d.known {
		if rest = int64(t) % nanosOfDay; rest < 0 {
			rest += nanosOfDay
		}
		d.begin, d.known = int64(t)-rest, true
		t.Time().AppendFormat(d.name[:0], dayForm)
	}
	seconds := uint32(rest / nanosOfSecond)
	nanos := rest - int64(seconds)*nanosOfSecond
	minutes := seconds / 60
	hours := minutes / 60
	// 08:09:10 are the digits of 8009010 with a colon for each 0 between.
	digits := session.EightDigits(hours*1_000_000 + (minutes-hours*60)*1_000 + seconds - minutes*60)
	const colons = uint64(':'^'0')<<16 | uint64(':'^'0')<<40
	b = binary.LittleEndian.AppendUint64(append(b, d.name[:]...), digits|session.Figures|colons)
	if nanos > 0 {
		b = session.AppendFraction(append(b, '.'), nanos)
	}
	return append(b, 'Z', '"')
}
