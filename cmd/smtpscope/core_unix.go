//go:build unix

package main

import "golang.org/x/sys/unix"

// forbidCore: no core file of this process is written, whatever ends it. It would hold what
// the packets and the log hold, passwords and mails; Go writes one where GOTRACEBACK is
// "crash". What Go prints of its own end are addresses and numbers.
func forbidCore() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil {
		limit.Cur = 0
		_ = unix.Setrlimit(unix.RLIMIT_CORE, &limit) // it only becomes less: nothing forbids that
	}
}
