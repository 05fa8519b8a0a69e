package gatewaylog

import (
	"net/netip"
	"strings"
)

// A process of smtpd serves one client after the other. Where the lines
// between two of them are missing, the client's address tells that another
// one has come. XCLIENT changes it too (nginx in front of Postfix), without a
// line of its own: the first address is that of a proxy, mostly a private one.
// Else only the disconnect tells, by xclient=1 among its counts.

// maxProxies bounds the addresses that are remembered as proxies.
const maxProxies = 1024

// servesAnother says that the line is not of the connection: it names another
// client, or that one is over.
func (p *postfix) servesAnother(c *conn, body string) bool {
	if over := c.Ended.How; over == HowLost || over == HowTimeout || over == HowTooManyErrors {
		// Only "disconnect" follows on these (smtpd.c, smtpd_proto).
		if !strings.HasPrefix(body, "disconnect from ") {
			return true
		}
	}
	was, now := c.Client.Addr, smtpdClient(body)
	if !now.IsValid() || now == was || p.proxies[was] {
		return false
	}
	if !was.IsValid() {
		return c.Begun // "unknown[unknown]": it had gone before it was asked its name
	}
	return !was.IsPrivate() && !was.IsLoopback()
}

// rejoin puts what the process said before the client's address changed to the
// connection that turns out to have changed it by XCLIENT. Only a beginning is
// taken: XCLIENT comes before any mail.
func (p *postfix) rejoin(c *conn) {
	first := postfixState(c).before
	if first == nil || first.in == nil || c.Begun || !first.Begun ||
		len(first.messages) > 0 || len(first.Rejections) > 0 || first.Ended.How != "" {
		return
	}
	if addr := first.Client.Addr; addr.IsValid() && len(p.proxies) < maxProxies {
		p.proxies[addr] = true
	}
	c.Begun, c.Start, c.Service, c.seq = true, first.Start, first.Service, first.seq
	p.serves(c)
	if c.TLS.Established == "" {
		c.TLS = first.TLS
	}
	c.Lines, c.LinesCut = mergeLines(first.Lines, c.Lines), c.LinesCut+first.LinesCut
	c.bytes += first.bytes
	p.b.drop(first)
}

// smtpdClient is the client that a line of smtpd names: "from NAME[ADDRESS]",
// "client=NAME[ADDRESS]", "warning: NAME[ADDRESS]: SASL".
func smtpdClient(body string) netip.Addr {
	rest, ok := strings.CutPrefix(body, "client=")
	if !ok {
		if rest, ok = strings.CutPrefix(body, "warning: "); !ok || !strings.Contains(rest, "]: SASL ") && !strings.Contains(rest, ": SASL ") {
			_, rest, ok = strings.Cut(body, " from ")
		}
		if !ok {
			return netip.Addr{}
		}
	}
	open, end := strings.IndexByte(rest, '['), strings.IndexByte(rest, ']')
	if open < 0 || end < open || strings.ContainsAny(rest[:open], " <>") {
		return netip.Addr{}
	}
	return address(strings.TrimPrefix(rest[open+1:end], "IPv6:"))
}
