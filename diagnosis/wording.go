package diagnosis

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// quoteMax is how much of a server's line a summary repeats, in characters.
const quoteMax = 160

// quote is what the server said, fit for a sentence: one line, no control
// characters, bounded.
func quote(text string) string {
	clean := plain(text)
	if len(clean) > quoteMax { // else it has no more characters either
		if runes := []rune(clean); len(runes) > quoteMax {
			clean = strings.TrimRight(string(runes[:quoteMax]), " ") + "..."
		}
	}
	return `"` + strings.TrimSpace(clean) + `"`
}

// capital makes the beginning of a sentence of ASCII words.
func capital(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

// plain is a text on one line, without control characters and double quotes.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r == '"':
			return '\''
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, text)
}

// seconds writes a time as people compare it with a timer: "30.0 s".
func seconds(d time.Duration) string {
	if d >= time.Hour {
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// size writes a number of bytes: "41000 bytes", "12.4 MB".
func size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n >= 1_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%d bytes", n)
}

// phaseWords say where in the conversation something happened.
var phaseWords = map[string]string{
	"connect": "while connecting", "banner": "before the greeting", "hello": "before EHLO was accepted",
	"tls-handshake": "in the TLS handshake", "tls": "inside TLS", "auth": "during AUTH",
	"ready": "between mails", "mail": "before DATA (after MAIL)", "rcpt": "before DATA (after RCPT)",
	"data-command": "at DATA", "data": "mid-DATA", "dot": "after the end of the message", "unknown": "",
}

func (c *Case) where() string {
	if c.Ended.Phase == "ready" && len(c.Messages) == 0 {
		return "before any mail"
	}
	return phaseWords[c.Ended.Phase]
}

// closing says how the session was closed: "closed (FIN)" or "reset (RST)".
func (c *Case) closing() string {
	if c.Ended.How == "rst" {
		return "reset the connection (RST)"
	}
	return "closed the connection (FIN)"
}

// closingIt is the same where the connection was named before.
func (c *Case) closingIt() string { return strings.Replace(c.closing(), "the connection", "it", 1) }

// noCommand is what verb says of a line of which nothing is shown.
const noCommand = "a line that is no command"

// verb is the first word of a command line, for a sentence.
func verb(line string) string {
	switch {
	case line == "<credentials>":
		return "the credentials"
	case strings.HasPrefix(line, "<"):
		return noCommand
	}
	word, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(word)
}

// severityOfEnd is an error where the session's end cost a mail.
func (c *Case) severityOfEnd() Severity {
	switch c.Ended.Phase {
	case "mail", "rcpt", "data-command", "data", "dot":
		return Error
	}
	return Warning
}

// lastLine names the server's last words (causes.md 0.5).
func (c *Case) lastLine() string {
	last := c.lastReply()
	if late := c.lateReply(); late != nil {
		return "its last words, too late, were " + quote(late.Text)
	}
	if last == nil {
		return "it had said nothing"
	}
	return "its last words were " + quote(last.Text)
}
