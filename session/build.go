package session

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// session makes the finished session from all that was gathered.
func (c *conversation) session() *Session {
	p := c.tracker.pool.sheet(c.tracker.cfg.ForGood)
	s := &p.session
	s.sheet = p
	c.record(p, &s.Record)
	if c.story != nil {
		s.Glance, s.EventsCut = c.story.glance, c.story.cut()
		s.Delayed, s.Masked = c.story.delays >= 3, c.story.masked
		s.untold, s.teller = c.story, c.tracker.teller()
		if !c.tracker.cfg.OnDemand {
			s.Tell()
		}
		s.Wire.take(c.conn)
	}
	s.Trace = c.trace()
	if c.machine != nil && c.tracker.cfg.ReuseTexts {
		p.said = c.machine.Texts()
	}
	return s
}

func (c *conversation) record(p *sheet, r *Record) {
	k, v := c.conn, &c.verdict
	p.vlans = append(p.vlans, k.VLANs[:k.VLANCount]...)
	p.notes = append(p.notes, c.notes...)
	*r = Record{
		Type: "session", Schema: Schema,
		Session: k.First.Frame, SourceFrame: k.SourceFrame,
		Client: endpoint(k.Client), Server: endpoint(k.Server),
		VLAN:     p.vlans,
		Protocol: "smtp",
		Start:    Time(k.First.Time), End: Time(k.Last.Time), Duration: Seconds(k.Last.Time.Sub(k.First.Time)),
		Frames:   Frames{First: k.First.Frame, Last: k.Last.Frame, Count: k.Frames},
		Seen:     c.seen(),
		Messages: p.listed,
		Notes:    p.notes,
		Ended: Ended{Phase: v.phase, Inferred: v.inferred, How: v.how, By: v.by, Unspoken: v.unspoken, Unanswered: v.unanswered, Unheard: v.unheard, Through: v.through,
			HalfReply: c.machine != nil && c.machine.HalfAnswered(),
			Frame:     v.at.Frame, Time: Time(v.at.Time), Unasked: c.unasked},
	}
	p.tcp(&r.TCP, k)
	if o := c.proxy.origin; o != nil && o.IP.IsValid() {
		r.Origin = o
	}
	client, server := &k.Half[reassembly.Client], &k.Half[reassembly.Server]
	r.Bytes = Sides{client.Bytes, server.Bytes}
	if v.hasIdle {
		r.Ended.Idle = p.spans.put(Seconds(v.idle))
	}
	r.ServerFIN = Time(c.fin)
	if c.tracker.cfg.Source != nil {
		r.Source = c.tracker.cfg.Source(k.Source)
	}
	r.Direction = c.tracker.direction(k)
	if c.machine != nil {
		c.fillDialogue(p, r)
	}
	if bad, known := c.abnormal(r.Messages, c.raw()); known {
		p.abnormal = bad
		r.Abnormal = &p.abnormal
	}
	r.Probe = c.probe(r)
}

func (c *conversation) raw() []*smtpstate.Message {
	if c.machine == nil {
		return nil
	}
	return c.machine.Messages()
}

func (c *conversation) seen() Seen {
	client, server := &c.conn.Half[reassembly.Client], &c.conn.Half[reassembly.Server]
	return Seen{
		Handshake: c.conn.SYN && c.conn.SYNACK,
		Client:    client.Frames > 0, Server: server.Frames > 0,
		MissingBytes: client.Missing + server.Missing,
	}
}

func (t *Tracker) direction(k *reassembly.Conn) string {
	for _, ours := range t.cfg.Gateways {
		if ours.Contains(k.Server.Addr()) {
			return "inbound"
		}
		if ours.Contains(k.Client.Addr()) {
			return "outbound"
		}
	}
	return ""
}

// fillDialogue adds what was said.
func (c *conversation) fillDialogue(p *sheet, r *Record) {
	m := c.machine
	if m.LMTP() {
		r.Protocol = "lmtp"
	}
	r.Banner = c.banner(p)
	if h := m.Hello(); h != nil {
		p.keywords = append(p.keywords, h.Extensions...)
		p.hello = Hello{Verb: string(h.Verb), Name: h.Name, Code: code(h.Reply), Extensions: p.keywords}
		r.Hello = &p.hello
	}
	if a := m.Auth(); a != nil {
		p.auth = Auth{Mechanism: a.Mechanism, Code: code(a.Reply)}
		r.Auth = &p.auth
	}
	if t := m.TLS(); t != nil {
		r.TLS = p.tlsOf(t)
	}
	if x := m.XClient(); x != nil && r.Origin == nil {
		r.Origin = originOf(x)
	}
	raw := m.Messages()
	r.MessagesCut = m.MessageCount() - len(raw)
	for _, message := range raw {
		r.Messages = append(r.Messages, c.message(p, message))
	}
	p.listed = r.Messages
}

func (c *conversation) banner(p *sheet) *Banner {
	g := c.machine.Greeting()
	if g == nil {
		return nil
	}
	p.banner = Banner{Code: int(g.Code), Text: g.Text, Time: Time(g.Last.Time)}
	if c.conn.Established && c.conn.SYN && c.conn.HandshakeTime != 0 {
		p.banner.After = p.spans.put(Seconds(g.Last.Time - int64(c.conn.HandshakeTime)))
	}
	return &p.banner
}

func (c *conversation) message(p *sheet, m *smtpstate.Message) *Message {
	t := m.Transfer
	if v := &c.verdict; v.frozen && v.cut == m {
		if t = &v.transfer; v.empty {
			t = nil
		}
	}
	out := p.messages.put(Message{
		Code:    int(m.MailReply.Code),
		QueueID: m.QueueID, MessageID: m.MessageID,
		Outcome: c.outcome(m, t), Begun: Time(m.At.Time),
	})
	if failed(&m.MailReply) {
		out.Text = m.MailReply.Text
	}
	if m.HasFrom {
		out.From = p.texts.put(m.From)
	}
	if m.RecipientCount > len(m.Recipients) {
		out.RecipientCount = m.RecipientCount
	}
	first := len(p.addressed)
	for i := range m.Recipients {
		p.addressed = append(p.addressed, p.recipient(&m.Recipients[i]))
	}
	out.Recipients = p.addressed[first:len(p.addressed):len(p.addressed)]
	if t != nil {
		out.Transfer = p.transferOf(t)
		out.Transfer.Complete = t.Complete && m != c.verdict.presumed
	}
	early := early(m.Transfer)
	switch {
	case m.Reply != nil:
		out.Reply, out.Answered = p.reply(&m.Reply.Answer), Time(m.Reply.Last.Time)
	case failed(&m.DataReply):
		out.Reply, out.Answered = p.reply(&m.DataReply), Time(m.DataAt.Time)
	case early != nil:
		out.Reply, out.Answered = p.reply(&early.Answer), Time(early.Last.Time)
	}
	return out
}

func (p *sheet) reply(a *smtpstate.Answer) *Reply {
	return p.replies.put(Reply{Code: int(a.Code), Text: a.Text})
}

func early(t *smtpstate.Transfer) *smtpstate.Reply {
	if t == nil {
		return nil
	}
	return t.EarlyReply
}

func (p *sheet) recipient(in *smtpstate.Recipient) *Recipient {
	out := p.recipients.put(Recipient{Address: in.Address, Code: int(in.Reply.Code), Text: in.Reply.Text})
	if in.Final != nil {
		out.Final = p.reply(&in.Final.Answer)
	}
	return out
}

func (p *sheet) transferOf(t *smtpstate.Transfer) *Transfer {
	out := p.transfers.put(Transfer{Command: t.Command, Bytes: t.Bytes, AtLeast: t.AtLeast, Complete: t.Complete,
		EndSplit: t.EndSplit, EndLike: t.EndLike})
	if t.Start.Frame != 0 {
		out.Start = p.times.put(Time(t.Start.Time))
	}
	if t.LastByte.Frame != 0 {
		out.LastByte = p.times.put(Time(t.LastByte.Time))
	}
	return out
}

func (p *sheet) tlsOf(t *smtpstate.TLS) *TLS {
	out := &p.tls
	*out = TLS{Mode: t.Mode, Handshake: t.Handshake, Version: t.Version, Offered: t.Offered, SNI: t.SNI, SealedFrom: t.SealedFrom, SealedFrame: t.SealedAt.Frame, PlainCode: t.PlainCode,
		Bytes: Sides{t.ClientBytes, t.ServerBytes}}
	if t.AlertFrom != "" {
		p.alert = Alert{From: t.AlertFrom, Level: t.AlertLevel, Description: t.AlertDescription, Frame: t.AlertAt.Frame}
		out.Alert = &p.alert
	}
	return out
}

func (p *sheet) tcp(t *TCP, k *reassembly.Conn) {
	c, s := &k.Half[reassembly.Client], &k.Half[reassembly.Server]
	*t = TCP{
		SACK:          c.SACKPermitted && s.SACKPermitted,
		Retransmitted: Sides{c.Retransmitted, s.Retransmitted},
		OutOfOrder:    Sides{c.OutOfOrder, s.OutOfOrder},
		Duplicates:    k.Duplicates,
		ZeroWindow:    Sides{c.ZeroWindow, s.ZeroWindow},
		KeepAlives:    Sides{c.KeepAlives, s.KeepAlives},
		Missed:        Sides{c.Missed, s.Missed},
		Lost:          Sides{c.Lost, s.Lost},
		Cut:           Sides{c.Cut, s.Cut},
		Overlaps:      Sides{c.Overlaps, s.Overlaps},
	}
	if k.HandshakeRTT > 0 {
		t.RTT = p.spans.put(Seconds(k.HandshakeRTT))
	}
	// What the client sends is acknowledged by the server: its samples are
	// the round trip from here to the server.
	if c.RTTCount+s.RTTCount > 0 {
		p.rtts = RTTSides{Client: rttOf(s), Server: rttOf(c)}
		t.RTTs = &p.rtts
	}
	if c.MSS > 0 || s.MSS > 0 {
		t.MSS = p.sides.put(Sides{int64(c.MSS), int64(s.MSS)})
	}
	if c.HasScale && s.HasScale {
		t.WindowScale = p.sides.put(Sides{int64(c.WindowScale), int64(s.WindowScale)})
	}
	if c.ZeroWindowTime+s.ZeroWindowTime > 0 {
		p.zero = SecSides{Seconds(c.ZeroWindowTime), Seconds(s.ZeroWindowTime)}
		t.ZeroWindowSec = &p.zero
	}
}

func rttOf(h *reassembly.HalfStats) RTT {
	if h.RTTCount == 0 {
		return RTT{}
	}
	mean := h.RTTSum / time.Duration(h.RTTCount)
	return RTT{Min: Seconds(h.RTTMin), Mean: Seconds(mean), Max: Seconds(h.RTTMax), Count: h.RTTCount}
}

func code(r *smtpstate.Reply) int {
	if r == nil {
		return 0
	}
	return int(r.Code)
}

func endpoint(a netip.AddrPort) Endpoint { return Endpoint{IP: a.Addr(), Port: a.Port()} }

func (o *Origin) address() string {
	if !o.IP.IsValid() {
		return "an unknown client"
	}
	return netip.AddrPortFrom(o.IP, o.Port).String()
}

// impatience is how long a client of a health check waits for the greeting at
// most. One that leaves later gave up: that is trouble, not a check.
const impatience = 5 * time.Second

// probe reports whether a session was a health check or a scan: the client
// ended it without a word about a mail, or never spoke SMTP at all. One that was
// refused wanted something, or is a check that failed, and one that began TLS where
// plain text was due is set wrong: such sessions are not to be left out. Neither is
// one of whose beginning nothing is known: a mail may have been said there.
func (c *conversation) probe(r *Record) bool {
	if c.midStream() || c.asked&askedMail != 0 || len(r.Messages) > 0 || r.TLS != nil || r.Ended.Phase == "unknown" || c.began(tlsNotes[:]) {
		return false
	}
	if c.asked == askedUnknown {
		return true
	}
	if c.turnedAway || r.Hello != nil && r.Hello.Code >= 400 || c.asked&askedUnknown != 0 {
		return false
	}
	switch r.Ended.How {
	case ByQuit:
		return true
	case ByFIN, ByRST:
		wanted := r.Banner != nil && r.Banner.After != nil && r.Banner.After.Duration() >= impatience // that greeting
		return !wanted && r.Ended.By == "client" && (r.Ended.Idle == nil || r.Ended.Idle.Duration() < impatience)
	}
	return false
}

// tlsNotes are how smtpstate notes TLS that met plain text.
var tlsNotes = [...]string{"TLS record where a command was due", "the client speaks TLS, the server plain text"}

// began reports whether one of these was noted.
func (c *conversation) began(notes []string) bool {
	return slices.ContainsFunc(c.notes, func(n string) bool { return slices.Contains(notes, n) })
}

// originOf is the client that an MTA in front named by XCLIENT or XFORWARD.
func originOf(x *smtpstate.XClient) *Origin {
	o := &Origin{By: strings.ToLower(string(x.Verb)), Name: x.Name}
	o.IP, _ = netip.ParseAddr(x.Addr) // absent where it is none
	port, _ := strconv.ParseUint(x.Port, 10, 16)
	o.Port = uint16(port)
	return o
}
