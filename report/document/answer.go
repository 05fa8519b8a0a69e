package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

// causes count the leading findings of sessions.
type causes struct {
	list map[string]*cause
}

// A cause is a finding that leads in some sessions; the first of them lends
// its words.
type cause struct {
	session.Finding
	count  int64
	first  int64
	advice []counted // which may differ: what mends one failure of TLS does not mend another
}

// counted is an advice, and of how many sessions.
type counted struct {
	text  string
	count int64
}

// maxAdvice is how many advices of one cause are told apart; a rule has a few.
const maxAdvice = 16

func (c *cause) advise(text string) {
	i := slices.IndexFunc(c.advice, func(a counted) bool { return a.text == text })
	if i < 0 {
		if len(c.advice) == maxAdvice {
			return
		}
		i = len(c.advice)
		c.advice = append(c.advice, counted{text: text})
	}
	c.advice[i].count++
}

// toDo are the advices of most sessions, at most two, each with what it is for.
func (c *cause) toDo() []string {
	slices.SortStableFunc(c.advice, func(a, b counted) int { return cmp.Compare(b.count, a.count) })
	var list []string
	for _, a := range c.advice[:min(len(c.advice), 2)] {
		sessions := report.Count(c.count, "session", "sessions")
		if a.count < c.count {
			sessions = report.Thousands(a.count) + " of " + sessions
		}
		list = append(list, about(c.Code, sessions, report.Printable(a.text)))
	}
	return list
}

func (c *causes) add(r *session.Record) {
	f := diagnosis.Leading(r.Findings)
	if f == nil || f.Severity == "info" {
		return
	}
	if c.list == nil {
		c.list = map[string]*cause{}
	}
	one := c.list[f.Code]
	if one == nil {
		one = &cause{Finding: *f, first: r.Session}
		c.list[f.Code] = one
	}
	one.count++
	one.advise(f.Advice)
}

// leading are the causes, the most frequent first.
func (c *causes) leading() []*cause {
	var list []*cause
	for _, one := range c.list {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b *cause) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.first, b.first), strings.Compare(a.Code, b.Code))
	})
	return list
}

// logTally counts what the log says of the sessions in the report.
type logTally struct{ matched, agrees, differs, ambiguous, none int64 }

func (t *logTally) add(l *session.Log) {
	switch {
	case l == nil:
	case l.Status == "ambiguous":
		t.ambiguous++
	case l.Status != "matched":
		t.none++
	default:
		t.matched++
		switch l.Agrees {
		case "yes":
			t.agrees++
		case "no":
			t.differs++
		}
	}
}

// firstPage is what a reader must know before anything else.
func (b *Builder) firstPage(d *Document, c *report.Capture) {
	names := "no file"
	if len(d.Files) > 0 {
		names = d.Files[0].Name
		if more := len(d.Files) - 1; more > 0 {
			names += " and " + report.Count(int64(more), "more file", "more files")
		}
	}
	asked := b.text(b.o.Asked)
	switch {
	case d.Single && (asked == "" || strings.HasPrefix(asked, "--session ")):
		d.Asked = fmt.Sprintf("What became of mail session %d in %s?", d.Details[0].Number, names)
	case asked == "":
		d.Asked = "What became of the mail sessions in " + names + "?"
	default:
		d.Asked = "What became of the mail sessions in " + names + " that match " + asked + "?"
	}
	d.Title = "Mail sessions in " + names
	if d.Single {
		d.Title = fmt.Sprintf("Mail session %d in %s", d.Details[0].Number, names)
	}
	switch {
	case b.total == 0:
		b.noSession(d, c)
	case d.Single:
		b.oneSession(d)
	default:
		b.manySessions(d, c)
	}
	d.Sure = append(d.Sure, b.quality(d)...)
}

func (b *Builder) noSession(d *Document, c *report.Capture) {
	d.Answer = []string{"No session matches.", fmt.Sprintf("The capture holds %s in all.", report.Count(c.Sessions, "session", "sessions"))}
	if c.Sessions == 0 {
		d.Answer = []string{"The capture holds no mail session.", fmt.Sprintf("It has %s.", report.Count(c.Packets, "packet", "packets"))}
	}
	d.Next = []string{"Look whether the filters, the time and the place of the capture are the right ones."}
}

func (b *Builder) oneSession(d *Document) {
	one := d.Details[0]
	d.Sure = []string{"Where, how and by whom it ended is read from its packets."}
	f := one.leading()
	if f == nil {
		d.Answer = []string{fmt.Sprintf("Session %d, from %s to %s, %s.", one.Number, one.Client, one.Server, endedWords(one.Verdict))}
		if one.Fate == Normal {
			d.Answer = append(d.Answer, "That is how a session should end.")
		} else {
			d.Answer = append(d.Answer, noCause(one))
			d.Next = []string{advice[one.Fate]}
		}
		return
	}
	ended := endedWords(one.Verdict)
	if one.fateOfMail != "" { // the cause has the numbers
		ended = endedWords(one.ended) + "; " + one.fateOfMail
	}
	d.Answer = []string{fmt.Sprintf("Session %d, from %s to %s, %s.", one.Number, one.Client, one.Server, ended), f.Summary}
	what := "The cause"
	if one.Fate == Normal || one.Fate == Open || !diagnosis.Explains(f.Code) {
		what = "What was noticed"
	}
	d.Sure = append(d.Sure, what+" is "+certaintyWords(f.Certainty)+evidence(f)+".")
	if f.Against != "" {
		d.Sure = append(d.Sure, "Looked for against it: "+sentence(f.Against))
	}
	for _, f := range one.Findings {
		d.Next = appendNew(d.Next, f.Advice, f.Elsewhere)
	}
	if len(d.Next) == 0 {
		d.Next = []string{advice[one.Fate]}
	}
}

// hint is the certainty (docs/record.md) of what is no headline.
const hint = string(diagnosis.Hint)

// leading is the finding for the answer, nil where none is more than a hint.
func (s *Detail) leading() *Finding {
	for i := range s.Findings {
		if s.Findings[i].Certainty != hint {
			return &s.Findings[i]
		}
	}
	return nil
}

// noCause is the second sentence where no rule names a cause.
func noCause(one *Detail) string {
	const only = "he packets show this much and do not force a cause."
	switch {
	case one.fateOfMail != "":
		return capital(one.fateOfMail) + "; t" + only
	case one.noMail:
		return "No mail was sent in it; t" + only
	}
	return "T" + only
}

func evidence(f *Finding) string {
	if f.Frames == "" {
		return ""
	}
	return " (" + f.Frames + ")"
}

// maxNext is how many things to do the first page of an incident names.
const maxNext = 5

// among is of how many sessions those that ended badly are told: of all in the
// capture where the filters let through just the bad ones, all of them.
func (b *Builder) among(c *report.Capture) int64 {
	if b.bad == b.total && b.bad == c.Abnormal {
		return max(c.Sessions, b.total)
	}
	return b.total
}

func (b *Builder) manySessions(d *Document, c *report.Capture) {
	d.Answer = []string{endedBadly(b.bad, b.among(c)) + b.probesWords() + stillOpen(b.open) + "."}
	causes, leading, what := b.findings.leading(), "The leading cause", "the cause"
	if b.bad == 0 {
		causes, leading, what = b.oddities.leading(), "What was noticed most", "what was noticed"
	}
	lead := leadingPattern(d.Patterns, causes)
	switch {
	case lead != nil:
		d.Answer = append(d.Answer, lead.Summary)
		d.Sure = append(d.Sure, fmt.Sprintf("What these %s have in common is %s.", lead.CountWords(), certaintyWords(lead.Certainty)))
	case len(causes) > 0 && (len(d.Groups) == 0 || causes[0].count >= d.Groups[0].Count):
		f := causes[0]
		d.Answer = append(d.Answer, fmt.Sprintf("%s, in %s: %s", leading, report.Count(f.count, "session", "sessions"), f.words()))
		d.Sure = append(d.Sure, f.sure(what))
	case len(d.Groups) > 0 && len(causes) > 0:
		// The commonest end has no known cause: a rarer one that has must not
		// stand for it.
		f := causes[0]
		d.Answer = append(d.Answer, fmt.Sprintf("%s; a cause is known of others, of %s: %s", strings.TrimSuffix(waysWords(d.Groups), "."),
			report.Count(f.count, "session", "sessions"), f.words()))
		d.Sure = append(d.Sure, f.sure(what))
	case len(d.Groups) > 0:
		d.Answer = append(d.Answer, waysWords(d.Groups))
	}
	if b.bad > 0 {
		d.Sure = append(d.Sure, "Where, how and by whom each session ended is read from its packets.")
	}
	b.whatNext(d, causes)
}

// whatNext is what to do, each with what it is for.
func (b *Builder) whatNext(d *Document, causes []*cause) {
	said := map[string]bool{}
	for _, p := range d.Patterns {
		if p.leads() && !said[p.Advice] {
			said[p.Advice] = true
			d.Next = appendNew(d.Next, about(p.Code, report.Count(max(p.Count, int64(len(p.Sessions))), "session", "sessions"), p.Advice))
		}
	}
	for _, f := range causes[:min(len(causes), 3)] {
		d.Next = appendNew(d.Next, f.toDo()...)
	}
	if len(d.Next) == 0 || len(d.Patterns) == 0 && len(d.Groups) > 0 && causes[0].count < d.Groups[0].Count {
		d.Next = append(d.Next, b.adviceByFate()...)
	}
	d.Next = d.Next[:min(len(d.Next), maxNext)]
}

// about is an advice with what it is for.
func about(code, sessions, advice string) string {
	title := report.CauseTitle(code)
	if title == "" || advice == "" {
		return advice
	}
	return fmt.Sprintf("%s (%s): %s", title, sessions, advice)
}

// leadingPattern is what many sessions have in common where that is more than
// a hint, and does not stand for a few beside a cause of many; else nil.
func leadingPattern(list []*Pattern, causes []*cause) *Pattern {
	for _, p := range list {
		if p.leads() && (len(causes) == 0 || 2*max(p.Count, int64(len(p.Sessions))) >= causes[0].count) {
			return p
		}
	}
	return nil
}

// leads reports whether a pattern may stand on the first page.
func (p *Pattern) leads() bool { return p.Certainty != hint && p.Severity != "info" }

// words are a cause in words that are true of all its sessions.
func (c *cause) words() string {
	title := report.CauseTitle(c.Code)
	if c.count == 1 || title == "" {
		return sentence(report.Printable(c.Summary))
	}
	return sentence(strings.ToLower(title[:1]) + title[1:])
}

// sure says how sure it is, of the first session that has it. what is it.
func (c *cause) sure(what string) string {
	if c.count == 1 {
		return fmt.Sprintf("In that session, %d, %s is %s.", c.first, what, certaintyWords(c.Certainty))
	}
	return fmt.Sprintf("In the first of them, session %d, %s is %s.", c.first, what, certaintyWords(c.Certainty))
}

// probesWords say how many of those that ended abnormally meant no mail.
func (b *Builder) probesWords() string {
	switch {
	case b.probes == 0:
		return ""
	case b.probes == b.bad:
		return ", health checks and scans all"
	}
	return ", " + report.Thousands(b.probes) + " of them " + plural(b.probes, "a health check or scan", "health checks or scans")
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// adviceByFate is what to do where no cause is known: for each way in which
// sessions ended abnormally, the most frequent first.
func (b *Builder) adviceByFate() []string {
	var fates []Fate
	for f := Withdrawn; f < Fates; f++ {
		if b.chart.counts[f] > 0 && (f != Open || b.bad == 0) {
			fates = append(fates, f)
		}
	}
	slices.SortStableFunc(fates, func(x, y Fate) int { return cmp.Compare(b.chart.counts[y], b.chart.counts[x]) })
	var list []string
	for _, f := range fates {
		if len(fates) > 1 {
			list = append(list, capital(f.Words())+": "+strings.ToLower(advice[f][:1])+advice[f][1:])
		} else {
			list = append(list, advice[f])
		}
	}
	if list == nil {
		return []string{advice[Normal]}
	}
	return list
}

func endedBadly(bad, all int64) string {
	sessions := report.Count(all, "session", "sessions")
	switch {
	case bad == 0:
		return "Of " + sessions + ", none ended abnormally"
	case bad == all:
		return "All " + sessions + " ended abnormally"
	}
	return fmt.Sprintf("Of %s, %s ended abnormally (%.3g %%)", sessions, report.Thousands(bad), float64(bad)*100/float64(all))
}

func stillOpen(open int64) string {
	if open == 0 {
		return ""
	}
	return ", and of " + report.Thousands(open) + " the capture does not show the end"
}

// endedWords make a half sentence of a verdict, whose first words are a phase.
func endedWords(verdict string) string {
	if strings.HasPrefix(verdict, "no connection") {
		return "came to " + verdict
	}
	if rest, unknown := strings.CutPrefix(verdict, "phase unknown"); unknown {
		return "ended in an unknown phase" + rest
	}
	return "ended " + verdict
}

// waysWords say in which ways the sessions ended, the most frequent first.
func waysWords(groups []Group) string {
	g := &groups[0]
	switch {
	case len(groups) == 1 && g.Count == 1:
		return "It " + endedWords(g.Verdict) + "."
	case len(groups) == 1:
		return fmt.Sprintf("All of these ended alike: %s (%s).", g.Verdict, g.ClientWords())
	case g.Count > 1:
		return fmt.Sprintf("Most often: %s (%s, %s).", g.Verdict, report.Count(g.Count, "session", "sessions"), g.ClientWords())
	}
	var ways []string
	for _, g := range groups[:min(len(groups), 4)] {
		ways = append(ways, g.Verdict)
	}
	words := "Each ended in its own way: " + strings.Join(ways, "; ")
	if len(groups) > 4 {
		words += "; and so on"
	}
	return words + "."
}

// ClientWords says from how many clients the sessions came.
func (g *Group) ClientWords() string {
	words := "from " + report.Count(g.Clients, "client", "clients")
	if g.More {
		words = "from more than " + report.Count(g.Clients, "client", "clients")
	}
	return words
}

// certaintyWords say what a certainty means (docs/diagnosis.md).
func certaintyWords(certainty string) string {
	switch certainty {
	case "proven":
		return "proven: the packets alone force it"
	case "strong":
		return "strong: there is no common innocent explanation, and a counter-check passed"
	case "likely":
		return "likely: it fits, and other explanations remain"
	case hint:
		return "a hint: worth a look"
	}
	return report.Printable(certainty)
}

// quality says how far the capture and the log can be believed.
func (b *Builder) quality(d *Document) []string {
	var list []string
	if len(d.Quality)+len(d.Errors) == 0 {
		list = append(list, "The capture is sound as far as it can tell: no gap, no direction missing, no packet cut.")
	} else {
		list = append(list, "The capture has faults that may hide something; they are listed below.")
	}
	t := &b.log
	switch {
	case d.Single && t.agrees > 0:
		list = append(list, "The gateway's log has this session and agrees with the packets.")
	case d.Single && t.differs > 0:
		list = append(list, "The gateway's log has this session and says something else than the packets; see there.")
	case d.Single && t.matched > 0:
		list = append(list, "The gateway's log has this session; its words cannot be held against the packets.")
	case t.matched > 0:
		line := fmt.Sprintf("The gateway's log has %s of these sessions; it agrees with the packets in %s", report.Thousands(t.matched), report.Thousands(t.agrees))
		if t.differs > 0 {
			line += fmt.Sprintf(" and differs in %s", report.Thousands(t.differs))
		}
		list = append(list, line+".")
	case b.hasLog:
		list = append(list, "The gateway's log has none of these sessions for certain.")
	}
	return list
}

// advice is what to do where no finding says it, by how sessions ended.
var advice = [Fates]string{
	Normal:    "Nothing needs to be done.",
	Withdrawn: "Ask whoever runs the sending server why it gave the mail up in order: its log has the reason, often a policy of its own or a reply that it did not like.",
	ByFIN:     "Ask the side that closed, which the verdict names, what its log says at that moment. It closed in order, so it should know why.",
	ByRST:     "Ask the side that the reset claims to come from what its log says at that moment. If it knows nothing, capture there at the same time: a firewall between the two can send a reset in its name.",
	Silent:    "Capture on both sides of the firewall at the same time: only that shows where the packets stop.",
	Open:      "Capture until the sessions have ended; a gateway's timers run for five minutes and more.",
}

// appendNew appends what is not empty and not there yet.
func appendNew(list []string, texts ...string) []string {
	for _, text := range texts {
		if text = sentence(text); text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// capital begins our own words, which are ASCII, with a capital letter.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
