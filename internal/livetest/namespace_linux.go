package livetest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// The ends of the pair: what is sent into Wire comes out of Mirror, where
// smtpscope listens.
const (
	Wire   = "wire0"
	Mirror = "mirror0"
)

// insideVariable marks a process that is in its namespace already.
const insideVariable = "SMTPSCOPE_LIVETEST"

// Inside reports whether this process is in a namespace of its own.
func Inside() bool { return os.Getenv(insideVariable) != "" }

// Missing says what this machine lacks for a namespace; "" = nothing.
func Missing() string {
	if os.Geteuid() != 0 {
		return "needs root for network namespaces"
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return "needs ip (apt-get install iproute2)"
	}
	cmd := exec.Command("/bin/true")
	cmd.SysProcAttr = apart()
	if err := cmd.Run(); err != nil {
		return fmt.Sprintf("needs network and mount namespaces (a privileged container?): %v", err)
	}
	return ""
}

func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
}

// Again gives a command that runs this program once more, in a namespace.
func Again(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.SysProcAttr = apart()
	return cmd
}

// Connect makes the pair. IPv6 is off, so that no packet is there but those
// that are sent.
func Connect() error {
	if err := os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0o644); err != nil {
		return err
	}
	return IP("link add " + Wire + " type veth peer name " + Mirror + "\nlink set lo up\nlink set " + Wire + " up\nlink set " + Mirror + " up arp off\n")
}

// IP gives ip(8) lines of commands.
func IP(lines string) error {
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(lines)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}
