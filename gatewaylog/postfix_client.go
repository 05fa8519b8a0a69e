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

// servesAnother says that the line names another client than the connection
// has.
func (p *postfix) servesAnother(c *conn, body string) bool {
	was := c.Client.Addr
	if !was.IsValid() || p.xclient || was.IsPrivate() || was.IsLoopback() {
		return false
	}
	now := smtpdClient(body)
	return now.IsValid() && now != was
}

// smtpdClient is the client that a line of smtpd names: "from NAME[ADDRESS]",
// "client=NAME[ADDRESS]".
func smtpdClient(body string) netip.Addr {
	rest, ok := strings.CutPrefix(body, "client=")
	if !ok {
		if _, rest, ok = strings.Cut(body, " from "); !ok {
			return netip.Addr{}
		}
	}
	open, end := strings.IndexByte(rest, '['), strings.IndexByte(rest, ']')
	if open < 0 || end < open || strings.ContainsAny(rest[:open], " <>") {
		return netip.Addr{}
	}
	return address(strings.TrimPrefix(rest[open+1:end], "IPv6:"))
}
