package diagnosis

import (
	"fmt"
	"strconv"
	"strings"
)

// sizeLimit: the content had reached the advertised SIZE when the server ended
// the session without a word (causes.md 3.5).
var sizeLimit = rule{
	code:     "size-limit",
	needs:    wrong,
	severity: Error,
	advice:   "Compare the size of the mail with the limits of the server and of every device between; let the sender announce SIZE= at MAIL, so that it is refused before it is sent.",
	find: func(c *Case) *claim {
		limit := c.advertisedSize()
		if limit == 0 || c.Ended.Phase != "data" || !c.endedBy("server") || !c.serverHeard() || c.farewell() != nil {
			return nil
		}
		if n := c.transferred(); n < limit-limit/50 || n > limit+limit/5 {
			return nil
		}
		return &claim{certainty: Likely, frames: []int64{c.Ended.Frame},
			summary: fmt.Sprintf("The server %s after %s of content, just where its advertised limit of %s was reached",
				c.closing(), size(c.transferred()), size(limit)),
			against:   "no reply says so: that it is about the size is told by the number alone",
			elsewhere: c.whoClosed()}
	},
}

// advertisedSize is the limit in EHLO's reply (RFC 1870), 0 = none.
func (c *Case) advertisedSize() int64 {
	if c.Hello == nil {
		return 0
	}
	for _, e := range c.Hello.Extensions {
		word, value, _ := strings.Cut(e, " ")
		if strings.EqualFold(word, "SIZE") {
			n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			return n
		}
	}
	return 0
}

// offers reports whether EHLO's reply has a keyword.
func (c *Case) offers(keyword string) bool {
	if c.Hello == nil {
		return false
	}
	for _, e := range c.Hello.Extensions {
		word, _, _ := strings.Cut(e, " ")
		if strings.EqualFold(word, keyword) {
			return true
		}
	}
	return false
}
