package diagnosis

import (
	"fmt"
	"time"
)

// tooSlow: the client was sending when the server's patience ended. What ran out
// is a limit on the whole request or transfer, as of Postfix's
// smtpd_per_request_deadline, and none on silence.
var tooSlow = rule{
	code:  "too-slow",
	needs: refusal,
	advice: "Find out why so little came: a slow or full line, a client that trickles (one typed by hand, a scanner, an attack by slowness), a device that lets data through bit by bit. " +
		"On the server, the limit is one on the time of a whole request or transfer: in Postfix smtpd_per_request_deadline (on by itself under stress) with smtpd_timeout and smtpd_min_data_rate; " +
		"see first whether the server was under stress.",
	find: func(c *Case) *claim {
		t := c.serverTimeout()
		if t == nil || !t.trickled() {
			return nil
		}
		certainty, so := t.certainty(c.Ended.Phase), "so a limit on the whole request or transfer ran out, and none on silence"
		if t.narrow() {
			certainty = Likely
			so = fmt.Sprintf("a limit on the whole request or transfer ran out, or one on silence of about %s, for the last silence was about as long as any before", seconds(t.silence))
		}
		out := &claim{certainty: certainty, severity: c.severityOfEnd(), frames: t.frames,
			summary: fmt.Sprintf("The client was not silent, but slow: %s came %s in the %s since the server's last reply (%s), the last of them %s before the server %s: %s",
				size(t.came), c.where(), seconds(t.since), rate(t.came, t.since), seconds(t.silence), t.said(c), so),
			against:   t.fluent(c),
			elsewhere: "Whether the client itself sends so slowly, or the line or a device between lets no more through, is seen by capturing at the client."}
		if c.Ended.Phase == "ready" && c.gotThrough() {
			out.severity = Info
		}
		return out
	},
}

// narrow: no silence before was clearly longer than the last, which is as long as the
// shortest that is taken for a timer. So a limit on silence is not excluded. Clearly is
// by more than a timer is off that runs out late, and a path that delays what restarts it.
func (t *serverTimeout) narrow() bool {
	return t.silence >= leastSilence && t.paused <= t.silence+3*timerTolerance(t.silence)
}

// fluent says what was weighed where the client was sending.
func (t *serverTimeout) fluent(c *Case) string {
	words := fmt.Sprintf("the longest silence in that time was %s, and the server bore it", seconds(t.paused))
	if longest := max(t.paused, t.silence); longest < pause-time.Second {
		words = fmt.Sprintf("no silence in that time was longer than %s, which is below every timer for silence that is known", seconds(longest))
	}
	if t.fought {
		return words + "; the client was repeating segments or could not send, or bytes of it are missing: the path may be what was slow"
	}
	return words + "; " + c.calmClient(captureTime(c.Ended.Time), t.since)
}

// rate is how fast bytes came.
func rate(n int64, d time.Duration) string {
	if d <= 0 {
		return "at once"
	}
	perSecond := float64(n) / d.Seconds()
	if perSecond < 10 {
		return fmt.Sprintf("%.1f bytes a second", perSecond)
	}
	return size(int64(perSecond)) + " a second"
}
