package gatewaylog

import "strings"

// A content filter gives the mail back to Postfix over a connection of its own,
// which names the client by XFORWARD: "client=localhost[127.0.0.1],
// orig_client=mail.example.com[192.0.2.1]". The mail's way into the house is
// the client's own connection, where the log has it too:
//
//   - before the queue (smtpd_proxy_filter): the smtpd that the client speaks to
//     has no queue file, "NOQUEUE: client=…", and passes on the filter's reply,
//     "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 5C041FA0A8"
//     (smtpd_proxy.c). What is said under that id is said of the client's mail.
//   - behind the queue (content_filter): "orig_queue_id=…" is the mail that the
//     client gave, and the one that comes back is a copy of it.
//
// Either way the client did not come twice.

// proxied notes that the connection passes its mail on.
func (p *postfix) proxied(c *conn, host string) {
	st := postfixState(c)
	st.passing = nil // another mail begins
	if st.proxied || !c.Client.Addr.IsValid() {
		return
	}
	st.proxied = true
	if len(p.fronts) > maxProcesses {
		clear(p.fronts)
	}
	k := key{keyPeer, host, c.Client.Addr.String()}
	p.fronts[k] = alike(p.fronts[k], c)
}

// front is the connection whose mail comes back from the filter now: the one of
// that client that is open, if there is one only.
func (p *postfix) front(host string, client Peer) (front *conn, several bool) {
	k := key{keyPeer, host, client.Addr.String()}
	list := p.fronts[k]
	live := list[:0]
	for _, c := range list {
		if c.in == nil || c.Closed {
			continue
		}
		live = append(live, c)
		if client.Port != 0 && c.Client.Port != 0 && client.Port != c.Client.Port {
			continue
		}
		several = several || front != nil
		front = c
	}
	if len(live) == 0 {
		delete(p.fronts, k)
	} else if len(list) > 0 {
		p.fronts[k] = live
	}
	if several {
		return nil, true
	}
	return front, false
}

// filtered looks for the connection that the client of a message from a filter
// itself has. The message is moved there where that is certain; "proxy-accept"
// tells it of the others.
func (p *postfix) filtered(c *conn, m *msg, host, before string) {
	if before != "" && p.b.findMessage(host, before) != nil {
		c.Origin = Peer{}
		return
	}
	front, several := p.front(host, c.Origin)
	if front == nil && !several {
		return
	}
	c.Origin = Peer{}
	postfixState(c).filter = true
	if front == nil {
		return
	}
	p.b.adopt(front, m)
	st := postfixState(front)
	st.passing = m
	if st.refused != nil {
		m.state, st.refused = st.refused, nil
	}
}

// proxyAccept is the filter's reply to a message, which the client was given.
func (p *postfix) proxyAccept(e *entry, f *fields) reason {
	_, words, a := rejectWords("]: " + f.get("words"))
	c := p.session(e)
	postfixState(c).passing = nil
	m := p.b.findMessage(e.host, queuedAs(words))
	if m == nil || !p.comesFrom(m, c) {
		return p.b.tell(c, e)
	}
	if m.conn != c {
		if !m.conn.Fragment { // the lines of a fragment come with it
			p.b.takeLines(c, m.Lines)
		}
		p.b.adopt(c, m)
	}
	p.envelope(m, a)
	if m.Outcome.Kind == "" {
		m.settle(Accepted, words)
	}
	p.b.tell(c, e)
	return p.b.addTo(m, e)
}

// comesFrom: the message is of a connection that the filter opened, or of none.
func (p *postfix) comesFrom(m *msg, front *conn) bool {
	return m.conn == front || m.conn.Fragment || postfixState(m.conn).filter
}

// queuedAs is the queue id in a reply to a message, "" if it has none.
func queuedAs(words string) string {
	_, id, _ := strings.Cut(words, "queued as ")
	id, _, _ = strings.Cut(strings.TrimSpace(id), " ")
	if !isQueueID(id) {
		return ""
	}
	return id
}
