package report

import (
	"strconv"

	"smtpscope/session"
)

// record writes a record's line without its end, field by field in the order of
// session.Record, as encoding/json would.
func (f *fields) record(r *session.Record) error {
	f.b = append(f.b[:0], '{')
	f.text(`,"type":"`, r.Type)
	f.number(`,"schema":`, int64(r.Schema))
	f.number(`,"session":`, r.Session)
	f.text(`,"source":"`, r.Source)
	f.number(`,"source_frame":`, r.SourceFrame)
	f.endpoint(`,"client":{"ip":"`, r.Client)
	f.endpoint(`,"server":{"ip":"`, r.Server)
	f.origin(r.Origin)
	f.vlans(r.VLAN)
	f.textIf(`,"direction":"`, r.Direction)
	f.text(`,"protocol":"`, r.Protocol)
	if r.Probe {
		f.key(`,"probe":true`)
	}
	f.time(`,"start":`, r.Start)
	f.time(`,"end":`, r.End)
	f.span(`,"duration":`, r.Duration)
	f.frames(&r.Frames)
	f.sides(`,"bytes":{"client":`, r.Bytes)
	f.seen(&r.Seen)
	f.dialogue(r)
	f.messages(r.Messages)
	f.numberIf(`,"messages_cut":`, int64(r.MessagesCut))
	f.ended(&r.Ended)
	if r.Abnormal != nil {
		f.truth(`,"abnormal":`, *r.Abnormal)
	}
	f.tcp(&r.TCP)
	f.findings(r.Findings)
	f.gateways(r.Gateways)
	err := f.log(r.Log)
	f.texts(`,"notes":[`, r.Notes)
	f.b = append(f.b, '}')
	return err
}

func (f *fields) endpoint(lead string, e session.Endpoint) {
	f.address(lead, e.IP)
	f.number(`,"port":`, int64(e.Port))
	f.b = append(f.b, '}')
}

func (f *fields) origin(o *session.Origin) {
	if o == nil {
		return
	}
	f.text(`,"origin":{"by":"`, o.By)
	if o.IP.IsValid() {
		f.address(`,"ip":"`, o.IP)
	}
	f.numberIf(`,"port":`, int64(o.Port))
	f.textIf(`,"name":"`, o.Name)
	f.b = append(f.b, '}')
}

func (f *fields) vlans(list []uint16) {
	if len(list) == 0 {
		return
	}
	f.key(`,"vlan":[`)
	for _, id := range list {
		f.item()
		f.b = strconv.AppendUint(f.b, uint64(id), 10)
	}
	f.b = append(f.b, ']')
}

func (f *fields) frames(n *session.Frames) {
	f.number(`,"frames":{"first":`, n.First)
	f.number(`,"last":`, n.Last)
	f.number(`,"count":`, n.Count)
	f.b = append(f.b, '}')
}

func (f *fields) seen(s *session.Seen) {
	if s.Handshake && s.Client && s.Server {
		f.put(`,"seen":{"handshake":true,"client":true,"server":true`) // nearly always
	} else {
		f.truth(`,"seen":{"handshake":`, s.Handshake)
		f.truth(`,"client":`, s.Client)
		f.truth(`,"server":`, s.Server)
	}
	f.number(`,"missing_bytes":`, s.MissingBytes)
	f.b = append(f.b, '}')
}

// dialogue writes what was said before any mail.
func (f *fields) dialogue(r *session.Record) {
	if b := r.Banner; b != nil {
		f.key(`,"banner":{`)
		f.numberIf(`,"code":`, int64(b.Code))
		f.text(`,"text":"`, b.Text)
		f.spanIf(`,"after":`, b.After)
		f.b = append(f.b, '}')
	}
	if h := r.Hello; h != nil {
		f.text(`,"hello":{"verb":"`, h.Verb)
		f.textIf(`,"name":"`, h.Name)
		f.numberIf(`,"code":`, int64(h.Code))
		f.texts(`,"extensions":[`, h.Extensions)
		f.b = append(f.b, '}')
	}
	if a := r.Auth; a != nil {
		f.key(`,"auth":{`)
		f.textIf(`,"mechanism":"`, a.Mechanism)
		f.numberIf(`,"code":`, int64(a.Code))
		f.b = append(f.b, '}')
	}
	f.tls(r.TLS)
}

func (f *fields) tls(t *session.TLS) {
	if t == nil {
		return
	}
	f.key(`,"tls":{`)
	f.textIf(`,"mode":"`, t.Mode)
	f.text(`,"handshake":"`, t.Handshake)
	f.textIf(`,"version":"`, t.Version)
	if t.Offered {
		f.key(`,"offered":true`)
	}
	f.textIf(`,"sni":"`, t.SNI)
	if a := t.Alert; a != nil {
		f.text(`,"alert":{"from":"`, a.From)
		f.number(`,"level":`, int64(a.Level))
		f.number(`,"description":`, int64(a.Description))
		f.number(`,"frame":`, a.Frame)
		f.b = append(f.b, '}')
	}
	f.sides(`,"bytes":{"client":`, t.Bytes)
	f.b = append(f.b, '}')
}

func (f *fields) messages(list []*session.Message) {
	if list == nil {
		f.put(`,"messages":null`)
		return
	}
	f.put(`,"messages":[`)
	for _, m := range list {
		f.item()
		f.message(m)
	}
	f.b = append(f.b, ']')
}

func (f *fields) message(m *session.Message) {
	f.b = append(f.b, '{')
	if m.From != nil {
		f.text(`,"from":"`, *m.From)
	}
	f.numberIf(`,"code":`, int64(m.Code))
	f.textIf(`,"text":"`, m.Text)
	f.recipients(m.Recipients)
	f.numberIf(`,"recipient_count":`, int64(m.RecipientCount))
	if t := m.Transfer; t != nil {
		f.key(`,"transfer":{`)
		f.textIf(`,"command":"`, t.Command)
		f.number(`,"bytes":`, t.Bytes)
		if t.AtLeast {
			f.key(`,"at_least":true`)
		}
		f.truth(`,"complete":`, t.Complete)
		f.timeIf(`,"start":`, t.Start)
		f.timeIf(`,"last_byte":`, t.LastByte)
		f.b = append(f.b, '}')
	}
	f.reply(`,"reply":{`, m.Reply)
	f.textIf(`,"queue_id":"`, m.QueueID)
	f.textIf(`,"message_id":"`, m.MessageID)
	f.text(`,"outcome":"`, string(m.Outcome))
	f.b = append(f.b, '}')
}

func (f *fields) recipients(list []*session.Recipient) {
	if list == nil {
		f.key(`,"recipients":null`)
		return
	}
	f.key(`,"recipients":[`)
	for _, r := range list {
		f.item()
		f.put(`{"address":"`)
		f.b = append(appendEscaped(f.b, r.Address), '"')
		f.numberIf(`,"code":`, int64(r.Code))
		f.textIf(`,"text":"`, r.Text)
		f.reply(`,"final":{`, r.Final)
		f.b = append(f.b, '}')
	}
	f.b = append(f.b, ']')
}

func (f *fields) reply(lead string, r *session.Reply) {
	if r == nil {
		return
	}
	f.put(lead)
	f.numberIf(`,"code":`, int64(r.Code))
	f.text(`,"text":"`, r.Text)
	f.b = append(f.b, '}')
}

func (f *fields) ended(e *session.Ended) {
	f.text(`,"ended":{"phase":"`, e.Phase)
	if e.Inferred {
		f.key(`,"inferred":true`)
	}
	f.text(`,"how":"`, string(e.How))
	f.text(`,"by":"`, e.By)
	f.numberIf(`,"frame":`, e.Frame)
	f.time(`,"time":`, e.Time)
	f.spanIf(`,"idle":`, e.Idle)
	if u := e.Unasked; u != nil {
		f.number(`,"unasked":{"code":`, int64(u.Code))
		f.text(`,"text":"`, u.Text)
		f.number(`,"frame":`, u.Frame)
		f.spanIf(`,"after":`, u.After)
		f.b = append(f.b, '}')
	}
	f.b = append(f.b, '}')
}

func (f *fields) tcp(t *session.TCP) {
	f.key(`,"tcp":{`)
	f.spanIf(`,"rtt":`, t.RTT)
	if t.RTTs != nil {
		f.key(`,"rtts":{`)
		f.roundTrips(`,"client":{"min":`, &t.RTTs.Client)
		f.roundTrips(`,"server":{"min":`, &t.RTTs.Server)
		f.b = append(f.b, '}')
	}
	if t.MSS != nil {
		f.sides(`,"mss":{"client":`, *t.MSS)
	}
	if t.WindowScale != nil {
		f.sides(`,"window_scale":{"client":`, *t.WindowScale)
	}
	if t.SACK {
		f.key(`,"sack":true`)
	}
	f.troubles(t)
	if z := t.ZeroWindowSec; z != nil {
		f.span(`,"zero_window_seconds":{"client":`, z.Client)
		f.span(`,"server":`, z.Server)
		f.b = append(f.b, '}')
	}
	f.sidesIf(`,"keep_alives":{"client":`, t.KeepAlives)
	f.sidesIf(`,"missed":{"client":`, t.Missed)
	f.sidesIf(`,"lost":{"client":`, t.Lost)
	f.sidesIf(`,"cut":{"client":`, t.Cut)
	f.sidesIf(`,"overlaps":{"client":`, t.Overlaps)
	f.b = append(f.b, '}')
}

// noTroubles is what troubles writes of nearly every session.
const noTroubles = `,"retransmitted":{"client":0,"server":0},"out_of_order":{"client":0,"server":0},"duplicates":0,"zero_window":{"client":0,"server":0}`

func (f *fields) troubles(t *session.TCP) {
	none := session.Sides{}
	if t.Duplicates == 0 && t.Retransmitted == none && t.OutOfOrder == none && t.ZeroWindow == none {
		f.key(noTroubles)
		return
	}
	f.sides(`,"retransmitted":{"client":`, t.Retransmitted)
	f.sides(`,"out_of_order":{"client":`, t.OutOfOrder)
	f.number(`,"duplicates":`, t.Duplicates)
	f.sides(`,"zero_window":{"client":`, t.ZeroWindow)
}

func (f *fields) roundTrips(lead string, r *session.RTT) {
	if *r == (session.RTT{}) {
		return
	}
	f.span(lead, r.Min)
	f.span(`,"mean":`, r.Mean)
	f.span(`,"max":`, r.Max)
	f.number(`,"count":`, r.Count)
	f.b = append(f.b, '}')
}
