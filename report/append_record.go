package report

import (
	"strconv"

	"smtpscope/session"
)

// appendRecord writes a record's line without its end, field by field in the
// order of session.Record, as encoding/json would.
func appendRecord(b []byte, r *session.Record, days *days) ([]byte, error) {
	f := &fields{b: b, days: days}
	f.open()
	f.text("type", r.Type)
	f.number("schema", int64(r.Schema))
	f.number("session", r.Session)
	f.text("source", r.Source)
	f.number("source_frame", r.SourceFrame)
	f.endpoint("client", r.Client)
	f.endpoint("server", r.Server)
	f.origin(r.Origin)
	f.vlans(r.VLAN)
	f.textIf("direction", r.Direction)
	f.text("protocol", r.Protocol)
	f.truthIf("probe", r.Probe)
	f.time("start", r.Start)
	f.time("end", r.End)
	f.span("duration", r.Duration)
	f.frames(&r.Frames)
	f.sides("bytes", r.Bytes)
	f.seen(&r.Seen)
	f.dialogue(r)
	f.messages(r.Messages)
	f.numberIf("messages_cut", int64(r.MessagesCut))
	f.ended(&r.Ended)
	if r.Abnormal != nil {
		f.truth("abnormal", *r.Abnormal)
	}
	f.tcp(&r.TCP)
	f.findings(r.Findings)
	f.gateways(r.Gateways)
	err := f.other("log", r.Log, r.Log == nil)
	f.texts("notes", r.Notes)
	f.shut()
	return f.b, err
}

// other writes a member that is rare, or long anyway, through encoding/json.
func (f *fields) other(name string, value any, absent bool) error {
	if absent {
		return nil
	}
	f.key(name)
	line, err := encoded(value)
	f.b = append(f.b, safeJSON(line)...)
	return err
}

func (f *fields) endpoint(name string, e session.Endpoint) {
	f.key(name)
	f.open()
	f.address("ip", e.IP)
	f.number("port", int64(e.Port))
	f.shut()
}

func (f *fields) origin(o *session.Origin) {
	if o == nil {
		return
	}
	f.key("origin")
	f.open()
	f.text("by", o.By)
	if o.IP.IsValid() {
		f.address("ip", o.IP)
	}
	f.numberIf("port", int64(o.Port))
	f.textIf("name", o.Name)
	f.shut()
}

func (f *fields) vlans(list []uint16) {
	if len(list) == 0 {
		return
	}
	f.key("vlan")
	f.b = append(f.b, '[')
	for _, id := range list {
		f.item()
		f.b = strconv.AppendUint(f.b, uint64(id), 10)
	}
	f.b = append(f.b, ']')
}

func (f *fields) frames(n *session.Frames) {
	f.key("frames")
	f.open()
	f.number("first", n.First)
	f.number("last", n.Last)
	f.number("count", n.Count)
	f.shut()
}

func (f *fields) seen(s *session.Seen) {
	f.key("seen")
	f.open()
	f.truth("handshake", s.Handshake)
	f.truth("client", s.Client)
	f.truth("server", s.Server)
	f.number("missing_bytes", s.MissingBytes)
	f.shut()
}

// dialogue writes what was said before any mail.
func (f *fields) dialogue(r *session.Record) {
	if b := r.Banner; b != nil {
		f.key("banner")
		f.open()
		f.numberIf("code", int64(b.Code))
		f.text("text", b.Text)
		f.spanIf("after", b.After)
		f.shut()
	}
	if h := r.Hello; h != nil {
		f.key("hello")
		f.open()
		f.text("verb", h.Verb)
		f.textIf("name", h.Name)
		f.numberIf("code", int64(h.Code))
		f.texts("extensions", h.Extensions)
		f.shut()
	}
	if a := r.Auth; a != nil {
		f.key("auth")
		f.open()
		f.textIf("mechanism", a.Mechanism)
		f.numberIf("code", int64(a.Code))
		f.shut()
	}
	f.tls(r.TLS)
}

func (f *fields) tls(t *session.TLS) {
	if t == nil {
		return
	}
	f.key("tls")
	f.open()
	f.textIf("mode", t.Mode)
	f.text("handshake", t.Handshake)
	f.textIf("version", t.Version)
	f.truthIf("offered", t.Offered)
	f.textIf("sni", t.SNI)
	if a := t.Alert; a != nil {
		f.key("alert")
		f.open()
		f.text("from", a.From)
		f.number("level", int64(a.Level))
		f.number("description", int64(a.Description))
		f.number("frame", a.Frame)
		f.shut()
	}
	f.sides("bytes", t.Bytes)
	f.shut()
}

func (f *fields) messages(list []*session.Message) {
	f.key("messages")
	if list == nil {
		f.b = append(f.b, "null"...)
		return
	}
	f.b = append(f.b, '[')
	for _, m := range list {
		f.item()
		f.message(m)
	}
	f.b = append(f.b, ']')
}

func (f *fields) message(m *session.Message) {
	f.open()
	if m.From != nil {
		f.text("from", *m.From)
	}
	f.numberIf("code", int64(m.Code))
	f.recipients(m.Recipients)
	f.numberIf("recipient_count", int64(m.RecipientCount))
	if t := m.Transfer; t != nil {
		f.key("transfer")
		f.open()
		f.textIf("command", t.Command)
		f.number("bytes", t.Bytes)
		f.truthIf("at_least", t.AtLeast)
		f.truth("complete", t.Complete)
		f.timeIf("start", t.Start)
		f.timeIf("last_byte", t.LastByte)
		f.shut()
	}
	f.reply("reply", m.Reply)
	f.textIf("queue_id", m.QueueID)
	f.textIf("message_id", m.MessageID)
	f.text("outcome", string(m.Outcome))
	f.shut()
}

func (f *fields) recipients(list []*session.Recipient) {
	f.key("recipients")
	if list == nil {
		f.b = append(f.b, "null"...)
		return
	}
	f.b = append(f.b, '[')
	for _, r := range list {
		f.item()
		f.open()
		f.text("address", r.Address)
		f.numberIf("code", int64(r.Code))
		f.textIf("text", r.Text)
		f.reply("final", r.Final)
		f.shut()
	}
	f.b = append(f.b, ']')
}

func (f *fields) reply(name string, r *session.Reply) {
	if r == nil {
		return
	}
	f.key(name)
	f.open()
	f.numberIf("code", int64(r.Code))
	f.text("text", r.Text)
	f.shut()
}

func (f *fields) ended(e *session.Ended) {
	f.key("ended")
	f.open()
	f.text("phase", e.Phase)
	f.truthIf("inferred", e.Inferred)
	f.text("how", string(e.How))
	f.text("by", e.By)
	f.numberIf("frame", e.Frame)
	f.time("time", e.Time)
	f.spanIf("idle", e.Idle)
	if u := e.Unasked; u != nil {
		f.key("unasked")
		f.open()
		f.number("code", int64(u.Code))
		f.text("text", u.Text)
		f.number("frame", u.Frame)
		f.span("after", u.After)
		f.shut()
	}
	f.shut()
}

func (f *fields) tcp(t *session.TCP) {
	f.key("tcp")
	f.open()
	f.spanIf("rtt", t.RTT)
	if t.RTTs != nil {
		f.key("rtts")
		f.open()
		f.roundTrips("client", &t.RTTs.Client)
		f.roundTrips("server", &t.RTTs.Server)
		f.shut()
	}
	if t.MSS != nil {
		f.sides("mss", *t.MSS)
	}
	if t.WindowScale != nil {
		f.sides("window_scale", *t.WindowScale)
	}
	f.truthIf("sack", t.SACK)
	f.sides("retransmitted", t.Retransmitted)
	f.sides("out_of_order", t.OutOfOrder)
	f.number("duplicates", t.Duplicates)
	f.sides("zero_window", t.ZeroWindow)
	if z := t.ZeroWindowSec; z != nil {
		f.key("zero_window_seconds")
		f.open()
		f.span("client", z.Client)
		f.span("server", z.Server)
		f.shut()
	}
	f.sidesIf("keep_alives", t.KeepAlives)
	f.sidesIf("missed", t.Missed)
	f.sidesIf("lost", t.Lost)
	f.sidesIf("cut", t.Cut)
	f.sidesIf("overlaps", t.Overlaps)
	f.shut()
}

func (f *fields) roundTrips(name string, r *session.RTT) {
	if *r == (session.RTT{}) {
		return
	}
	f.key(name)
	f.open()
	f.span("min", r.Min)
	f.span("mean", r.Mean)
	f.span("max", r.Max)
	f.number("count", r.Count)
	f.shut()
}
