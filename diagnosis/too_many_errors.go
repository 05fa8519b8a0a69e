package diagnosis

import (
	"regexp"

	"smtpscope/session"
)

// refusals are the replies of 500 or more up to a frame.
func (c *Case) refusals(upTo int64) (frames []int64) {
	events := c.events()
	for i := range events {
		if e := &events[i]; e.Kind == session.EventReply && replyCode(e) >= 500 && e.Frame <= upTo {
			frames = append(frames, e.Frame)
		}
	}
	return frames
}

// tooManyErrors: the server had enough of refused commands or recipients
// (causes.md 3.7).
var tooManyErrors = rule{
	code:  "too-many-errors",
	needs: refusal,
	advice: "Read the refused commands in the session: unknown recipients point to a stale address list or a dictionary attack, unknown commands to a broken client or a device that rewrites SMTP. " +
		"Limits by default: Cisco ESA 4 bad commands, Exim 3, Postfix slows down at 10 and closes at 20.",
	find: func(c *Case) *claim {
		f := c.farewell()
		if f == nil || f.why != "too-many-errors" || c.leftDataMode() != nil || c.pressedOn() != nil {
			return nil
		}
		refused := c.refusals(f.frame)
		out := &claim{certainty: Proven, severity: c.severityOfEnd(), frames: append(refused, f.frame, c.Ended.Frame),
			summary: "The server closed the session because of too many errors" + countBut(refused, f) + ": it said " + quote(f.text),
			against: "the server's own words"}
		switch _, logins := c.refusedLogins(); {
		case noMail.MatchString(f.text):
			out.summary = "The server closed the session because of too many commands without a mail: it said " + quote(f.text)
			out.advice = "See in the session what the client repeats (EHLO, RSET, NOOP, AUTH): no command was in error. " +
				"Exim allows 10 commands without a mail (smtp_accept_max_nonmail); a monitor or a client that tests many addresses may need more."
		case len(logins) > 0 && len(refused) == len(logins):
			out.summary = "The server closed the session because of too many errors, after " + count(len(logins), "refused login") + ": it said " + quote(f.text)
			out.advice = loginRefused.advice
		}
		return out
	},
}

// noMail: what was too much are commands, not errors (Exim, smtp_in.c).
var noMail = regexp.MustCompile(`(?i)too many non-?mail commands`)

// countBut counts refusals without the farewell itself.
func countBut(frames []int64, f *farewell) string {
	n := len(frames)
	if f.code >= 500 && n > 0 {
		n--
	}
	if n == 0 {
		return ""
	}
	return ", after " + count(n, "refusal")
}
