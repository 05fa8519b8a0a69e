package diagnosis

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/session"
)

// patternProofs are what each pattern is tried on: as proofs, but of whole
// cases. A name with "made:" is in madeCases.
var patternProofs = map[string]proof{
	"one-way-capture": {map[string]Certainty{"pattern-one-way-capture": Proven}, []string{"pattern-one-way-capture-once", "pattern-doubled-capture"}},
	"doubled-capture": {map[string]Certainty{"pattern-doubled-capture": Proven}, []string{"pattern-doubled-capture-repeats", "mirror"}},
	"client-restart":  {map[string]Certainty{"pattern-client-restart": Strong}, []string{"pattern-client-restart-one-lives", "pattern-client-timer-together", "pattern-server-restart"}},
	"server-restart":  {map[string]Certainty{"pattern-server-restart": Strong}, []string{"pattern-server-restart-one-lives", "pattern-server-timer", "pattern-client-restart"}},
	"server-timer": {map[string]Certainty{"pattern-server-timer": Strong, "pattern-server-timer-client-closes": Proven, "made:timer 421": Proven, "made:timer of 300 s, 2 % off": Strong, "made:timer nobody knows": Likely},
		[]string{"pattern-server-timer-scattered", "made:pauses like round trips", "pattern-client-timer-together"}},
	"client-timer": {map[string]Certainty{"pattern-client-timer": Strong, "pattern-client-timer-together": Strong},
		[]string{"pattern-client-timer-two-clients", "pattern-server-timer", "pattern-server-timer-client-closes"}},
	"same-byte-count": {map[string]Certainty{"pattern-same-byte-count": Strong, "pattern-same-byte-count-one-message": Likely},
		[]string{"pattern-same-byte-count-differs", "pattern-client-restart"}},
	"bdat-fails":        {map[string]Certainty{"pattern-bdat-fails": Strong, "made:BDAT answered with 502": Strong}, []string{"made:BDAT refused for its size", "made:BDAT broken off by the client", "made:BDAT answered with 502 by a server that offers none", "pattern-bdat-fails-one-passes", "bdat-last-sent-rst", "made:BDAT and DATA answered with 502", "made:BDAT dies now and then between many"}},
	"refused-by-client": {map[string]Certainty{"made:user unknown for one client only": Likely}, []string{"made:user unknown for every client", "made:user unknown, then set up", "made:another recipient unknown"}},
	"ehlo-differs":      {map[string]Certainty{"pattern-ehlo-differs": Strong}, []string{"pattern-ehlo-differs-by-policy", "made:one list after the other"}},
	"syn-timestamps": {map[string]Certainty{"made:older timestamps unanswered": Strong, "made:older timestamps unanswered, wrapped": Strong},
		[]string{"made:SYNs lost by chance", "made:older timestamps answered", "made:four SYNs"}},
	"failing-path": {map[string]Certainty{"pattern-failing-path": Strong, "made:path with one cause and several ends": Likely}, []string{"made:path with several causes", "made:path with one hint", "pattern-failing-path-one-passes", "pattern-server-timer"}},
	"failing-host": {map[string]Certainty{"pattern-failing-host": Hint}, []string{"pattern-failing-host-others-too", "pattern-server-restart"}},
	"repeated-message": {map[string]Certainty{"pattern-repeated-message": Strong, "made:same Message-ID, another size": Strong, "made:accepted too late, and again": Strong},
		[]string{"pattern-repeated-message-another", "pattern-repeated-message-newsletter", "made:accepted, then again", "made:handed on by the gateway"}},
	"periodic-probes": {map[string]Certainty{"pattern-periodic-probes": Strong}, []string{"pattern-periodic-probes-irregular", "made:three probes"}},
	"scanning-client": {map[string]Certainty{"pattern-scanning-client": Likely}, []string{"pattern-scanning-client-delivers", "made:monitor of five servers"}},
}

// TestPatternProofs holds each pattern against its cases.
func TestPatternProofs(t *testing.T) {
	found := patternsOfCases(t)
	for i := range patternRules {
		code := patternRules[i].code
		p, there := patternProofs[code]
		if !there || len(p.fires) == 0 || len(p.silent) == 0 {
			t.Errorf("%s: a pattern needs a case in which it shows and a near miss", code)
		}
		for name, want := range p.fires {
			if got := patternIn(t, found, name, code); got != want {
				t.Errorf("%s in %s: certainty %q, want %q", code, name, got, want)
			}
		}
		for _, name := range p.silent {
			if got := patternIn(t, found, name, code); got != "" {
				t.Errorf("%s shows in its near miss %s: %s", code, name, got)
			}
		}
	}
}

func patternIn(t *testing.T, found map[string][]Pattern, name, code string) Certainty {
	t.Helper()
	list, there := found[name]
	if !there {
		t.Errorf("no case %s", name)
	}
	for _, p := range list {
		if p.Code == code {
			return Certainty(p.Certainty)
		}
	}
	return ""
}

// TestPatterns lists the patterns of every case, so that a new one shows where
// else it is seen. Read the difference before accepting it with -update.
func TestPatterns(t *testing.T) {
	found := patternsOfCases(t)
	var out strings.Builder
	for _, name := range sortedNames(found) {
		for _, p := range found[name] {
			fmt.Fprintf(&out, "%s: %s, %s, %s, %v: %s\n", name, p.Code, p.Certainty, p.Severity, p.Sessions, p.Summary)
		}
	}
	const golden = "testdata/patterns.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("patterns differ from %s (-update writes it):\n%s", golden, difference(string(want), out.String()))
	}
}

func sortedNames(m map[string][]Pattern) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// patternsOfCases gives the patterns of every case of testdata and of those
// made here.
func patternsOfCases(t *testing.T) map[string][]Pattern {
	t.Helper()
	found := map[string][]Pattern{}
	scripts, err := filepath.Glob("../testdata/*/session.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range scripts {
		found[filepath.Base(filepath.Dir(path))] = patternsOf(sessionsOf(t, path))
	}
	for name, sessions := range madeCases {
		found["made:"+name] = patternsOf(sessions())
	}
	return found
}

func patternsOf(sessions []*session.Session) []Pattern {
	var p Patterns
	for _, s := range sessions {
		p.Add(s)
	}
	return p.Found()
}

// TestPatternsInAnyOrder: sessions end in another order than they begin, and
// which came first must not matter.
func TestPatternsInAnyOrder(t *testing.T) {
	scripts, _ := filepath.Glob("../testdata/pattern-*/session.txt")
	for _, path := range scripts {
		sessions := sessionsOf(t, path)
		want := patternsOf(sessions)
		for seed := range uint64(5) {
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(sessions), func(i, j int) { sessions[i], sessions[j] = sessions[j], sessions[i] })
			if got := patternsOf(sessions); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: in another order\n got %v\nwant %v", path, got, want)
			}
		}
	}
}

// TestPatternsExplainMostFirst: what is wrong with the capture stands first,
// then what explains most aborted sessions, then what is no trouble, hints last.
func TestPatternsExplainMostFirst(t *testing.T) {
	var sessions []*session.Session
	for i := range 6 {
		s := closed(i, 30*time.Second, "server")
		s.Record.Client.IP = netip.AddrFrom4([4]byte{10, 0, byte(i), 1})
		sessions = append(sessions, s)
	}
	for i := range 4 {
		sessions = append(sessions, closed(100+i, 60*time.Second, "client"))
	}
	for i := range 8 {
		s := probeAt(200+i, time.Duration(i)*10*time.Second)
		sessions = append(sessions, s)
	}
	for i := range 3 {
		s := blank(300+i, time.Duration(i)*time.Hour)
		s.Record.Server, s.Record.Seen.Client, s.Record.Ended.Phase = endpointAt("198.51.100.77", 25), false, "data"
		sessions = append(sessions, s)
	}
	var order []string
	for _, p := range patternsOf(sessions) {
		order = append(order, p.Code)
	}
	want := []string{"one-way-capture", "server-timer", "client-timer", "periodic-probes"}
	if !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

// TestPatternsMemory: however many sessions come, what is kept stays below
// what the documentation says, and the rest is counted.
func TestPatternsMemory(t *testing.T) {
	const many = 3 * maxFacts
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var p Patterns
	for i := range many {
		p.Add(closed(i, time.Duration(i%300)*time.Second, "server"))
		p.Add(delivered(many+i, time.Duration(i)*time.Millisecond, strings.Repeat("a", 1+i%200)))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := after.HeapAlloc - before.HeapAlloc; got > 60<<20 {
		t.Errorf("%d bytes are kept", got)
	}
	if got, want := p.Cut(), int64(2*many-2*maxFacts); got != want {
		t.Errorf("%d sessions were cut, want %d", got, want)
	}
	if p.mailFacts.n > maxMails || len(p.lists) > maxLists {
		t.Errorf("%d mails, %d lists", p.mailFacts.n, len(p.lists))
	}
	runtime.KeepAlive(&p)
}

// TestPatternArticles: every pattern has its page.
func TestPatternArticles(t *testing.T) {
	pages := map[string]bool{}
	for _, a := range Articles() {
		pages[a.Key] = true
	}
	for i := range patternRules {
		if code := patternRules[i].code; !pages[code] {
			t.Errorf("%s has no page in articles/", code)
		}
	}
}

// TestPatternCodes: a code is either a pattern's or a finding's, or its page
// would have to tell of both.
func TestPatternCodes(t *testing.T) {
	codes := Codes()
	for i := range patternRules {
		if code := patternRules[i].code; slices.Contains(codes, code) {
			t.Errorf("%s is a finding's code too", code)
		}
	}
}
