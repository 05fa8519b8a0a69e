package gatewaylog

import "strings"

// The debug logs are transcripts as the appliance saw them: the injection
// debug log of inbound connections, which names the peer, and the domain debug
// log of outbound ones. Of the first no real line was found (formats.md
// section 1.7); its shape here is from memory and read tolerantly. Nor is it
// documented what the domain debug log's number counts.

// debugged is the connection of a transcript line, and whether the appliance
// is the server in it.
func (p *esa) debugged(e *entry, f *fields) (*conn, bool) {
	if f.get("peer") == "" {
		c := p.delivery(e, f.get("id"))
		p.b.wait(c)
		c.quiet = true
		return c, false
	}
	c := p.injection(e, f.get("id"))
	c.Client = Peer{Addr: address(f.get("peer"))}.over(c.Client)
	if !c.Begun {
		p.b.wait(c)
		c.quiet = true
	}
	return c, true
}

func (p *esa) debugSent(e *entry, f *fields) reason {
	c, server := p.debugged(e, f)
	return p.debug(e, c, f.get("text"), !server)
}

func (p *esa) debugReceived(e *entry, f *fields) reason {
	c, server := p.debugged(e, f)
	return p.debug(e, c, f.get("text"), server)
}

func (p *esa) debug(e *entry, c *conn, text string, client bool) reason {
	d := &esaState(c).dialogue
	current := c.unfinished()
	if !client {
		open := func() *msg {
			if current != nil && current.ID != "" {
				return current // mail_logs has told of it
			}
			return p.b.message(c, e.host, "")
		}
		d.reply(c, withoutLineEnd(text), open, current)
		return p.b.tell(c, e)
	}
	for rest := text; rest != ""; { // some clients do not wait for replies
		var line string
		if line, _, rest = cutLine(rest); line != "" {
			d.command(c, line)
		}
	}
	return p.b.tell(c, e)
}

// withoutLineEnd takes an escaped CRLF off the end.
func withoutLineEnd(s string) string {
	for {
		whole := s
		for _, end := range escapedEnds {
			s = strings.TrimSuffix(s, end)
		}
		if s == whole {
			return s
		}
	}
}
