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

// logTally counts what the log says of the sessions in the report.
type logTally struct {
	matched, agrees, differs, ambiguous, none int64
	endless                                   int64 // of those that agree: the packets do not show the end
}

func (t *logTally) add(r *session.Record) {
	switch l := r.Log; {
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
			if !r.EndShown() {
				t.endless++
			}
		case "no":
			t.differs++
		}
	}
}

// words say how the log's story compares with that of the packets. A log that
// cannot be held against them does not contradict them.
func (t *logTally) words() string {
	words := "it agrees with the packets in " + report.Thousands(t.agrees)
	if t.differs > 0 {
		words += " and differs in " + report.Thousands(t.differs)
	}
	if open := t.matched - t.agrees - t.differs; open > 0 {
		words += ", and in " + report.Thousands(open) + " it cannot be held against them"
	}
	return words
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
		if r := one.refusal; one.Fate == Normal && r != nil {
			d.Answer = append(d.Answer, fmt.Sprintf("It ended as a session should, but the server did not take all of its mail: it said \"%s\".",
				report.Printable(fmt.Sprintf("%d %s", r.Code, strings.ReplaceAll(r.Text, "\n", " ")))))
			d.Next = []string{refusalAdvice(r.Code)}
		} else if one.Fate == Normal {
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
	if !f.isCause {
		what = "What was noticed"
	}
	d.Sure = append(d.Sure, what+" is "+certaintyWords(f.Certainty)+evidence(f)+".")
	if f.Against != "" {
		d.Sure = append(d.Sure, "Weighed: "+sentence(f.Against))
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

// maxNext is how many things to do the first page of an incident names.
const maxNext = 5

// among is of how many sessions those that ended badly are told: of all in the
// capture where the filters let through just the bad ones, all of them.
func (b *Builder) among(c *report.Capture) int64 {
	if b.bad == b.total && b.bad-b.byLog == c.Abnormal { // the capture's line knows of no log
		return max(c.Sessions, b.total)
	}
	return b.total
}

func (b *Builder) manySessions(d *Document, c *report.Capture) {
	d.Answer = []string{endedBadly(b.bad, b.among(c)) + b.amongThem() + stillOpen(b.open) + "."}
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
	if b.byLog > 0 {
		d.Sure = append(d.Sure, fmt.Sprintf("That %s ended abnormally is read from the gateway's log: TLS hides it from the packets.",
			report.Count(b.byLog, "session", "sessions")))
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

// amongThem says how many of those that ended abnormally meant no mail, and how
// many are abnormal by the log alone.
func (b *Builder) amongThem() string {
	words, of := "", " of them "
	switch {
	case b.probes > 0 && b.probes == b.bad:
		words = ", health checks and scans all"
	case b.probes > 0:
		words, of = ", "+report.Thousands(b.probes)+of+plural(b.probes, "a health check or scan", "health checks or scans"), " "
	}
	switch {
	case b.byLog > 0 && b.byLog == b.bad:
		words += ", by the gateway's log alone"
	case b.byLog > 0:
		words += ", " + report.Thousands(b.byLog) + of + "by the gateway's log alone"
	}
	return words
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
			list = append(list, capital(f.Words())+": "+lower(advice[f]))
		} else {
			list = append(list, advice[f])
		}
	}
	if list == nil {
		return []string{advice[Normal]}
	}
	return list
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
	case d.Single && t.endless > 0:
		list = append(list, "The gateway's log has this session and agrees with the packets as far as they go.")
	case d.Single && t.agrees > 0:
		list = append(list, "The gateway's log has this session and agrees with the packets.")
	case d.Single && t.differs > 0:
		list = append(list, "The gateway's log has this session and says something else than the packets; see there.")
	case d.Single && t.matched > 0:
		list = append(list, "The gateway's log has this session; its words cannot be held against the packets.")
	case t.matched > 0:
		list = append(list, fmt.Sprintf("The gateway's log has %s of these sessions; %s.", report.Thousands(t.matched), t.words()))
	case b.hasLog:
		list = append(list, "The gateway's log has none of these sessions for certain.")
	}
	return list
}

// refusalAdvice is what to do about a mail that was refused (RFC 5321 section 4.2.1).
func refusalAdvice(code int) string {
	const reason = " The reason is in the server's words, and in its log."
	if code < 500 {
		return "The refusal is for now (4yz): the client keeps the mail and is to try again." + reason
	}
	return "The refusal is final (5yz): a mail server sends it back to its sender." + reason
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
