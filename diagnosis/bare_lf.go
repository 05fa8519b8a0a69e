package diagnosis

import "strings"

// bareLF: the server refused content for lines that end in LF alone
// (causes.md 4.5).
var bareLF = rule{
	code:     "bare-lf",
	needs:    refusal,
	severity: Error,
	advice:   "Repair the program that wrote the mail: every line ends in CRLF. Servers refuse bare line feeds since the smuggling attacks of 2023 (Postfix: smtpd_forbid_bare_newline, with exceptions for hosts that cannot be repaired).",
	find: func(c *Case) *claim {
		e := c.refusal("bare-lf")
		if e == nil {
			return nil
		}
		counted := ""
		for _, n := range c.Notes {
			if strings.HasSuffix(n, "end in a bare LF") {
				counted = "; " + n
			}
		}
		return &claim{certainty: Proven, frames: []int64{e.Frame},
			summary: "The server refused the mail because of line ends that are not CRLF: it said " + quote(e.Text),
			against: "the server's own words" + counted}
	},
}
