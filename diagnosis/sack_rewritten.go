package diagnosis

import "fmt"

// sackRewritten: a device shifts sequence numbers and forgets those in SACK
// blocks (causes.md 1.3).
var sackRewritten = rule{
	code:     "sack-rewritten",
	needs:    lossy,
	severity: Warning,
	advice: "Look for a firewall that randomizes sequence numbers (Cisco ASA: TCP sequence randomization; old FWSM and PIX) " +
		"and switch that off for mail, or update it; as a test, switch SACK off on one host (Linux: net.ipv4.tcp_sack=0).",
	find: func(c *Case) *claim {
		for _, side := range []string{"client", "server"} {
			y := &c.Wire.Side(side).Stray
			if y.Count == 0 || y.Low > y.High || !c.Seen.Handshake || c.oneSided() != "" || c.blind(other(side)) {
				continue
			}
			out := &claim{certainty: Likely, frames: []int64{y.First.Frame},
				summary: fmt.Sprintf("%s of the %s name bytes (SACK) that lie about %d bytes %s anything the %s ever sent: a device changes sequence numbers and forgets these",
					count(y.Count, "acknowledgement"), side, abs(y.Low), where(y.Low), other(side)),
				against:   "the capture misses nothing of what was sent",
				elsewhere: c.captureNear(side, "the blocks are right on the far side of the device.")}
			if y.Count >= 3 {
				out.certainty = Proven
				out.against = "the distance was the same in all of them, and the capture misses nothing of what was sent"
			}
			if c.abnormal() && c.Wire.Side(other(side)).Stuck.Tries > 1 {
				out.severity = Error
			}
			return out
		}
		return nil
	},
}

func abs(n int64) int64 { return max(n, -n) }

func where(distance int64) string {
	if distance < 0 {
		return "below"
	}
	return "beyond"
}
