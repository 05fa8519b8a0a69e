// Package realservers plays SMTP sessions, good and broken ones, on real mail
// servers and records what went over the wire.
//
// [Run] starts one server from its Debian package in a root and in namespaces
// of its own: clients, a router that plays the firewall, and the gateway each
// have a network namespace. Hand-written clients play the scenarios of the
// table in scenarios.go, all at once, each from an address of its own, while
// tcpdump listens on the gateway's interface and on the clients' side of the
// router. The result is a directory with two captures, the server's log and
// truth.jsonl: one row a session, written from what was played and never from
// the captures, so that a program's verdicts can be held against it.
//
// Nothing outside is touched. Everything runs below one process in a pid,
// mount and network namespace: when it ends, even by SIGKILL, the kernel takes
// all processes, mounts, links and namespaces with it. That is why there is no
// code here that looks for the leftovers of an earlier run: there are none.
//
// It needs Linux, root, and Debian 12's package tools; [Run] says in one line
// what is missing where it cannot start.
package realservers
