package diagnosis

import (
	"slices"
	"strings"

	"smtpscope/session"
)

// A mask is a trace of a device that overwrites what it does not know.
type mask struct {
	what   string // for a sentence
	frame  int64
	proven bool
}

// inspection: a firewall masks the greeting, keywords or commands (Cisco PIX
// and ASA: "fixup", "Mailguard", "ESMTP inspection"; causes.md 2.1).
var inspection = rule{
	code: "smtp-inspection",
	advice: "Switch the inspection off on the firewall, for mail servers at least. Names of such features: ESMTP Inspect on Cisco ASA 7.x and later (on by default), Mailguard and ESMTP Inspect on PIX, " +
		"Application Intelligence for SMTP and SmartDefense on Check Point. It hides STARTTLS, so mail goes in clear.",
	find: func(c *Case) *claim {
		masks := c.masks()
		if len(masks) == 0 || c.typedByHand() {
			return nil
		}
		claim := &claim{certainty: Strong, severity: Warning,
			against:   "no single-byte segments: nobody typed this by hand (such typing makes an ASA mask whole commands); keywords such as X-EXPS do not count",
			elsewhere: "Which device it is: capture on both sides of the firewall. The pattern is that of Cisco PIX and ASA, others copy it."}
		if c.wentWrong() {
			claim.severity = Error
		}
		var what []string
		for _, m := range masks {
			what = append(what, m.what)
			claim.frames = append(claim.frames, m.frame)
			if m.proven || len(masks) > 1 {
				claim.certainty = Proven
			}
		}
		claim.summary = "A device between the client and the server rewrites SMTP: " + strings.Join(what, "; ")
		return claim
	},
}

// masks are the traces, one of each kind.
func (c *Case) masks() (list []mask) {
	if e := c.maskedGreeting(); e != nil {
		list = append(list, mask{"the greeting is masked (" + quote(e.Text) + ")", e.Frame, strings.ContainsAny(c.Banner.Text, "02")})
	}
	if keywords, frame := c.maskedKeywords(); len(keywords) > 0 {
		list = append(list, mask{"keywords of the EHLO reply are masked (" + quote(strings.Join(keywords, ", ")) + ")", frame, true})
	}
	if line, frame := c.maskedCommand(); line != "" {
		list = append(list, mask{"a command of the client arrives as " + quote(line) + " and is refused", frame, true})
	}
	return list
}

// maskedGreeting is the greeting where it is masked.
func (c *Case) maskedGreeting() *session.Event {
	if !c.bannerMasked() {
		return nil
	}
	return firstReply(c.said())
}

// leastStars is how many stars make a masked greeting.
const leastStars = 8

// isStars reports a greeting of nothing but stars, and the digits 2 and 0 that
// the mask leaves. A line with letters is somebody's ornament.
func isStars(text string) bool {
	stars := 0
	for _, r := range text {
		switch r {
		case '*':
			stars++
		case '0', '2', ' ', '\n', '\r':
		default:
			return false
		}
	}
	return stars >= leastStars
}

// isMasked reports a word of at least four X and no other letter, but for a
// last A: what is left of STARTTLS is "XXXXXXXA".
func isMasked(word string) bool {
	word = strings.TrimSuffix(word, "A")
	return len(word) >= 4 && strings.Trim(word, "X") == ""
}

func (c *Case) maskedKeywords() (list []string, frame int64) {
	if c.Hello == nil {
		return nil, 0
	}
	for _, e := range c.Hello.Extensions {
		if !strings.HasPrefix(e, "XXXX") {
			continue
		}
		word, _, _ := strings.Cut(e, " ")
		if isMasked(word) && !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	if len(list) == 0 {
		return nil, 0
	}
	for _, e := range c.said() {
		if e.Kind == session.EventReply && strings.Contains(e.Text, list[0]) {
			return list, e.Frame
		}
	}
	return list, 0
}

// maskedCommand is a command of X, of the length of a command, that the server
// refused.
func (c *Case) maskedCommand() (line string, frame int64) {
	if c.signs&refusal == 0 || !c.session.Masked {
		return "", 0
	}
	said := c.said()
	for i, e := range said {
		if e.Kind != session.EventCommand {
			continue
		}
		word, rest, _ := strings.Cut(e.Text, " ")
		if !isMasked(word) || i+1 == len(said) || said[i+1].Kind != session.EventReply || replyCode(said[i+1]) < 500 {
			continue
		}
		if rest != "" {
			word += " ..."
		}
		return word, e.Frame
	}
	return "", 0
}

// typedByHand: more packets than bytes of the client, as where somebody types
// into telnet.
func (c *Case) typedByHand() bool {
	return c.Bytes.Client > 0 && c.Frames.Count > c.Bytes.Client
}

// bannerMasked reports whether the greeting was masked.
func (c *Case) bannerMasked() bool { return c.Banner != nil && isStars(c.Banner.Text) }
