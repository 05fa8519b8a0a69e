package diagnosis

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"smtpscope/alignment"
	"smtpscope/session"
)

// A rule is one cause.
type rule struct {
	code     string   // stable, in words of the field
	severity Severity // where the claim does not say
	advice   string   // where the claim does not say
	// needs are signs of which the session has to show one, 0 = none; after is
	// how long it has to have lasted. Without them find would find nothing.
	needs sign
	after time.Duration
	// find gives what the session shows of the cause, nil where it does not.
	find func(*Case) *claim
	// log: the rule needs the gateway's log, and is asked when it was read.
	log bool
	// aside: the rule speaks of the capture, or of a packet behind the end: true
	// and worth knowing, and never why a session ended.
	aside bool
}

// Diagnose gives the findings of a session, the leading one first. The session
// must have been read with its events (session.Config.Events).
func Diagnose(s *session.Session) []session.Finding {
	return diagnose(s, nil, false)
}

// DiagnoseWithLog gives the findings that need the gateway's log: m is what
// alignment found. The session's events may be gone.
func DiagnoseWithLog(s *session.Session, m *alignment.Match) []session.Finding {
	return diagnose(s, m, true)
}

func diagnose(s *session.Session, m *alignment.Match, log bool) []session.Finding {
	c := openCase(s, m)
	defer c.close()
	return ask(c, log)
}

func ask(c *Case, log bool) []session.Finding {
	found := c.found[:0]
	for word, left := range rulesFor(c.signs, log) {
		for ; left != 0; left &= left - 1 {
			r := &rules[64*word+bits.TrailingZeros64(left)]
			if c.lasted < r.after {
				continue
			}
			if claim := r.find(c); claim != nil {
				found = append(found, r.finding(claim))
			}
		}
	}
	c.found = found
	switch len(found) {
	case 0:
		return nil
	case 1:
		return slices.Clone(found)
	}
	found = slices.DeleteFunc(found, func(f session.Finding) bool {
		return slices.ContainsFunc(found, func(g session.Finding) bool {
			return g.Certainty != string(Hint) && slices.Contains(yields[f.Code], g.Code)
		})
	})
	Sort(found)
	return slices.Clone(found)
}

// A ruleSet has a bit for each rule, in their order.
type ruleSet [2]uint64

func (s *ruleSet) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s *ruleSet) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

// bySign has the rules that rest on a sign, at the sign's place, and behind these
// those that rest on none; withLog has those that need a log. Most of the rules
// need not even be looked at for a session.
var bySign, withLog = func() (sets [signs + 1]ruleSet, withLog ruleSet) {
	for i := range rules {
		r := &rules[i]
		for place := range signs {
			if r.needs>>place&1 != 0 {
				sets[place].add(i)
			}
		}
		if r.needs == 0 {
			sets[signs].add(i)
		}
		if r.log {
			withLog.add(i)
		}
	}
	return sets, withLog
}()

// rulesFor are the rules that may find something in a session with these signs.
func rulesFor(shown sign, log bool) ruleSet {
	set := bySign[signs]
	for ; shown != 0; shown &= shown - 1 {
		more := &bySign[bits.TrailingZeros16(uint16(shown))]
		set[0], set[1] = set[0]|more[0], set[1]|more[1]
	}
	if log {
		return ruleSet{set[0] & withLog[0], set[1] & withLog[1]}
	}
	return ruleSet{set[0] &^ withLog[0], set[1] &^ withLog[1]}
}

// yields names, for causes that say no more than who closed, the causes that
// say it was somebody else: both at once would accuse the wrong host.
var yields = map[string][]string{
	"client-ended":         {"forged-rst", "idle-state-lost", "conntrack-invalid-rst", "peer-vanished"},
	"client-gave-up":       {"forged-rst", "idle-state-lost", "conntrack-invalid-rst", "peer-vanished"},
	"closed-without-reply": {"forged-rst", "idle-state-lost", "conntrack-invalid-rst", "inspection-limit", "peer-vanished"},
	// Whoever is cut off may have had another mail to send.
	"timeout-after-success": {"peer-vanished"},
	// Whose packets do not arrive has not fallen silent: its own log has no reason.
	"idle-timeout":            {"icmp-unreachable", "mtu-black-hole"},
	"session-timeout-gateway": {"icmp-unreachable", "mtu-black-hole"},
}

func (r *rule) finding(c *claim) session.Finding {
	frames := slices.Clone(c.frames)
	slices.Sort(frames)
	frames = slices.Compact(frames)
	frames = slices.DeleteFunc(frames, func(n int64) bool { return n == 0 })
	if len(frames) > maxFrames {
		frames = append(frames[:maxFrames/2:maxFrames/2], frames[len(frames)-maxFrames/2:]...)
	}
	return session.Finding{
		Code: r.code, Severity: string(cmp.Or(c.severity, r.severity)), Certainty: string(c.certainty),
		Summary: c.summary, Frames: frames, Against: c.against, Elsewhere: c.elsewhere, Advice: cmp.Or(c.advice, r.advice),
	}
}

// Sort puts the leading finding first: by severity, then what explains before
// what does not, then by certainty, then in the order of the rules, in which
// findings come.
func Sort(list []session.Finding) {
	slices.SortStableFunc(list, func(a, b session.Finding) int {
		return cmp.Or(cmp.Compare(severityRank[Severity(a.Severity)], severityRank[Severity(b.Severity)]),
			cmp.Compare(weight(&a), weight(&b)),
			cmp.Compare(certaintyRank[Certainty(a.Certainty)], certaintyRank[Certainty(b.Certainty)]))
	})
}

// weight puts behind the findings that explain those that do not, and behind
// them the hints, which never lead.
func weight(f *session.Finding) int {
	switch {
	case f.Certainty == string(Hint):
		return 2
	case !Explains(f.Code):
		return 1
	}
	return 0
}

// Explains reports whether a finding of that code may be why a session ended.
// One of the capture itself may not, nor one of a packet behind the end.
func Explains(code string) bool {
	_, aside := asides[code]
	return !aside
}

var (
	severityRank  = map[Severity]int{Error: 0, Warning: 1, Info: 2}
	certaintyRank = map[Certainty]int{Proven: 0, Strong: 1, Likely: 2, Hint: 3}
)

// Leading is the finding for a headline, nil where none is at least likely.
func Leading(list []session.Finding) *session.Finding {
	for i := range list {
		if list[i].Certainty != string(Hint) {
			return &list[i]
		}
	}
	return nil
}
