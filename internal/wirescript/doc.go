// Package wirescript is test support: it turns a readable conversation script
// into captured frames, writes frames as capture files, and rewrites captures
// in ways that must not change what is found in them.
//
// # Scripts
//
// A script says who said what, and how the wire misbehaved:
//
//	# The client resets mid-DATA; one segment had been lost and repeated.
//	client 192.0.2.10:41234  server 198.51.100.5:25  rtt 20ms
//	expect data rst client aborted abnormal
//
//	up to data 20000
//	lost-after C data 1448
//	C data 4000
//	C retransmit
//	wait 31s
//	C rst
//
// testdata/README.md documents every word. In short: "C: text" and "S: text"
// write a line; "C data 41000", "S rst" and the like are other actions of a
// side; words before the C or S say how the wire treated what it sends; header
// lines come before a session's first packet; "session" begins another one.
// An unknown word is an [Error] that names the line.
//
// [Parse] reads a script, [Script.Frames] plays it. It is played as a small
// simulation in the order of time: two hosts with TCP state, half a round trip
// apart, and a capture point between them. What TCP does of itself (ACKs,
// SACK, timestamps, IP-IDs, answers to probes, the second FIN) happens of
// itself; what the script says happens when the acting side has received what
// is under way to it, or earlier with "cross". Nothing is random and no clock
// is asked: the same script gives the same frames.
//
// # Files
//
// [WritePcap], [WritePcapng] and [Compress] write every variant that the
// program has to read. [ReadFile] is a reader of its own, apart from the room
// capture, so that tests can hold one against the other.
//
// # Rewriting
//
// [Rewriters] are the rewritings that keep the truth of a capture (unless a
// script says "unfit"). [Snap], [OneSided] and [Reorder] take something away
// and are for tests that know what.
package wirescript
