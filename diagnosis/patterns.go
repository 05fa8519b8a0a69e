package diagnosis

import (
	"strings"

	"smtpscope/session"
)

// What is kept at most. Sessions beyond are counted only; at its limits an
// accumulator holds 12 MB, and 16 MB more where each session is of other hosts.
const (
	maxFacts = 1 << 16 // of abnormal sessions, and as many of others
	maxMails = 1 << 16
	maxLists = 1 << 10 // different lists of EHLO keywords
)

// Patterns takes finished sessions and tells in the end what several of them
// have in common. Its memory is bounded: it keeps facts of the first 65,536
// abnormal sessions and of as many others, and judges by those.
type Patterns struct {
	aborted, others   blocks[fact]
	mailFacts         blocks[mailFact]
	hosts             hosts
	cuts              []cutContent
	causes            vocabulary
	doors             doors
	recipients        []uint64 // hashes of those of the message that is added
	lists             []string
	listNumbers       map[string]int
	listsHeard        map[uint64]int // by the hash of the lines as they came
	count, allAborted int64          // also those that were not kept
}

// gathered is what the rules of patterns see, in the order of the sessions'
// beginnings. Where one side was not captured no cause is looked for: the
// capture explains what seems to be missing (causes.md 0.1).
type gathered struct {
	*Patterns
	all     []*fact // also one-sided sessions
	facts   []*fact // of sessions of which both sides were captured
	aborted []*fact // of these, those that ended abnormally and are no probes
	mails   []*mailFact
}

func (p *Patterns) gathered() *gathered {
	e := &gathered{Patterns: p, mails: p.mailFacts.pointers(nil)}
	e.all = p.others.pointers(p.aborted.pointers(make([]*fact, 0, p.aborted.n+p.others.n)))
	sortByNumber(e.all, func(f *fact) int64 { return f.session })
	sortByNumber(e.all, func(f *fact) int64 { return int64(f.start) })
	e.facts = onlyFacts(e.all, func(f *fact) bool { return f.hidden() == "" })
	e.aborted = onlyFacts(e.facts, func(f *fact) bool { return f.aborted })
	sortByNumber(e.mails, func(m *mailFact) int64 { return int64(m.at) })
	return e
}

// Cut reports how many sessions were counted and not kept.
func (p *Patterns) Cut() int64 { return p.count - int64(p.aborted.n+p.others.n) }

// Add takes a finished session; nothing of it is kept but a fact.
func (p *Patterns) Add(s *session.Session) {
	r := &s.Record
	p.count++
	list := &p.others
	if isAborted(r) {
		p.allAborted++
		list = &p.aborted
	}
	if list.n >= maxFacts {
		return
	}
	f := list.add()
	f.fill(p, r)
	f.list = uint16(p.listOf(r))
	f.hasTS, f.tsval = s.SYN.HasTS, s.SYN.TSVal
	for _, m := range r.Messages {
		p.recipients = hashRecipients(p.recipients[:0], m)
		p.doors.add(f, m, p.recipients)
		if p.mailFacts.n < maxMails {
			p.addMail(f, m)
		}
	}
}

func (p *Patterns) addMail(f *fact, m *session.Message) {
	if m.Transfer == nil || !m.Transfer.Complete || f.hidden() != "" {
		return
	}
	out := mailFact{fact: f, accepted: m.Outcome == session.Accepted, unanswered: m.Outcome == session.Unanswered, at: f.start}
	if m.Transfer.Start != nil {
		out.at = *m.Transfer.Start
	}
	if m.MessageID != "" {
		out.id = hashOf(m.MessageID)
	}
	if m.From != nil && len(m.Recipients) > 0 && !m.Transfer.AtLeast && m.Transfer.Bytes > 0 {
		out.same = sizedHash(envelopeHash(m, p.recipients), m.Transfer.Bytes)
	}
	out.late = m.Outcome == session.Unanswered && m.Reply != nil && m.Reply.Code/100 == 2
	*p.mailFacts.add() = out
}

// listOf gives the number of a session's list of keywords, from 1; 0 where it
// has none, or where too many different ones were seen.
func (p *Patterns) listOf(r *session.Record) int {
	if r.Seen.MissingBytes > 0 || r.Hello == nil || r.Hello.Verb != "EHLO" || r.Hello.Code/100 != 2 {
		return 0
	}
	lines := hashOf(r.Hello.Extensions...)
	if n, known := p.listsHeard[lines]; known {
		return n
	}
	n := p.newList(r.Hello.Extensions)
	if len(p.listsHeard) < maxLists {
		if p.listsHeard == nil {
			p.listsHeard = map[uint64]int{}
		}
		p.listsHeard[lines] = n
	}
	return n
}

func (p *Patterns) newList(extensions []string) int {
	keywords := transportKeywords(extensions)
	if n, known := p.listNumbers[keywords]; known {
		return n
	}
	if len(p.lists) >= maxLists || len(keywords) > 1024 {
		return 0
	}
	if p.listNumbers == nil {
		p.listNumbers = map[string]int{}
	}
	p.lists = append(p.lists, strings.Clone(keywords))
	p.listNumbers[keywords] = len(p.lists)
	return len(p.lists)
}
