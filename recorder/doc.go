// Package recorder is a flight recorder: while a mirror port is watched it
// keeps the packets of open sessions in bounded memory, and writes those of
// sessions that somebody wants to see, when they have ended, one pcapng file
// each, blanked as package evidence blanks. Beside them it can keep a ring of
// everything.
//
// Watching goes first: whatever the disk does, packets are taken on. Files are
// written by goroutines of their own, appear whole or not at all, and the
// oldest go when there are too many.
package recorder
