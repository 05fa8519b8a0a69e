package diagnosis

import (
	"fmt"
	"time"
)

// behindPause names a long time without a packet right before a session's end, as
// words for a summary and a sentence: who answers the first packet behind it with a
// reset may have forgotten the connection meanwhile, and so may a device between.
// "" where there was none, or where the end itself broke the silence.
func (c *Case) behindPause() (words, whose string) {
	q := &c.Wire.Quiet
	timer := timerOf(q.For)
	if timer == "" || q.After.Frame >= c.Ended.Frame || c.ended().Sub(q.After.Time) > 5*time.Second || c.idle() >= q.For/2 {
		return "", ""
	}
	return fmt.Sprintf("; before that no packet had passed for %s", span(q.For)),
		fmt.Sprintf(" In such a pause a firewall or NAT, or the host itself, may have forgotten the connection (usual timer: %s).", timer)
}
