// Package livetest plays traffic on a pair of virtual Ethernet interfaces in a
// network namespace of its own, for the tests of smtpscope live. The namespace
// ends with its process, so nothing is left behind.
package livetest
