package alignment

import (
	"slices"

	"smtpscope/gatewaylog"
)

// ends are the lines that tell of a connection's beginning and end: the first,
// and the last that is about no message. What began a connection ends it only
// where the log has nothing else of it: within one second all times are equal.
func ends(c *gatewaylog.Connection) (first, last *gatewaylog.Line) {
	if len(c.Lines) == 0 {
		return nil, nil
	}
	ofMail := linesOfMails(c)
	for i := len(c.Lines) - 1; i > 0 || i == 0 && len(c.Lines) == 1; i-- {
		if l := c.Lines[i]; l.Time.At.Equal(c.End.At) && !ofMail(l) {
			return c.Lines[0], l
		}
	}
	return c.Lines[0], nil
}

// linesOfMails tells whether a line is about a message. Few lines are looked
// through, many are indexed.
func linesOfMails(c *gatewaylog.Connection) func(*gatewaylog.Line) bool {
	if len(c.Lines) <= maxKeys {
		return func(l *gatewaylog.Line) bool {
			return slices.ContainsFunc(c.Messages, func(m *gatewaylog.Message) bool { return slices.Contains(m.Lines, l) })
		}
	}
	index := map[*gatewaylog.Line]bool{}
	for _, m := range c.Messages {
		for _, l := range m.Lines {
			index[l] = true
		}
	}
	return func(l *gatewaylog.Line) bool { return index[l] }
}
