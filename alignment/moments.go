package alignment

import (
	"strconv"
	"strings"

	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Moments are when the lines of Log were written, by the capture's clock, one
// for each; 0 where it is not known. Log must have been called.
func (m *Match) Moments() []session.Time { return m.moments }

// setMoments places lines on the capture's clock. A line counts whole seconds
// perhaps: within what its time leaves open it goes behind what it tells of.
func (m *Match) setMoments(lines []*gatewaylog.Line) {
	m.moments = make([]session.Time, len(lines))
	if !m.OffsetKnown {
		return
	}
	causes := m.causes()
	_, last := ends(m.Connection)
	over, before := false, int64(0)
	for i, x := range lines {
		over = over || x == last || tellsEnd(m.Connection, x)
		if x.Time.IsZero() {
			continue
		}
		at := x.Time.At.UnixNano() - m.exact
		target, told := causes[x]
		switch {
		case over:
			target = m.end + 1 // behind the packet that ended it
		case !told:
			target = m.begin
		}
		// The offset holds half a step of precision, for times are cut.
		half := int64(x.Time.Precision) / 2
		before = max(before, min(max(target, at), at+2*half))
		m.moments[i] = session.Time(before)
	}
}

// tellsEnd: the line has the product's words on the end of the connection, or
// of a last message that broke off.
func tellsEnd(c *gatewaylog.Connection, x *gatewaylog.Line) bool {
	const least = 4 // shorter words stand in other lines too
	if w := c.Ended.Words; len(w) >= least && strings.Contains(x.Text, w) {
		return true
	}
	if len(c.Messages) == 0 {
		return false
	}
	last := &c.Messages[len(c.Messages)-1].Outcome
	return last.Kind == gatewaylog.Aborted && len(last.Words) >= least && strings.Contains(x.Text, last.Words)
}

// causes are the moments behind which the lines of messages were written: MAIL,
// the last recipient, the end of the content.
func (m *Match) causes() map[*gatewaylog.Line]int64 {
	causes := map[*gatewaylog.Line]int64{}
	for i, logged := range m.Messages {
		if logged == nil {
			continue
		}
		s := m.record.Messages[i]
		began, content, whole := m.messageMoments(s)
		came := false
		for _, x := range logged.Lines {
			came = came || tellsContent(logged, x)
			switch {
			case came:
				causes[x] = whole
			case namesRecipient(s, x):
				causes[x] = content
			default:
				causes[x] = began
			}
		}
	}
	return causes
}

// messageMoments are right behind MAIL, where the content begins, and where it
// ended; where there was none, the end of the session.
func (m *Match) messageMoments(s *session.Message) (began, content, whole int64) {
	began, content, whole = m.begin, m.end, m.end
	if s.Begun != 0 {
		began = s.Begun.Time().UnixNano() + 1
	}
	if t := s.Transfer; t != nil {
		if t.Start != nil {
			content = t.Start.Time().UnixNano()
		}
		if t.LastByte != nil {
			whole = t.LastByte.Time().UnixNano() + 1
		}
	}
	return began, content, whole
}

// tellsContent: the line has what stands in the content, or its size.
func tellsContent(m *gatewaylog.Message, x *gatewaylog.Line) bool {
	const least = 100 // smaller numbers stand in other lines too
	return m.MessageID != "" && strings.Contains(x.Text, m.MessageID) ||
		m.Size.Known && m.Size.N >= least && strings.Contains(x.Text, strconv.FormatInt(m.Size.N, 10))
}

func namesRecipient(s *session.Message, x *gatewaylog.Line) bool {
	for _, r := range s.Recipients[:min(len(s.Recipients), maxNamed)] {
		if r.Address != "" && strings.Contains(x.Text, r.Address) {
			return true
		}
	}
	return false
}
