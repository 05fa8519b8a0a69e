package gatewaylog

import "time"

// Time is a moment as a log line gives it. Without a zone it is held as if
// UTC; without a year the year is the reader's best guess.
type Time struct {
	At        time.Time     `json:"at"`
	Precision time.Duration `json:"precision,omitempty"` // how finely the line counts: 1s, 1ms, 1µs
	ZoneKnown bool          `json:"zone_known,omitempty"`
	YearKnown bool          `json:"year_known,omitempty"`
}

// IsZero says that the line has no time.
func (t Time) IsZero() bool { return t.At.IsZero() }

// stamp is a timestamp as written.
type stamp struct {
	year, month, day, hour, min, sec, nsec int
	offset                                 int // seconds east of UTC
	hasYear, hasZone                       bool
	precision                              time.Duration
}

// stampForms are the timestamps that logs begin with. The first byte chooses.
//
//	Nov 22 11:08:19                  RFC 3164; a year may follow, fractions too
//	Thu Aug 14 11:04:31 2014         asctime: Cisco files
//	2014-07-17T16:08:52.406761+00:00 RFC 3339: rsyslog, PureMessage, Exchange
//	2016-03-21 06:38:05.349 +0100    Exim; zone and fractions optional
//	2018 Mar 20 08:42:35 PDT         Symantec's MTA log
//	01-15-2009 11:44:53              collectors before Symantec's lines
//	1294054057|                      Symantec's audit log
func scanStamp(s string) (stamp, int) {
	if len(s) < 10 {
		return stamp{}, 0
	}
	switch c := s[0]; {
	case c >= 'A' && c <= 'Z':
		if n := weekday(s); n > 0 {
			st, m := scanMonthForm(s[n:])
			if m == 0 || !st.hasYear {
				return stamp{}, 0
			}
			return st, n + m
		}
		return scanMonthForm(s)
	case c >= '0' && c <= '9':
		return scanDigitForm(s)
	}
	return stamp{}, 0
}

func scanDigitForm(s string) (stamp, int) {
	digits := leadingDigits(s)
	switch {
	case digits == 4 && s[4] == '-':
		return scanISO(s)
	case digits == 4 && s[4] == ' ':
		return scanYearFirst(s)
	case digits <= 2 && s[digits] == '-':
		return scanUSDate(s)
	case (digits == 9 || digits == 10) && len(s) > digits && s[digits] == '|':
		return scanEpoch(s, digits)
	}
	return stamp{}, 0
}

func scanEpoch(s string, digits int) (stamp, int) {
	t := time.Unix(int64(number(s[:digits])), 0).UTC()
	return stamp{
		year: t.Year(), month: int(t.Month()), day: t.Day(), hour: t.Hour(), min: t.Minute(), sec: t.Second(),
		hasYear: true, hasZone: true, precision: time.Second,
	}, digits
}

// scanMonthForm reads "Nov 22 11:08:19", the day with or without padding, and
// what may follow: fractions, a year.
func scanMonthForm(s string) (stamp, int) {
	m := month(s)
	if m == 0 || len(s) < 14 || s[3] != ' ' {
		return stamp{}, 0
	}
	i := 4
	if s[i] == ' ' {
		i++
	}
	n := leadingDigits(s[i:])
	if n == 0 || n > 2 || i+n >= len(s) || s[i+n] != ' ' {
		return stamp{}, 0
	}
	st := stamp{month: m, day: number(s[i : i+n]), precision: time.Second}
	i += n + 1
	k := st.clock(s[i:])
	if k == 0 {
		return stamp{}, 0
	}
	i += k
	if y := followingYear(s[i:]); y > 0 {
		st.year, st.hasYear = y, true
		i += 5
	}
	return st, st.valid(i)
}

// followingYear reads " 2014" at the end of asctime.
func followingYear(s string) int {
	if len(s) < 5 || s[0] != ' ' || leadingDigits(s[1:]) != 4 {
		return 0
	}
	if len(s) > 5 && s[5] != ' ' && s[5] != ':' {
		return 0
	}
	if y := number(s[1:5]); y >= 1970 && y < 2200 {
		return y
	}
	return 0
}

func scanISO(s string) (stamp, int) {
	if len(s) < 19 || s[7] != '-' || (s[10] != 'T' && s[10] != ' ') ||
		leadingDigits(s[5:]) != 2 || leadingDigits(s[8:]) != 2 {
		return stamp{}, 0
	}
	st := stamp{year: number(s[:4]), month: number(s[5:7]), day: number(s[8:10]), hasYear: true, precision: time.Second}
	n := st.clock(s[11:])
	if n == 0 {
		return stamp{}, 0
	}
	i := 11 + n
	switch {
	case i < len(s) && s[i] == 'Z':
		st.hasZone = true
		i++
	case i+1 < len(s) && s[i] == ' ' && (s[i+1] == '+' || s[i+1] == '-'):
		if k := st.zone(s[i+1:]); k == 5 {
			i += 1 + k
		}
	default:
		i += st.zone(s[i:])
	}
	return st, st.valid(i)
}

// scanYearFirst reads "2022 Jan 01 01:01:01 -05" and "2019 Sep 28 16:13:51".
func scanYearFirst(s string) (stamp, int) {
	st, n := scanMonthForm(s[5:])
	if n == 0 {
		return stamp{}, 0
	}
	st.year, st.hasYear = number(s[:4]), true
	i := 5 + n
	if i+3 < len(s) && s[i] == ' ' {
		if k := st.zone(s[i+1:]); k > 0 {
			i += 1 + k
		} else if k := st.zoneName(s[i+1:]); k > 0 {
			i += 1 + k
		}
	}
	return st, st.valid(i)
}

// scanUSDate reads "01-15-2009 11:44:53" and "5-15-2020 21:50".
func scanUSDate(s string) (stamp, int) {
	a := leadingDigits(s)
	b := leadingDigits(s[a+1:])
	i := a + 1 + b
	if b == 0 || b > 2 || i+6 > len(s) || s[i] != '-' || leadingDigits(s[i+1:]) != 4 {
		return stamp{}, 0
	}
	st := stamp{month: number(s[:a]), day: number(s[a+1 : i]), year: number(s[i+1 : i+5]), hasYear: true, precision: time.Second}
	i += 5
	if i >= len(s) || s[i] != ' ' {
		return stamp{}, 0
	}
	i++
	n := st.clock(s[i:])
	if n == 0 && len(s) >= i+5 && s[i+2] == ':' {
		st.hour, st.min, st.precision = number(s[i:i+2]), number(s[i+3:i+5]), time.Minute
		n = 5
	}
	if n == 0 {
		return stamp{}, 0
	}
	return st, st.valid(i + n)
}

// clock reads "11:08:19" with optional fractions and returns how many bytes.
func (st *stamp) clock(s string) int {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' ||
		leadingDigits(s) != 2 || leadingDigits(s[3:]) != 2 || leadingDigits(s[6:]) < 2 {
		return 0
	}
	st.hour, st.min, st.sec = number(s[:2]), number(s[3:5]), number(s[6:8])
	if len(s) < 10 || (s[8] != '.' && s[8] != ',') {
		return 8
	}
	n := leadingDigits(s[9:])
	if n == 0 || n > 9 {
		return 8
	}
	st.nsec = number(s[9 : 9+n])
	st.precision = time.Second
	for k := 0; k < 9; k++ {
		if k < n {
			st.precision /= 10
		} else {
			st.nsec *= 10
		}
	}
	return 9 + n
}

// zone reads +hh:mm, +hhmm or +hh.
func (st *stamp) zone(s string) int {
	if len(s) < 3 || (s[0] != '+' && s[0] != '-') || leadingDigits(s[1:3]) != 2 {
		return 0
	}
	secs, n := number(s[1:3])*3600, 3
	switch {
	case len(s) >= 6 && s[3] == ':' && leadingDigits(s[4:6]) == 2:
		secs, n = secs+number(s[4:6])*60, 6
	case len(s) >= 5 && leadingDigits(s[3:5]) == 2:
		secs, n = secs+number(s[3:5])*60, 5
	}
	if s[0] == '-' {
		secs = -secs
	}
	if secs < -14*3600 || secs > 14*3600 {
		return 0
	}
	st.offset, st.hasZone = secs, true
	return n
}

// zoneNames are abbreviations that mean one offset only, in hours. The many
// that are shared by continents (IST, BST, CST outside America) are left out:
// such a time counts as one without a zone.
var zoneNames = map[string]int{
	"UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
	"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}

func (st *stamp) zoneName(s string) int {
	n := 0
	for n < len(s) && n < 6 && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	if n < 2 || n > 5 || n == len(s) || s[n] != ' ' {
		return 0
	}
	if h, ok := zoneNames[s[:n]]; ok {
		st.offset, st.hasZone = h*3600, true
	}
	return n
}

// valid returns n if the stamp is a date and a time of day, else 0.
func (st *stamp) valid(n int) int {
	if st.month < 1 || st.month > 12 || st.day < 1 || st.day > 31 || st.hour > 23 || st.min > 59 || st.sec > 60 {
		return 0
	}
	return n
}

const (
	monthNames   = "JanFebMarAprMayJunJulAugSepOctNovDec"
	weekdayNames = "MonTueWedThuFriSatSun"
)

func month(s string) int {
	for i := 0; i < len(monthNames); i += 3 {
		if s[0] == monthNames[i] && s[1] == monthNames[i+1] && s[2] == monthNames[i+2] {
			return i/3 + 1
		}
	}
	return 0
}

// weekday returns the length of "Thu ", 0 if there is none.
func weekday(s string) int {
	if s[3] != ' ' {
		return 0
	}
	for i := 0; i < len(weekdayNames); i += 3 {
		if s[:3] == weekdayNames[i:i+3] {
			return 4
		}
	}
	return 0
}

// leadingDigits counts the digits at the start, at most 20.
func leadingDigits(s string) int {
	n := 0
	for n < len(s) && n < 20 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// number is the value of at most 18 digits; the caller has checked them.
func number(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 18; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
