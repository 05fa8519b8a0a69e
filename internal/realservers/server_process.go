//go:build linux

package realservers

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// killServer sends SIGKILL to the processes that hold the gateway's end of
// this connection.
func (c *client) killServer() {
	if c.err != nil {
		return
	}
	inode, err := socketInode(c.flow())
	if err != nil {
		c.fail(err)
		return
	}
	pids := holders(inode)
	if len(pids) == 0 {
		c.fail(fmt.Errorf("no process holds socket %s", inode))
	}
	for _, pid := range pids {
		c.note("*", "SIGKILL to the server's process")
		if err := syscall.Kill(pid, syscall.SIGKILL); err != syscall.ESRCH { // a helper dies with its parent
			c.fail(err)
		}
	}
}

// process notes the server's process that holds this connection.
func (c *client) process() {
	if c.err != nil {
		return
	}
	inode, err := socketInode(c.flow())
	if err != nil {
		c.fail(err)
		return
	}
	for _, pid := range holders(inode) { // a daemon that forks may hold it too: the last is the youngest
		c.row.Process = max(c.row.Process, innerPID(pid))
	}
}

// innerPID is a process's pid in its own namespace, the last of NSpid (proc(5)).
func innerPID(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "NSpid:"); ok {
			w := strings.Fields(rest)
			inner, _ := strconv.Atoi(w[len(w)-1])
			return inner
		}
	}
	return 0
}

// socketInode finds the gateway's end of a flow in /proc/net/tcp.
func socketInode(f flow) (string, error) {
	var table []byte
	err := inNamespace(gatewayNS, func() (err error) {
		table, err = os.ReadFile("/proc/thread-self/net/tcp")
		return err
	})
	if err != nil {
		return "", err
	}
	local, remote := procAddress(f.to), procAddress(f.from)
	for _, line := range strings.Split(string(table), "\n") {
		if w := strings.Fields(line); len(w) > 9 && w[1] == local && w[2] == remote {
			return w[9], nil
		}
	}
	return "", fmt.Errorf("no socket %v on the gateway", f)
}

// procAddress is the form of /proc/net/tcp on a little-endian machine.
func procAddress(a netip.AddrPort) string {
	b := a.Addr().As4()
	return fmt.Sprintf("%02X%02X%02X%02X:%04X", b[3], b[2], b[1], b[0], a.Port())
}

// holders lists the processes of this run that have a socket open.
func holders(inode string) []int {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is well-formed
	var pids []int
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && to == "socket:["+inode+"]" {
			if pid, err := strconv.Atoi(strings.Split(link, "/")[2]); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// listening says whether the gateway listens on a TCP port.
func isListening(port int) bool {
	var table []byte
	_ = inNamespace(gatewayNS, func() (err error) {
		table, err = os.ReadFile("/proc/thread-self/net/tcp")
		return err
	})
	suffix := fmt.Sprintf(":%04X", port)
	for _, line := range strings.Split(string(table), "\n") {
		// Field 3 is the state; 0A is TCP_LISTEN.
		if w := strings.Fields(line); len(w) > 9 && strings.HasSuffix(w[1], suffix) && w[3] == "0A" {
			return true
		}
	}
	return false
}
