package diagnosis

import (
	"strings"

	"smtpscope/session"
)

// ehloKeywords are what belongs behind the first line of an EHLO reply.
var ehloKeywords = []string{"STARTTLS", "PIPELINING", "8BITMIME", "CHUNKING", "ENHANCEDSTATUSCODES"}

// starttlsHidden: the keyword stands in the first line, which is the server's
// name, and clients do not look for it there (causes.md 2.4). A masked keyword
// is smtp-inspection's.
var starttlsHidden = rule{
	code:     "starttls-hidden",
	needs:    unnamed,
	severity: Warning,
	advice:   "Repair the device that cuts the first line out of the EHLO reply (a proxy or an inspection); the server's own reply has its name there (RFC 5321 section 4.1.1.1).",
	find: func(c *Case) *claim {
		e, word := c.keywordFirst()
		if e == nil || c.TLS != nil || c.startedTLS() { // this client found it
			return nil
		}
		if e != c.ehloReply() || word == "STARTTLS" && c.offers("STARTTLS") {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{e.Frame},
			summary:   "The EHLO reply begins with the keyword " + word + " instead of the server's name: clients take the first line for the name and do not see that " + word + " is offered",
			against:   "the whole reply is in the capture; the keyword does not come again",
			elsewhere: "Whether the server or a device between leaves the name out is seen by capturing on the server."}
	},
}

// leadingKeyword is the keyword that stands alone in a reply's first line, ""
// where there is none.
func leadingKeyword(reply string) string {
	first, _, _ := strings.Cut(reply, "\n")
	words := strings.TrimSpace(first[min(4, len(first)):])
	for _, k := range ehloKeywords {
		if strings.EqualFold(words, k) {
			return k
		}
	}
	return ""
}

// keywordFirst is the last reply of several lines that begins with a keyword,
// and that keyword; nil where there is none.
func (c *Case) keywordFirst() (reply *session.Event, word string) {
	events := c.events()
	for i := range events {
		e := &events[i]
		if e.Kind != session.EventReply || !strings.HasPrefix(e.Text, "250-") {
			continue
		}
		if k := leadingKeyword(e.Text); k != "" {
			reply, word = e, k
		}
	}
	return reply, word
}

func (c *Case) startedTLS() bool {
	for _, e := range c.said() {
		if e.Kind == session.EventCommand && verb(e.Text) == "STARTTLS" {
			return true
		}
	}
	return false
}

// ehloReply is the accepted reply to the last EHLO in clear.
func (c *Case) ehloReply() *session.Event {
	var reply *session.Event
	said := c.said()
	for i, e := range said {
		if e.Kind == session.EventCommand && verb(e.Text) == "EHLO" && i+1 < len(said) &&
			said[i+1].Kind == session.EventReply && replyCode(said[i+1])/100 == 2 {
			reply = said[i+1]
		}
	}
	return reply
}
