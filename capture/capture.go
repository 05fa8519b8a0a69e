// Package capture reads captured traffic and hands out TCP segments.
//
// It is the only room that knows files, compression, link layers, tunnels, IP
// and fragments, and the only one that imports gopacket. What leaves it is a
// Segment: plain values, no type of a library.
package capture
