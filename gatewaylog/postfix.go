package gatewaylog

import (
	"net/netip"
	"strings"
)

// postfix reads Postfix's maillog (formats.md section 5; wording checked
// there against the source of 3.12). A connection is an smtpd process from
// "connect" to "disconnect": it serves one at a time, and its pid comes again.
// What cleanup, qmgr and the delivery agents say reaches it by queue id.
type postfix struct {
	b       *book
	serving map[string][]key // what master's end ends, by host; some of it is over
	passed  map[key][]*conn  // by postscreen, not yet seen in smtpd
	cleanup map[key]*msg     // whom a cleanup process was last busy with
	qid     string           // before the body of the line at hand, "" or "NOQUEUE" included
	// proxies are the addresses from which a client was given by XCLIENT; bounded.
	proxies map[netip.Addr]bool
	fronts  map[key][]*conn // that pass on to a filter, by the client's address
}

// postfixConn is what is known of a connection beyond its result.
type postfixConn struct {
	early   bool  // only lines that smtpd writes before "connect from"
	refused *msg  // a transaction whose recipients were all refused so far; it has no queue id
	loss    *Line // how it ended, while "disconnect" is to come
	known   Peer  // the client as the lines before the loss tell it
	lost    Peer  // the client as the line of the loss tells it
	before  *conn // what the process served until the client's address changed, with no line between
	proxied bool  // it passes its mail on to a content filter and has no queue file of its own
	passing *msg  // what it passes on now, once the filter has given it back
	filter  bool  // a filter gives mail back here, and the client's own connection is known
	full    bool  // a message grew too large, and its content is no longer counted
}

func newPostfix(s *shelf) *postfix {
	p := &postfix{b: s.newBook(Postfix), serving: map[string][]key{}, passed: map[key][]*conn{}, cleanup: map[key]*msg{}, proxies: map[netip.Addr]bool{}, fronts: map[key][]*conn{}}
	p.b.finish = p.finish
	return p
}

func (p *postfix) book() *book { return p.b }

// postfixPrograms are the programs whose lines are read, by the last part of
// the tag: "postfix/submission/smtpd", "postfix-in/smtpd".
var postfixPrograms = map[string]*table[*postfix]{
	"smtpd": smtpdTable, "cleanup": cleanupTable, "qmgr": queueTable, "nqmgr": queueTable, "oqmgr": queueTable,
	"pickup": queueTable, "bounce": queueTable, "postsuper": queueTable, "master": queueTable, "trivial-rewrite": queueTable,
	"smtp": deliveryTable, "lmtp": deliveryTable, "local": deliveryTable, "virtual": deliveryTable, "pipe": deliveryTable,
	"error": deliveryTable, "discard": deliveryTable, "retry": deliveryTable, "relay": deliveryTable,
	"postscreen": postscreenTable,
}

// postfixQuiet are programs that log nothing about a session.
var postfixQuiet = map[string]bool{
	"anvil": true, "scache": true, "tlsmgr": true, "proxymap": true, "verify": true, "dnsblog": true, "tlsproxy": true,
	"postfix-script": true, "postlog": true, "postlogd": true, "flush": true, "showq": true, "sendmail": true,
	"postqueue": true, "postmap": true, "postalias": true, "spawn": true, "postfix": true, "postdrop": true, "tls_policy": true,
}

func (p *postfix) take(e *entry) reason {
	program := e.tag[strings.LastIndexByte(e.tag, '/')+1:]
	t := postfixPrograms[program]
	if t == nil {
		if postfixQuiet[program] {
			return notSession
		}
		if t = p.guess(e); t == nil {
			return unknownKind
		}
	}
	body := e.body
	p.qid, e.body = splitQueueID(body)
	r := t.find(e.body, &e.fields)
	if r == nil {
		e.body = body
		return p.other(e, program)
	}
	if r.do == nil {
		return notSession
	}
	return r.do(p, e, &e.fields)
}

// guess chooses the table for a service that an administrator named himself
// in master.cf with syslog_name. What has no pid is none: it may be the rest of
// a line that was wrapped.
func (p *postfix) guess(e *entry) *table[*postfix] {
	if e.pid == "" {
		return nil
	}
	_, body := splitQueueID(e.body)
	var f fields
	for _, t := range []*table[*postfix]{smtpdTable, cleanupTable, queueTable, deliveryTable, postscreenTable} {
		if r := t.find(body, &f); r != nil && r.do != nil {
			return t
		}
	}
	return nil
}

// other takes a line of no known kind: it belongs to whom it names, or to the
// connection that its process serves.
func (p *postfix) other(e *entry, program string) reason {
	if p.qid != "" && p.qid != noQueue {
		if m := p.b.findMessage(e.host, p.qid); m != nil {
			return p.b.addTo(m, e)
		}
		return unknownKind
	}
	if program == "smtpd" {
		if c := p.b.find(p.process(e)); c != nil && c.in != nil {
			return p.b.add(c, e)
		}
	}
	if m := p.cleanup[p.process(e)]; program == "cleanup" && m != nil && m.conn.in != nil {
		if len(m.Nearby) < maxRejections {
			m.Nearby = append(m.Nearby, e.keep())
		}
		return taken
	}
	if strings.HasPrefix(e.body, "warning: ") || strings.HasPrefix(e.body, "statistics: ") || strings.HasPrefix(e.body, "fatal: ") {
		return notSession
	}
	return unknownKind
}

const noQueue = "NOQUEUE"

// splitQueueID takes "068A2A66: " off the body. Short ids are hexadecimal,
// long ones base 52 without vowels (postconf enable_long_queue_ids).
func splitQueueID(body string) (string, string) {
	i := strings.IndexByte(body, ':')
	if i < 6 || i > 24 || i+1 >= len(body) || body[i+1] != ' ' {
		return "", body
	}
	id := body[:i]
	if id != noQueue && !isQueueID(id) {
		return "", body
	}
	return id, body[i+2:]
}

func isQueueID(s string) bool {
	digits, upperHex := 0, true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'A' && c <= 'F':
		case c >= 'B' && c <= 'Z' || c >= 'b' && c <= 'z':
			upperHex = false
		default:
			return false
		}
	}
	return upperHex && len(s) <= 16 || len(s) >= 10 && digits > 0
}

// process names the process that wrote the line.
func (p *postfix) process(e *entry) key { return key{keyConnection, e.host, e.pid} }

// session is the connection that the smtpd process serves; one is begun if
// the log has not told of it.
func (p *postfix) session(e *entry) *conn {
	before := p.b.find(p.process(e))
	if before != nil && before.in != nil {
		if !p.servesAnother(before, e.body) {
			return before
		}
		p.b.unname(before)
		postfixState(before).before = nil
	} else {
		before = nil
	}
	c := p.newSession(e)
	postfixState(c).before = before
	return c
}

func (p *postfix) newSession(e *entry) *conn {
	c := p.b.start(p.process(e), Inbound, e)
	c.Service = service(e.tag)
	c.state = &postfixConn{}
	return c
}

func postfixState(c *conn) *postfixConn {
	st, ok := c.state.(*postfixConn)
	if !ok {
		st = &postfixConn{}
		c.state = st
	}
	return st
}

// service is the tag without the syslog_name before it.
func service(tag string) string {
	if _, s, ok := strings.Cut(tag, "/"); ok {
		return s
	}
	return tag
}

// message is the message of the queue id before the body.
func (p *postfix) message(e *entry) *msg { return p.b.fragment(e, p.qid) }
