package gatewaylog

import "strings"

// to is about passing the message on, by another process than the one that
// received it.
func (p *sendmail) to(e *entry, f *fields) reason {
	x := commaFields("delay=" + f.get("rest"))
	status, words, _ := strings.Cut(x["stat"], " (")
	status, more, deferred := strings.Cut(status, ": ")
	if deferred {
		words = strings.TrimSuffix(more+" ("+words, " (")
	}
	words = strings.TrimSuffix(words, ")")
	list, _, _ := strings.Cut(f.get("to"), ", ctladdr=")
	why := p.outward(e, x["relay"], list, status, words)
	if p.qid == "" {
		return why
	}
	m := p.b.findMessage(e.host, p.qid)
	if m == nil {
		if c := p.receiver(e.host); c != nil {
			m = p.transaction(c, e)
		}
	}
	if m == nil {
		if why == taken {
			return why
		}
		m = p.b.fragment(e, p.qid)
	}
	for _, to := range strings.Split(list, ",") {
		r := m.recipient(bare(to))
		r.Delivery, r.DeliveryWords, r.Relay = status, words, x["relay"]
	}
	switch {
	case status == "aborted by sender":
		m.settle(Withdrawn, status)
	case m.Outcome.Kind == "" && (status == "Sent" || deferred && status == "Deferred"):
		m.settle(Accepted, "stat="+status)
	}
	if n := len(m.conn.Rejections); n > 0 && m.Outcome.Kind == Accepted && x["mailer"] == "" && strings.Contains(m.conn.Rejections[n-1].Words, x["stat"]) {
		m.settle(Rejected, m.conn.Rejections[n-1].Words) // a rule over the header refused the content (headers.c)
	}
	if next, _, ok := strings.Cut(words, " Message accepted"); ok {
		m.related(next)
	}
	return p.b.addTo(m, e)
}

// outward is the outbound connection that the line speaks of, if the relay
// has an address. sendmail tells no port.
func (p *sendmail) outward(e *entry, relay, list, status, words string) reason {
	open := strings.LastIndexByte(relay, '[')
	if open <= 0 {
		return disconnected
	}
	server := hostPeer(relay)
	server.Name = strings.TrimSuffix(server.Name, ".")
	if !server.Addr.IsValid() {
		return disconnected
	}
	k := key{keyOutbound, e.host, e.pid}
	c := p.b.find(k)
	if c != nil && (c.Server.Addr != server.Addr || c.TLS.Words == "" && len(c.messages) > 0 && c.messages[len(c.messages)-1].ID != p.qid) {
		if c.Server.Addr.IsValid() {
			p.b.unname(c)
			c = nil
		}
	}
	if c == nil {
		c = p.b.start(k, Outbound, e)
	}
	c.Server = server.over(c.Server)
	m := c.outgoing(p.b, e, p.qid)
	for _, to := range strings.Split(list, ",") {
		r := m.recipient(bare(to))
		r.Delivery, r.DeliveryWords = status, words
	}
	c.sendmailStatus(m, status, words)
	c.Ended.Time = e.time
	why := p.b.tell(c, e)
	m.keepLine(e)
	p.b.end(c, e)
	return why
}

// sendmailStatus reads stat=: "Sent", "Deferred", or why it bounced.
func (c *conn) sendmailStatus(m *msg, status, words string) {
	switch status {
	case "Sent":
		m.settle(Accepted, words)
		c.Ended = Ended{Words: status, How: HowDelivered}
	case "Deferred":
		m.settle(Deferred, words)
		c.Ended = Ended{Words: words, How: sendmailDeferred(words)}
	default:
		m.settle(Bounced, words)
		c.Ended = Ended{Words: status, How: HowRejected}
	}
}

func sendmailDeferred(words string) How {
	switch {
	case strings.HasPrefix(words, "Connection timed out"):
		return HowTimeout
	case strings.HasPrefix(words, "Connection reset"):
		return HowReset
	case strings.HasPrefix(words, "Connection refused"), replyCode(words) != 0:
		return HowRejected
	}
	return ""
}

// outgoing is the message of that id in an outbound connection; the id stays
// the inbound message's name.
func (c *conn) outgoing(b *book, e *entry, id string) *msg {
	for _, m := range c.messages {
		if m.ID == id {
			return m
		}
	}
	m := b.message(c, e.host, "")
	m.ID = id
	return m
}
