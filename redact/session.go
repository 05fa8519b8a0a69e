package redact

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"smtpscope/session"
)

// Session gives a copy of a session in which every name is replaced; the
// session itself is not touched. What it names is known from here on. The copy
// has no Trace: that holds bytes of the wire.
func (r *Redactor) Session(s *session.Session) *session.Session {
	r.LearnSession(s)
	c := *s
	c.Trace = nil
	c.Record = r.record(&s.Record)
	c.Events = slices.Clone(s.Events)
	for i := range c.Events {
		e := &c.Events[i]
		e.Text = r.Text(e.Text)
		if e.Header != nil {
			h := *e.Header
			h.ICMP.From = r.IP(h.ICMP.From)
			e.Header = &h
		}
	}
	c.LogMoments = slices.Clone(s.LogMoments)
	return &c
}

// LearnSession makes the names of a session known. Whoever redacts many
// sessions that quote each other, or texts that name several, shows all of
// them first.
func (r *Redactor) LearnSession(s *session.Session) {
	k := &s.Record
	for _, m := range k.Messages {
		if m.From != nil {
			r.Learn(Addresses, *m.From)
		}
		for _, to := range m.Recipients {
			r.Learn(Addresses, to.Address)
		}
		r.Learn(QueueIDs, m.QueueID)
		r.Learn(MessageIDs, m.MessageID)
	}
	if k.Hello != nil {
		r.Learn(Hosts, k.Hello.Name)
	}
	if k.TLS != nil {
		r.Learn(Hosts, k.TLS.SNI)
	}
	if k.Origin != nil {
		r.Learn(Hosts, k.Origin.Name)
	}
	if k.Banner != nil { // RFC 5321 section 4.2: the server's name comes first
		first, _, _ := strings.Cut(k.Banner.Text, " ")
		if strings.Contains(first, ".") || k.Banner.Code == 220 {
			r.Learn(Hosts, strings.TrimSpace(first))
		}
	}
	if k.Log != nil {
		r.learnLog(k.Log)
	}
	r.learnCommands(s)
	r.learnHalfGreeting(s)
}

// learnHalfGreeting makes the server's name known where its greeting, or its
// reply to EHLO, never ended, so that the record has none.
func (r *Redactor) learnHalfGreeting(s *session.Session) {
	for i := range s.Events {
		e := &s.Events[i]
		if e.Kind != session.EventNote {
			continue
		}
		note, said, _ := strings.Cut(e.Text, ": ")
		first, _, _ := strings.Cut(said, " ")
		named := strings.Contains(first, ".") && strings.ContainsFunc(first, unicode.IsLetter) // and no enhanced code
		switch {
		case strings.HasPrefix(note, session.NoteHalfGreeting) && (strings.Contains(first, ".") || strings.HasSuffix(note, " 220")),
			strings.HasPrefix(note, session.NoteHalfReply+", code 250") && named: // EHLO's begins with it
			r.Learn(Hosts, first)
		}
	}
}

// learnCommands makes known what the client named in commands that came to
// nothing, and of which the record has no trace.
func (r *Redactor) learnCommands(s *session.Session) {
	for i := range s.Events {
		switch e := &s.Events[i]; e.Kind {
		case session.EventCommand:
			r.LearnCommand(e.Text)
		case session.EventReply:
			r.learnOwner(e.Text)
		}
	}
	if s.Trace == nil {
		return
	}
	for _, run := range s.Trace.Runs[0] { // the client's
		if run.Kind == session.RunShown {
			r.LearnCommand(string(run.Data))
		}
	}
}

func (r *Redactor) learnLog(l *session.Log) {
	for _, id := range l.Messages {
		r.Learn(QueueIDs, id)
	}
	for _, c := range l.Candidates {
		for _, id := range c.Messages {
			r.Learn(QueueIDs, id)
		}
	}
	for _, e := range l.Entries {
		r.LearnLine(e.Text)
	}
}

// LearnLine makes the host known that a line in syslog's form comes from
// (RFC 3164 section 4.1.2, or with an RFC 3339 time as rsyslog and journalctl
// write it), and the users that it names.
func (r *Redactor) LearnLine(line string) {
	r.learnUsers(line)
	words := strings.Fields(line[:min(len(line), 256)])
	switch {
	case len(words) > 4 && len(words[0]) == 3 && strings.Count(words[2], ":") == 2:
		r.Learn(Hosts, words[3])
	case len(words) > 2 && len(words[0]) > 18 && words[0][4] == '-' && words[0][10] == 'T':
		r.Learn(Hosts, words[1])
	}
}

// record is a deep copy of a record with its names replaced.
func (r *Redactor) record(in *session.Record) session.Record {
	k := *in
	k.Source = r.File(in.Source)
	k.Client.IP, k.Server.IP = r.IP(in.Client.IP), r.IP(in.Server.IP)
	k.VLAN = slices.Clone(in.VLAN)
	if in.Origin != nil {
		o := *in.Origin
		o.IP, o.Name = r.IP(o.IP), r.hostField(o.Name)
		k.Origin = &o
	}
	if in.Banner != nil {
		b := *in.Banner
		b.Text = r.Text(b.Text)
		k.Banner = &b
	}
	if in.Hello != nil {
		h := *in.Hello
		h.Name = r.hostField(h.Name)
		h.Extensions = r.texts(h.Extensions)
		k.Hello = &h
	}
	if in.Auth != nil {
		a := *in.Auth
		k.Auth = &a
	}
	if in.TLS != nil {
		t := *in.TLS
		t.SNI = r.hostField(t.SNI)
		k.TLS = &t
	}
	k.Messages = make([]*session.Message, len(in.Messages))
	for i, m := range in.Messages {
		k.Messages[i] = r.message(m)
	}
	if u := in.Ended.Unasked; u != nil {
		c := *u
		c.Text = r.Text(c.Text)
		k.Ended.Unasked = &c
	}
	k.Findings = r.findings(in.Findings)
	if in.Gateways != nil {
		k.Gateways = make(map[string]string, len(in.Gateways))
		for product, words := range in.Gateways {
			k.Gateways[product] = r.Text(words)
		}
	}
	k.Log = r.log(in.Log)
	k.Notes = r.texts(in.Notes)
	return k
}

// File is the name of a file: without its directory, and with what names
// somebody in it replaced.
func (r *Redactor) File(name string) string {
	if name == "" || r.kinds == 0 {
		return name
	}
	return r.Text(filepath.Base(name))
}

// hostField is a field that holds a host name or an address literal.
func (r *Redactor) hostField(s string) string {
	if out := r.Text(s); out != s || !r.kinds.Has(Hosts) || s == "" || words[lowered(s)] {
		return out
	}
	if strings.ContainsAny(s, "[:") {
		return s
	}
	return r.replace(Hosts, s, free)
}

// addressField is an envelope address: whatever it looks like.
func (r *Redactor) addressField(s string) string {
	if s == "" || !r.kinds.Has(Addresses) {
		return r.Text(s)
	}
	return r.address(s, free)
}

func (r *Redactor) texts(list []string) []string {
	out := slices.Clone(list)
	for i := range out {
		out[i] = r.Text(out[i])
	}
	return out
}

func (r *Redactor) reply(in *session.Reply) *session.Reply {
	if in == nil {
		return nil
	}
	return &session.Reply{Code: in.Code, Text: r.Text(in.Text)}
}

func (r *Redactor) message(in *session.Message) *session.Message {
	m := *in
	if in.From != nil {
		from := r.addressField(*in.From)
		m.From = &from
	}
	m.Recipients = make([]*session.Recipient, len(in.Recipients))
	for i, to := range in.Recipients {
		m.Recipients[i] = &session.Recipient{Address: r.addressField(to.Address), Code: to.Code, Text: r.Text(to.Text), Final: r.reply(to.Final)}
	}
	if in.Transfer != nil {
		t := *in.Transfer
		m.Transfer = &t
	}
	m.Reply, m.Text = r.reply(in.Reply), r.Text(in.Text)
	m.QueueID, m.MessageID = r.idField(QueueIDs, in.QueueID), r.idField(MessageIDs, in.MessageID)
	return &m
}

// idField is a queue id or a Message-ID, brackets kept.
func (r *Redactor) idField(kind Kinds, s string) string {
	if s == "" || !r.kinds.Has(kind) {
		return r.Text(s)
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">")
	if inner == "" {
		return s
	}
	return strings.Replace(s, inner, r.replace(kind, inner, free), 1)
}

func (r *Redactor) findings(in []session.Finding) []session.Finding {
	out := slices.Clone(in)
	for i := range out {
		f := &out[i]
		f.Summary, f.Against, f.Elsewhere, f.Advice = r.Text(f.Summary), r.Text(f.Against), r.Text(f.Elsewhere), r.Text(f.Advice)
		f.Frames = slices.Clone(f.Frames)
	}
	return out
}

func (r *Redactor) log(in *session.Log) *session.Log {
	if in == nil {
		return nil
	}
	l := *in
	l.Gateway, l.Difference, l.Words, l.Reason = r.Text(l.Gateway), r.Text(l.Difference), r.Text(l.Words), r.Text(l.Reason)
	l.Connection, l.Messages, l.Unseen = r.Text(l.Connection), r.ids(l.Messages), r.ids(l.Unseen)
	l.Candidates = slices.Clone(in.Candidates)
	for i := range l.Candidates {
		c := &l.Candidates[i]
		c.Connection, c.Messages, c.File = r.Text(c.Connection), r.ids(c.Messages), r.File(c.File)
	}
	l.Entries = slices.Clone(in.Entries)
	for i := range l.Entries {
		e := &l.Entries[i]
		e.File, e.Text = r.File(e.File), r.Text(e.Text)
	}
	return &l
}

func (r *Redactor) ids(list []string) []string {
	out := slices.Clone(list)
	for i := range out {
		out[i] = r.idField(QueueIDs, out[i])
	}
	return out
}
