package gatewaylog

import (
	"net/netip"
	"strings"
)

// A process of smtpd serves one client after the other. Where the lines
// between two of them are missing, the client's address tells that another
// one has come. XCLIENT changes it too (nginx in front of Postfix): then the
// first is that of a proxy, mostly a private one, and the disconnect counts
// xclient=1.

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
	if !now.IsValid() || now == was || p.xclient {
		return false
	}
	if !was.IsValid() {
		return c.Begun // "unknown[unknown]": it had gone before it was asked its name
	}
	return !was.IsPrivate() && !was.IsLoopback()
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
