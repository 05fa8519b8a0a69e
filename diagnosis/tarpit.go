package diagnosis

import (
	"fmt"
	"time"

	"smtpscope/session"
)

// tarpitDelay is Exchange's TarpitInterval: 5 s before each refusal, and
// before the reply to each BDAT chunk that is not the last.
const tarpitDelay = session.TarpitDelay

// tarpit: refusals come with a constant delay (causes.md 3.9).
var tarpit = rule{
	code:     "tarpit",
	needs:    delayed,
	after:    2 * tarpitDelay,
	severity: Info,
	advice: "The delay is on purpose. Exchange: Set-ReceiveConnector -TarpitInterval (5 s by default) and -MaxAcknowledgementDelay (30 s by default). " +
		"It matters only where a client's timer is shorter, or many recipients are refused in one session.",
	find: func(c *Case) *claim {
		if !c.bothHeard() || !c.serverHeard() {
			return nil
		}
		if slow := c.slowest(); c.delayedAck(slow) {
			return &claim{certainty: Likely, frames: []int64{slow.content.Last, slow.reply.Frame},
				summary: fmt.Sprintf("The server answered the end of the message after %s, which is the delay that Exchange adds on purpose until the next server has the mail",
					seconds(slow.wait)),
				against: "a filter that took just as long looks the same"}
		}
		frames, n := c.delayedRefusals()
		if n < 3 {
			return nil
		}
		return &claim{certainty: Likely, frames: frames,
			summary: fmt.Sprintf("The server waited %s before each of %d replies, refusals or answers to BDAT: a tarpit, a delay on purpose", seconds(tarpitDelay), n),
			against: "the delays are equal to within 0.3 s, which load would not give"}
	},
}

// delayedAck: Exchange holds the 250 back for up to 30 s (shadow redundancy).
func (c *Case) delayedAck(slow answer) bool {
	return slow.reply != nil && replyCode(slow.reply) == 250 && (slow.wait-30*time.Second).Abs() <= 500*time.Millisecond && c.product() == "exchange"
}

// delayedRefusals counts the refusals and the replies to BDAT that came just one
// tarpit delay after their command, where no refusal came at another time.
func (c *Case) delayedRefusals() (frames []int64, n int) {
	if c.signs&delayed == 0 || c.signs&(refusal|chunks) == 0 {
		return nil, 0
	}
	said := c.said()
	for i := 1; i < len(said); i++ {
		e, before := said[i], said[i-1]
		if e.Kind != session.EventReply || before.Kind == session.EventReply || before.Kind == session.EventCommand && verb(before.Text) == "QUIT" {
			continue
		}
		if replyCode(e) < 400 && !ofChunk(before) {
			continue
		}
		switch wait := e.Time.Sub(before.Until); {
		case (wait - tarpitDelay).Abs() <= alike:
			frames = append(frames, e.Frame)
			n++
		case replyCode(e) >= 400:
			return nil, 0
		}
	}
	return frames, n
}
