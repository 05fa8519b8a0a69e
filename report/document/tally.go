package document

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"smtpscope/report"
	"smtpscope/session"
)

// Bounds of what is told apart; what is beyond them is counted together.
const (
	maxClients    = 1 << 16
	shownClients  = 20
	shownVerdicts = 25
	maxGroups     = 1000
	shownGroups   = 20
	maxHours      = 48 // beyond, days are counted
	maxDays       = 62
	groupClients  = 1000
	groupNames    = 5
)

// alike are the groups of two sessions and more, up to shownGroups, and how many
// more there are.
func alike(groups []Group, clock func(session.Time) string) (list []Group, left int) {
	for _, g := range groups {
		if g.Count < 2 {
			break // the most frequent come first
		}
		if len(list) == shownGroups {
			left++
			continue
		}
		g.When = clock(g.First)
		if last := clock(g.Last); last != g.When {
			g.When += " to " + last
		}
		list = append(list, g)
	}
	return list, left
}

// tallies count sessions as they come.
type tallies struct {
	zone     *time.Location
	verdicts map[string]*Tally
	clients  map[netip.Addr]*Tally
	others   Tally
	hours    map[int64]*Tally
	groups   map[signature]*group
}

type group struct {
	Group
	clients map[netip.Addr]bool
}

func newTallies(zone *time.Location) *tallies {
	return &tallies{zone: zone, verdicts: map[string]*Tally{}, clients: map[netip.Addr]*Tally{},
		hours: map[int64]*Tally{}, groups: map[signature]*group{}}
}

func (t *tallies) add(r *session.Record) {
	fate := fateOf(r)
	abnormal := fate != Normal && fate != Open
	count(t.verdicts, verdictName(r), abnormal)
	if _, known := t.clients[r.Client.IP]; known || len(t.clients) < maxClients {
		count(t.clients, r.Client.IP, abnormal)
	} else {
		t.others.count(abnormal)
	}
	count(t.hours, hourOf(r.Start, t.zone), abnormal)
	if abnormal {
		t.group(r)
	}
}

// hourOf is the beginning of the hour in the zone's own counting.
func hourOf(at session.Time, zone *time.Location) int64 {
	local := at.Time().In(zone)
	return local.Unix() - int64(local.Minute()*60+local.Second())
}

func (t *Tally) count(abnormal bool) {
	t.All++
	if abnormal {
		t.Abnormal++
	}
}

func count[K comparable](m map[K]*Tally, key K, abnormal bool) {
	one := m[key]
	if one == nil {
		one = new(Tally)
		m[key] = one
	}
	one.count(abnormal)
}

func (t *tallies) group(r *session.Record) {
	key := signatureOf(r)
	g := t.groups[key]
	if g == nil {
		if len(t.groups) >= maxGroups {
			return
		}
		g = &group{Group: Group{Verdict: key.verdict, Finding: key.finding, Reply: key.reply, First: r.Start, Last: r.Start},
			clients: map[netip.Addr]bool{}}
		t.groups[key] = g
	}
	g.Count++
	g.First, g.Last = min(g.First, r.Start), max(g.Last, r.Start)
	if len(g.Sessions) < groupNames {
		g.Sessions = append(g.Sessions, r.Session)
	}
	if len(g.clients) < groupClients {
		g.clients[r.Client.IP] = true
	} else if !g.clients[r.Client.IP] {
		g.More = true
	}
}

func (t *tallies) byVerdict() []Tally {
	list := named(t.verdicts, func(name string) string { return name })
	mostFirst(list, func(c *Tally) int64 { return c.All })
	return cutTallies(list, shownVerdicts, Tally{})
}

// cutTallies counts what is behind the first ones together, with what was
// never told apart.
func cutTallies(list []Tally, shown int, others Tally) []Tally {
	if len(list) <= shown {
		return list
	}
	rest := others
	for _, c := range list[shown:] {
		rest.All += c.All
		rest.Abnormal += c.Abnormal
	}
	rest.Name = report.Count(int64(len(list)-shown), "other", "others")
	if others.All > 0 {
		rest.Name = "all others"
	}
	return append(list[:shown:shown], rest)
}

// byClient puts first who had most sessions that ended abnormally.
func (t *tallies) byClient() []Tally {
	list := named(t.clients, netip.Addr.String)
	mostFirst(list, func(c *Tally) int64 { return c.Abnormal })
	return cutTallies(list, shownClients, t.others)
}

// byHour counts by hour, or where that would be a long list by day.
func (t *tallies) byHour() (list []Tally, unit string) {
	hours, layout, unit := t.hours, "2006-01-02 15:00", "hour"
	if len(hours) > maxHours {
		hours, layout, unit = t.days(), "2006-01-02", "day"
	}
	keys := slices.Sorted(maps.Keys(hours))
	left := max(len(keys)-maxDays, 0)
	for _, key := range keys[left:] {
		one := *hours[key]
		one.Name = time.Unix(key, 0).In(t.zone).Format(layout)
		list = append(list, one)
	}
	if left > 0 {
		before := Tally{Name: "before"}
		for _, key := range keys[:left] {
			before.All += hours[key].All
			before.Abnormal += hours[key].Abnormal
		}
		list = append([]Tally{before}, list...)
	}
	return list, unit
}

func (t *tallies) days() map[int64]*Tally {
	days := map[int64]*Tally{}
	for key, n := range t.hours {
		local := time.Unix(key, 0).In(t.zone)
		day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, t.zone).Unix()
		if days[day] == nil {
			days[day] = new(Tally)
		}
		days[day].All += n.All
		days[day].Abnormal += n.Abnormal
	}
	return days
}

// bySignature gives the groups, the largest first.
func (t *tallies) bySignature() []Group {
	var list []Group
	for _, g := range t.groups {
		g.Clients = int64(len(g.clients))
		slices.Sort(g.Sessions)
		list = append(list, g.Group)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.First, b.First), strings.Compare(a.Verdict, b.Verdict),
			strings.Compare(a.Finding, b.Finding), cmp.Compare(a.Reply, b.Reply))
	})
	return list
}

func named[K comparable](m map[K]*Tally, name func(K) string) []Tally {
	list := make([]Tally, 0, len(m))
	for key, n := range m {
		one := *n
		one.Name = name(key)
		list = append(list, one)
	}
	return list
}

func mostFirst(list []Tally, by func(*Tally) int64) {
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(by(&b), by(&a)), cmp.Compare(b.All, a.All), strings.Compare(a.Name, b.Name))
	})
}

func sortBars(bars []Bar) {
	slices.SortFunc(bars, func(a, b Bar) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Number, b.Number))
	})
}
