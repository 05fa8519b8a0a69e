// Package evidence copies the packets of chosen sessions into a pcapng file
// that can leave the house: credentials are blanked always, message bodies
// unless they are asked for, names on request. Lengths, sequence numbers and
// checksums stay as they were, so Wireshark tells the same story of TCP, and
// smtpscope comes to the same verdict.
//
// It goes over a capture a second time. The first reading (session.Trace) has
// found out which bytes are known to be harmless: commands, replies, the ends
// of lines. Only these are copied. All others are blanked: what is secret, and
// what nobody can know the nature of, as bytes behind a hole.
package evidence
