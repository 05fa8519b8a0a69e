package alignment

import (
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Where the packets of one side were not captured, the end that they show is the
// first that was captured: the other side may have closed before it, or said
// what the log tells. A difference counts there only if it rests on what was
// seen; else nobody can tell.

// doubtEnd takes the differences back that rest on the side which was not seen,
// and with them what else was said of the end: half of it does not make it agree.
func doubtEnd(r *session.Record, c *gatewaylog.Connection, points []Point) {
	if !r.OneSided() {
		return
	}
	doubted := false
	for i := range points {
		p := &points[i]
		if p.Agrees != AgreesNo || p.What == "how" && endWasSeen(r, c) || p.What == "bytes" && lastSent(r) != nil && lastSent(r).Transfer == nil {
			continue // of bytes: the client's packets, all of them, have no content
		}
		*p = Point{What: p.What, Agrees: AgreesUnknown}
		doubted = true
	}
	for i := range points {
		if doubted && points[i].Agrees == AgreesYes {
			points[i].Agrees = AgreesUnknown
		}
	}
}

// endWasSeen: a QUIT was said, whatever the log says was lost; or every byte of
// the client was captured, and none of them is the QUIT that the log has.
func endWasSeen(r *session.Record, c *gatewaylog.Connection) bool {
	if r.Ended.How == session.ByQuit {
		return true
	}
	return c.Ended.How == gatewaylog.HowQuit && r.Seen.Client && r.Seen.MissingBytes == 0 && r.Seen.Handshake
}

// doubtMail does the same for a message: what answered it was seen, or was not.
func doubtMail(r *session.Record, s *session.Message, points []Point) []Point {
	answered := s.Outcome == session.Accepted || s.Outcome == session.Refused || s.Outcome == session.Rejected
	if !r.OneSided() || answered {
		return points
	}
	for i := range points {
		if p := &points[i]; p.What == "outcome" && p.Agrees == AgreesNo {
			*p = Point{What: p.What, Agrees: AgreesUnknown}
		}
	}
	return points
}
