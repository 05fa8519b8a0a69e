package gatewaylog

import (
	"slices"
	"strings"
)

// cleanupTable is what cleanup logs. Milter rejections after the end of the
// message come from here, not from smtpd.
var cleanupTable = newTable([]row[*postfix]{
	{"message-id={id}", (*postfix).messageID, "message-id=<20260101.1@example.com>"},
	{"resent-message-id={id}", (*postfix).queueNote, "resent-message-id=<20260101.2@example.com>"},
	{"milter-reject: {command_} from {rest}", (*postfix).reject, "milter-reject: END-OF-MESSAGE from unknown[192.0.2.1]: 4.7.1 Service unavailable - try again later; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"reject: {command} from {rest}", (*postfix).cleanupReject, "reject: header Subject: spam from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>: 5.7.1 message content rejected"},
	{"milter-discard: {command_} from {rest}", (*postfix).discard, "milter-discard: END-OF-MESSAGE from unknown[192.0.2.1]: milter triggers DISCARD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"canceled", (*postfix).canceled, "canceled"},
	{"{kind_}: header {rest}", (*postfix).queueNote, "info: header Subject: test from local; from=<a@example.com> to=<b@example.org>"},
	{"milter-hold: {rest}", (*postfix).queueNote, "milter-hold: END-OF-MESSAGE from unknown[192.0.2.1]: milter triggers HOLD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>"},
	{"milter-header-redirect: {rest}", (*postfix).queueNote, "milter-header-redirect: x from unknown[192.0.2.1]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<h>: c@example.org"},
})

// queueTable is what the queue manager and its neighbours log.
var queueTable = newTable([]row[*postfix]{
	{"from=<{from~}>, size={size#}, nrcpt={n#} ({words})", (*postfix).queued, "from=<a@example.com>, size=1496, nrcpt=1 (queue active)"},
	{"from=<{from~}>, status={words}", (*postfix).queueNote, "from=<a@example.com>, status=expired, returned to sender"},
	{"removed", (*postfix).queueNote, "removed"},
	{"uid={uid#} from=<{from~}>", (*postfix).pickedUp, "uid=0 from=<root>"},
	{"sender non-delivery notification: {id_}", (*postfix).notification, "sender non-delivery notification: ADD2F8052"},
	{"sender delivery status notification: {id_}", (*postfix).notification, "sender delivery status notification: 1DF35917"},
	{"sender delay notification: {id_}", (*postfix).notification, "sender delay notification: 0A87A1A08"},
	{"postmaster non-delivery notification: {id_}", (*postfix).notification, "postmaster non-delivery notification: 47335405A44"},
	{"skipped, still being delivered", (*postfix).queueNote, "skipped, still being delivered"},
	{"requeued", (*postfix).queueNote, "requeued"},
	{"placed on hold", (*postfix).queueNote, "placed on hold"},
	{"released from hold", (*postfix).queueNote, "released from hold"},
	{"terminating on signal {n#}", (*postfix).stopped, "terminating on signal 15"},
	{"daemon started{rest}", nil, "daemon started -- version 3.7.11, configuration /etc/postfix"},
	{"reload {rest}", nil, "reload -- version 2.11.0, configuration /etc/postfix"},
	{"Deleted: {n#} message{rest}", nil, "Deleted: 115 messages"},
	{"Requeued: {n#} message{rest}", nil, "Requeued: 1 message"},
	{"Placed on hold: {n#} message{rest}", nil, "Placed on hold: 67 messages"},
	{"Released from hold: {n#} message{rest}", nil, "Released from hold: 13 messages"},
	{"warning: process {path_} pid {pid#} {words}", (*postfix).killed, "warning: process /usr/lib/postfix/sbin/smtpd pid 1336 killed by signal 9"},
})

// message-id: "=<id>", or without brackets where the header was broken.
func (p *postfix) messageID(e *entry, f *fields) reason {
	if p.qid == "" {
		return disconnected
	}
	m := p.message(e)
	m.MessageID = strings.TrimSuffix(strings.TrimPrefix(f.get("id"), "<"), ">")
	if len(p.cleanup) > maxProcesses {
		clear(p.cleanup)
	}
	p.cleanup[p.process(e)] = m
	m.beforeAnswer(e)
	return p.b.addTo(m, e)
}

func (p *postfix) queueNote(e *entry, _ *fields) reason {
	if p.qid == "" {
		return disconnected
	}
	return p.b.addTo(p.message(e), e)
}

func (p *postfix) canceled(e *entry, f *fields) reason {
	if p.qid != "" {
		p.message(e).settle(Aborted, "canceled")
	}
	return p.queueNote(e, f)
}

// cleanupReject is a rejection by header_checks and the like: the words stand
// at the end.
func (p *postfix) cleanupReject(e *entry, f *fields) reason {
	if p.qid == "" {
		return disconnected
	}
	m := p.message(e)
	_, _, a := rejectWords(f.get("rest"))
	p.envelope(m, a)
	words := f.get("command")
	if i := strings.LastIndex(e.body, ">: "); i >= 0 {
		words = e.body[i+3:]
	}
	m.settle(Rejected, words)
	m.Outcome.Early = true // cleanup reads along
	p.refuse(m.conn, "END-OF-MESSAGE", words, a)
	return p.b.addTo(m, e)
}

func (p *postfix) queued(e *entry, f *fields) reason {
	if p.qid == "" {
		return disconnected
	}
	m := p.message(e)
	p.sender(m, f.get("from"))
	m.Size = known(int64(number(f.get("size"))))
	if m.Outcome.Kind == "" {
		m.settle(Accepted, f.get("words"))
	}
	return p.b.addTo(m, e)
}

// pickedUp is local submission: no connection.
func (p *postfix) pickedUp(e *entry, f *fields) reason {
	if p.qid == "" {
		return disconnected
	}
	m := p.message(e)
	m.From, m.HasFrom = f.get("from"), true
	if m.conn.Fragment {
		m.conn.Direction = Internal
	}
	return p.b.addTo(m, e)
}

func (p *postfix) notification(e *entry, f *fields) reason {
	if p.qid == "" {
		return disconnected
	}
	p.message(e).related(f.get("id"))
	return p.queueNote(e, f)
}

// killed is master's word on a process that died: of the connection that the
// process served there will be no other.
func (p *postfix) killed(e *entry, f *fields) reason {
	c := p.b.find(key{keyConnection, e.host, f.get("pid")})
	if c == nil {
		return notSession
	}
	if c.Ended.How == "" {
		c.Ended = Ended{Words: f.get("words"), How: HowKilled, By: "server", Time: e.time}
	}
	why := p.b.tell(c, e)
	p.b.end(c, e)
	p.b.unname(c)
	return why
}

// serves notes a connection that has begun, for stopped: not all that are open
// are looked through then, as a log may say it again and again.
func (p *postfix) serves(c *conn) {
	list := p.serving[c.Host]
	if len(list) == cap(list) {
		list = slices.DeleteFunc(list, func(k key) bool { return !p.isServing(p.b.find(k)) })
	}
	if len(p.serving) > maxProcesses {
		clear(p.serving)
	}
	p.serving[c.Host] = append(list, c.keys...)
}

func (p *postfix) isServing(c *conn) bool {
	return c != nil && c.in == &p.b.open && c.Direction == Inbound && c.Begun
}

// stopped is master's end: it takes the smtpd processes with it, and they say
// nothing. The line itself belongs to no connection.
func (p *postfix) stopped(e *entry, _ *fields) reason {
	for _, k := range p.serving[e.host] {
		c := p.b.find(k)
		if !p.isServing(c) || c.Host != e.host {
			continue
		}
		if c.Ended.How == "" {
			c.Ended = Ended{Words: "master: " + e.body, How: HowKilled, By: "server", Time: e.time}
		}
		p.b.end(c, e)
		p.b.unname(c)
	}
	delete(p.serving, e.host)
	return notSession
}
