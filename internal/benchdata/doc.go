// Package benchdata writes the captures that smtpscope is measured with, and
// beside each the truth of every session in it. The same profile gives the
// same bytes on every machine.
//
// A capture is a crowd of connections, each a list of acts (act.go) that a
// plan (plan.go, endings.go) lays out in advance and a connection (conn.go)
// plays as TCP segments. The crowd (crowd.go) puts the segments of all in the
// order of their times; faults (fault.go) repeat, delay and hide some.
package benchdata
