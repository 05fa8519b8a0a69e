package diagnosis

import "smtpscope/session"

// A sign is what a session shows at first sight. Most sessions end in order
// and show none: rules that rest on one are not asked of them, so that they
// cost next to nothing.
type sign uint16

const (
	wrong   sign   = 1 << iota // it is not known to have ended in order, by QUIT
	refusal                    // a reply of 400 and more
	reset                      // a RST, believed or not
	lossy                      // packets sent again, lost, or acknowledged as no packet was
	shut                       // a window of 0
	hidden                     // the capture has not all of it
	odd                        // a note, a PROXY header, a TLS handshake that failed
	unnamed                    // an EHLO reply may begin without the server's name
	chunks                     // BDAT
	waited                     // the reply to the end of a message may have taken session.LongWait
	delayed                    // replies may have come as by a tarpit
	slow                       // a reply may have taken session.SlowReply
	signs   = iota             // how many there are
)

// The kinds of events that are signs.
var (
	resets  = session.KindsOf(session.EventRST, session.EventRSTIgnored, session.EventRSTVoid)
	losses  = session.KindsOf(session.EventRetransmission, session.EventLost, session.EventICMP)
	shuts   = session.KindsOf(session.EventZeroWindow)
	holes   = session.KindsOf(session.EventGap, session.EventCut)
	oddness = session.KindsOf(session.EventProxy, session.EventNote)
)

// signsOf needs no events: the Glance speaks for all there were, also for those
// that were cut out of a long story.
func signsOf(s *session.Session) (found sign) {
	r := &s.Record
	set := func(g sign, shown bool) {
		if shown {
			found |= g
		}
	}
	set(wrong, r.Abnormal == nil || *r.Abnormal || r.Ended.How != session.ByQuit)
	set(refusal, s.Refused || r.Banner != nil && r.Banner.Code >= 400)
	set(reset, s.Kinds&resets != 0)
	set(hidden, s.Kinds&holes != 0 || !r.Seen.Client || !r.Seen.Server || r.TCP.Missed != session.Sides{})
	set(lossy, s.Kinds&losses != 0 || r.TCP.Retransmitted != session.Sides{} || r.TCP.Lost != session.Sides{})
	set(shut, s.Kinds&shuts != 0 || r.TCP.ZeroWindow != session.Sides{})
	set(odd, s.Kinds&oddness != 0 || len(r.Notes) > 0 || r.TLS != nil && r.TLS.Handshake == "failed")
	set(unnamed, s.Unnamed)
	set(chunks, s.Chunked)
	set(waited, s.Waited)
	set(delayed, s.Delayed || s.Waited) // what is not clear is not clear to all three
	set(slow, s.Slow || s.Waited)
	for _, w := range []*session.SideWire{&s.Wire.Client, &s.Wire.Server} {
		set(lossy, w.Stuck.Tries > 0 || w.Stray.Count > 0 || w.Unseen != nil)
		set(shut, w.ShutSince.Frame != 0)
	}
	return found
}
