package diagnosis

import (
	"slices"
	"strings"

	"smtpscope/session"
)

// longLines: the server refused content for lines that are too long, or for
// NUL bytes (causes.md 4.5; RFC 5321 section 4.5.3.1.6, RFC 5322 section 2.1.1).
var longLines = rule{
	code:     "long-lines",
	needs:    refusal,
	severity: Error,
	advice: "Repair the program that wrote the mail: a line of content has 1000 bytes at most with its CRLF, and no NUL. " +
		"Content that has longer ones (a list of addresses in one header line, HTML or base64 without breaks) has to be encoded and folded.",
	find: func(c *Case) *claim {
		if !c.sentContent() {
			return nil // it is about a command's line
		}
		counted := c.oddLines()
		if e := c.refusal("long-lines"); e != nil {
			out := &claim{certainty: Proven, frames: []int64{e.Frame},
				summary: "The server refused the mail because of its lines: it said " + quote(e.Text),
				against: "the server's own words"}
			if counted != "" {
				out.against += "; " + counted
			}
			return out
		}
		m := c.message()
		if counted == "" || m == nil || m.Outcome != session.Rejected || m.Reply == nil || m.Reply.Code < 500 || about(m.Reply.Text) != "" {
			return nil
		}
		return &claim{certainty: Hint, frames: []int64{c.lastSaidFrame()},
			summary: "The server refused a mail of which " + counted + ": some servers do not take that",
			against: "its words name another reason, or none"}
	},
}

// sentContent reports whether any content came.
func (c *Case) sentContent() bool {
	return slices.ContainsFunc(c.Messages, func(m *session.Message) bool { return m.Transfer != nil && m.Transfer.Bytes > 0 })
}

// oddLines is the note that counts lines that are too long, or NULs.
func (c *Case) oddLines() string {
	for _, n := range c.Notes {
		if strings.HasSuffix(n, "lines of content are longer than 1000 bytes") || strings.HasSuffix(n, "NUL bytes in content") {
			return n
		}
	}
	return ""
}
