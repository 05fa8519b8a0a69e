package session

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"smtpscope/reassembly"
	"smtpscope/smtpstate"
)

// session makes the finished session from all that was gathered.
func (c *conversation) session() *Session {
	s := &Session{Record: c.record()}
	s.Events, s.EventsCut, s.CutAt = c.story.list()
	return s
}

func (c *conversation) record() Record {
	k, v := c.conn, &c.verdict
	r := Record{
		Type: "session", Schema: Schema,
		Session: k.First.Frame, SourceFrame: k.SourceFrame,
		Client: endpoint(k.Client), Server: endpoint(k.Server),
		VLAN:     append([]uint16(nil), k.VLANs[:k.VLANCount]...),
		Protocol: "smtp",
		Start:    Time(k.First.Time), End: Time(k.Last.Time), Duration: Seconds(k.Last.Time.Sub(k.First.Time)),
		Frames:   Frames{First: k.First.Frame, Last: k.Last.Frame, Count: k.Frames},
		Seen:     c.seen(),
		TCP:      tcpOf(k),
		Messages: []*Message{},
		Notes:    c.notes,
		Ended: Ended{Phase: v.phase, Inferred: v.inferred, How: v.how, By: v.by,
			Frame: v.at.Frame, Time: Time(v.at.Time), Unasked: c.unasked},
	}
	if o := c.proxy.origin; o != nil && o.IP.IsValid() {
		r.Origin = o
	}
	client, server := &k.Half[reassembly.Client], &k.Half[reassembly.Server]
	r.Bytes = Sides{client.Bytes, server.Bytes}
	if v.hasIdle {
		idle := Seconds(v.idle)
		r.Ended.Idle = &idle
	}
	if c.tracker.cfg.Source != nil {
		r.Source = c.tracker.cfg.Source(k.Source)
	}
	r.Direction = c.tracker.direction(k)
	if c.machine != nil {
		c.fillDialogue(&r)
	}
	r.Abnormal = c.abnormal(r.Messages, c.raw())
	r.Probe = c.probe(&r)
	return r
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
func (c *conversation) fillDialogue(r *Record) {
	m := c.machine
	if m.LMTP() {
		r.Protocol = "lmtp"
	}
	r.Banner = c.banner()
	if h := m.Hello(); h != nil {
		r.Hello = &Hello{Verb: string(h.Verb), Name: h.Name, Code: code(h.Reply), Extensions: h.Extensions}
	}
	if a := m.Auth(); a != nil {
		r.Auth = &Auth{Mechanism: a.Mechanism, Code: code(a.Reply)}
	}
	if t := m.TLS(); t != nil {
		r.TLS = tlsOf(t)
	}
	if x := m.XClient(); x != nil && r.Origin == nil {
		r.Origin = originOf(x)
	}
	raw := m.Messages()
	r.MessagesCut = m.MessageCount() - len(raw)
	for _, message := range raw {
		r.Messages = append(r.Messages, c.message(message))
	}
}

func (c *conversation) banner() *Banner {
	g := c.machine.Greeting()
	if g == nil {
		return nil
	}
	b := &Banner{Code: g.Code, Text: g.Text}
	if c.conn.Established && c.conn.SYN && c.conn.HandshakeTime != 0 {
		after := Seconds(g.Last.Time - int64(c.conn.HandshakeTime))
		b.After = &after
	}
	return b
}

func (c *conversation) message(m *smtpstate.Message) *Message {
	t := m.Transfer
	if v := &c.verdict; v.frozen && v.cut == m {
		t = &v.transfer
	}
	out := &Message{
		Code: code(m.MailReply), Recipients: []*Recipient{},
		QueueID: m.QueueID, MessageID: m.MessageID,
		Outcome: c.outcome(m, t),
	}
	if m.HasFrom {
		from := m.From
		out.From = &from
	}
	if m.RecipientCount > len(m.Recipients) {
		out.RecipientCount = m.RecipientCount
	}
	for i := range m.Recipients {
		out.Recipients = append(out.Recipients, recipient(&m.Recipients[i]))
	}
	if t != nil {
		out.Transfer = transferOf(t)
	}
	for _, r := range []*smtpstate.Reply{m.Reply, refusal(m.DataReply), early(m.Transfer)} {
		if r != nil {
			out.Reply = &Reply{Code: r.Code, Text: r.Text}
			break
		}
	}
	return out
}

func refusal(r *smtpstate.Reply) *smtpstate.Reply {
	if failed(r) {
		return r
	}
	return nil
}

func early(t *smtpstate.Transfer) *smtpstate.Reply {
	if t == nil {
		return nil
	}
	return t.EarlyReply
}

func recipient(in *smtpstate.Recipient) *Recipient {
	out := &Recipient{Address: in.Address}
	if in.Reply != nil {
		out.Code, out.Text = in.Reply.Code, in.Reply.Text
	}
	if in.Final != nil {
		out.Final = &Reply{Code: in.Final.Code, Text: in.Final.Text}
	}
	return out
}

func transferOf(t *smtpstate.Transfer) *Transfer {
	out := &Transfer{Command: t.Command, Bytes: t.Bytes, AtLeast: t.AtLeast, Complete: t.Complete,
		EndSplit: t.EndSplit, EndLike: t.EndLike}
	if t.Start.Frame != 0 {
		start := Time(t.Start.Time)
		out.Start = &start
	}
	if t.LastByte.Frame != 0 {
		last := Time(t.LastByte.Time)
		out.LastByte = &last
	}
	return out
}

func tlsOf(t *smtpstate.TLS) *TLS {
	out := &TLS{Mode: t.Mode, Handshake: t.Handshake, Version: t.Version, Offered: t.Offered, SNI: t.SNI,
		Bytes: Sides{t.ClientBytes, t.ServerBytes}}
	if t.AlertFrom != "" {
		out.Alert = &Alert{From: t.AlertFrom, Level: t.AlertLevel, Description: t.AlertDescription, Frame: t.AlertAt.Frame}
	}
	return out
}

func tcpOf(k *reassembly.Conn) TCP {
	c, s := &k.Half[reassembly.Client], &k.Half[reassembly.Server]
	t := TCP{
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
		rtt := Seconds(k.HandshakeRTT)
		t.RTT = &rtt
	}
	// What the client sends is acknowledged by the server: its samples are
	// the round trip from here to the server.
	if c.RTTCount+s.RTTCount > 0 {
		t.RTTs = &RTTSides{Client: rttOf(s), Server: rttOf(c)}
	}
	if c.MSS > 0 || s.MSS > 0 {
		t.MSS = &Sides{int64(c.MSS), int64(s.MSS)}
	}
	if c.HasScale && s.HasScale {
		t.WindowScale = &Sides{int64(c.WindowScale), int64(s.WindowScale)}
	}
	if c.ZeroWindowTime+s.ZeroWindowTime > 0 {
		t.ZeroWindowSec = &SecSides{Seconds(c.ZeroWindowTime), Seconds(s.ZeroWindowTime)}
	}
	return t
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
	return r.Code
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
// ended it without a word about a mail, or never spoke SMTP at all.
func (c *conversation) probe(r *Record) bool {
	if c.asked&askedMail != 0 || len(r.Messages) > 0 || r.TLS != nil || r.Ended.Phase == "unknown" {
		return false
	}
	if c.asked == askedUnknown {
		return true
	}
	switch r.Ended.How {
	case ByQuit:
		return true
	case ByFIN, ByRST:
		return r.Ended.By == "client" && c.asked&askedUnknown == 0 && (r.Ended.Idle == nil || r.Ended.Idle.Duration() < impatience)
	}
	return false
}

// originOf is the client that an MTA in front named by XCLIENT or XFORWARD.
func originOf(x *smtpstate.XClient) *Origin {
	o := &Origin{By: strings.ToLower(string(x.Verb)), Name: x.Name}
	o.IP, _ = netip.ParseAddr(x.Addr) // absent where it is none
	port, _ := strconv.ParseUint(x.Port, 10, 16)
	o.Port = uint16(port)
	return o
}
