package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// windowScale: a device on the path took the window scale option away from one
// side's view (causes.md 1.2, RFC 7323 section 2.2).
var windowScale = rule{
	code:     "window-scale-broken",
	severity: Warning,
	advice: "Look for a firewall or load balancer that strips or changes TCP options (\"TCP normalization\", \"scrub\", SYN proxy) " +
		"and let it pass window scaling; as a test, switch scaling off on one host (Linux: net.ipv4.tcp_window_scaling=0).",
	find: func(c *Case) *claim {
		if !c.Seen.Handshake || !c.whole() {
			return nil
		}
		for _, side := range []string{"client", "server"} {
			if claim := c.narrowed(side); claim != nil {
				return claim
			}
		}
		return c.stalledAt64K()
	},
}

// unscaled is the largest window without scaling (RFC 9293 section 3.1).
const unscaled = 65535

// largestFrame is what a packet carries at most on a network of jumbo frames. The
// MSS of a loopback is 64 KiB: with that any mail would stop near the end of a window.
const largestFrame = 9000

// stalledAt64K: the content stopped just where a window ends that is not
// scaled. Alone it may be chance.
func (c *Case) stalledAt64K() *claim {
	n, segment := c.transferred(), int64(min(c.mss("client"), largestFrame))
	if c.Ended.Phase != "data" || c.open() || c.idle() < pause || !c.clientHeard() || n <= unscaled-segment || n > unscaled+1 ||
		!c.Wire.Client.SentScale || of(c.TCP.ZeroWindow, "server") > 0 {
		return nil
	}
	return &claim{certainty: Hint, frames: append(c.handshakeFrames(), c.lastSaidFrame(), c.Ended.Frame),
		summary: fmt.Sprintf("The content stopped after %s, where a window ends that is not scaled (64 KiB): a device on the path may change window scaling",
			size(n)),
		against:   "the server's window was not shut; that the mail stopped there by chance is not excluded",
		elsewhere: c.captureNear("client", "its handshake there, held against the one here, shows whether the option was changed.")}
}

// narrowed: side sends no more at once than the receiver's raw window, which
// is tiny against the window in the receiver's SYN.
func (c *Case) narrowed(side string) *claim {
	w, peer := c.Wire.Side(side), c.Wire.Side(other(side))
	window := int64(peer.WindowMax)
	switch {
	case !w.SentScale || window == 0 || peer.SynWindow < 8192 || window >= int64(peer.SynWindow)/8:
		return nil // the window is not tiny
	case of(c.TCP.ZeroWindow, other(side)) > 0 || w.MaxFlight > window:
		return nil // a slow reader; a sender that knows better
	case w.MaxFlight < int64(peer.WindowMin) || int64(peer.WindowMin)*5 < window*4 || c.mss(side) <= int(window):
		return nil // it is not the window that sets how much it sends
	case of(c.Bytes, side) < 10*window:
		return nil
	}
	out := &claim{certainty: Likely, frames: c.handshakeFrames(),
		against: "the window never shut, and was large in the handshake; a receiver whose buffer really is that small is not excluded"}
	if peer.SentScale {
		out.certainty = Hint // packets may have this size by chance
		out.summary = fmt.Sprintf("The %s sends at most %d bytes at once, the %s's window as it stands in the header, though both offered to scale it here (by 2^%d): the %s seems not to have seen that",
			side, w.MaxFlight, other(side), peer.Scale, side)
		out.elsewhere = c.captureNear(side, "if its handshake has no window scale option there, a device between takes it away: that is proof.")
		return out
	}
	out.summary = fmt.Sprintf("The %s announces a window of at most %d bytes after %d in the handshake, as if it were scaled, but its answer without window scaling arrived here: the option seems to have been taken away on the way",
		other(side), window, peer.SynWindow)
	out.elsewhere = c.captureNear(other(side), "if its handshake has the window scale option there, a device between takes it away: that is proof.")
	return out
}

func (c *Case) handshakeFrames() (frames []int64) {
	for _, kind := range []session.EventKind{session.EventSYN, session.EventSYNACK} {
		if e := c.first(kind, ""); e != nil {
			frames = append(frames, e.Frame)
		}
	}
	return frames
}
