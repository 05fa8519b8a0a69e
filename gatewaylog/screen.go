package gatewaylog

// Nearly no line holds anything that must be blanked, and each rule that blanks
// looks for a word of its own. So all words are looked for at once: each has a pair
// of letters that is rare in logs, and a line is gone over once for the pairs. Only
// the rules of those that it has are asked.

// rules are the rules that a line gives a reason to ask, a bit for each.
type rules uint64

const (
	ruleInitial rules = 1 << iota
	ruleFurther
	ruleEchoed
	ruleMatched
	ruleBounce
	ruleTopic
	ruleCEF
	ruleRuleset
	ruleMilter
	ruleLogged
	rulePureMessage
	ruleSubject
	ruleEvent
	ruleQuoted // the first of the groups of quotes, the others behind it
)

// everyRule asks all: what the short way is held against.
const everyRule = ^rules(0)

// rare are the pairs of the words. What begins with "\x00" is a single byte.
var rare = []struct {
	pair string
	rules
}{
	{"ut", ruleInitial | ruleEchoed}, {"UT", ruleInitial | ruleEchoed}, {"uT", ruleInitial}, {"Ut", ruleInitial}, {"x-", ruleInitial}, {"X-", ruleInitial}, // AUTH, X-EXPS, authentication failed
	{"50", ruleEchoed}, {"53", ruleEchoed}, // replies
	{"\x00\\", ruleFurther}, {"\x00#", ruleFurther},
	{"ea", ruleMatched}, {"dy", ruleMatched}, {"; ", ruleMatched}, // ": header ", ": body ", and all that have "; from=<"
	{"Bo", ruleBounce}, {"\x00\"", ruleTopic}, {"\x00|", ruleCEF | ruleEvent}, {"ul", ruleRuleset}, {"lt", ruleMilter}, {"('", ruleLogged}, {"?q", rulePureMessage}, {"bj", ruleSubject},
}

// pairs say which rules a pair is for: by the first byte, which few have, the row,
// and by the second the place in pairRules.
var (
	pairRow   [256]uint8
	pairRows  [64][256]uint8
	pairRules [256]rules
)

func init() {
	sets, rows := uint8(0), uint8(0)
	add := func(a, b byte, r rules) {
		if pairRow[a] == 0 {
			rows++
			pairRow[a] = rows
		}
		at := &pairRows[pairRow[a]][b]
		r |= pairRules[*at]
		for i := range sets + 1 {
			if pairRules[i] == r {
				*at = i
				return
			}
		}
		sets++
		pairRules[sets], *at = r, sets
	}
	word := func(pair string, r rules) {
		if pair[0] != 0 {
			add(pair[0], pair[1], r)
			return
		}
		for c := range 256 { // before any other byte; the last of a line is looked at alone
			add(pair[1], byte(c), r)
		}
	}
	for _, x := range rare {
		word(x.pair, x.rules)
	}
	for i := range quotes {
		word(quotes[i].pair, ruleQuoted<<i)
	}
}

// screen says which rules have a reason to be asked.
func screen(s string) (found rules) {
	if s == "" {
		return 0
	}
	before := s[0]
	for i := 1; i < len(s); i++ {
		c := s[i]
		found |= pairRules[pairRows[pairRow[before]&63][c]]
		before = c
	}
	return found | pairRules[pairRows[pairRow[before]&63][0]]
}
