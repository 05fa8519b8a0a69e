//go:build linux

package realservers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"syscall"
)

// A recording is one running tcpdump.
type recording struct {
	cmd    *exec.Cmd
	stderr *bufio.Reader
}

// record starts tcpdump on a link of a namespace, "" for the clients', and
// returns when it listens. IPv6's own chatter on the links is left out.
func record(ctx context.Context, ns, link, file string) (*recording, error) {
	// -Z root: Debian's tcpdump changes to a user that may not write the file.
	cmd := exec.CommandContext(ctx, "tcpdump", "-i", link, "-n", "-s", "0", "-B", "16384", "-Z", "root",
		"--immediate-mode", "-U", "-w", file, "ip and (tcp or icmp)")
	pipe, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	start := cmd.Start
	if ns != "" {
		start = func() error { return inNamespace(ns, cmd.Start) }
	}
	if err := start(); err != nil {
		return nil, err
	}
	r := &recording{cmd, bufio.NewReader(pipe)}
	for {
		line, err := r.stderr.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("tcpdump on %s: %w", link, err)
		}
		if listening.MatchString(line) {
			return r, nil
		}
	}
}

var (
	listening = regexp.MustCompile(`listening on `)
	dropped   = regexp.MustCompile(`(?m)^([1-9]\d*) packets dropped by`)
)

// stop ends the recording; packets that tcpdump missed are an error, since a
// capture with holes proves nothing.
func (r *recording) stop() error {
	if err := r.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	rest, err := io.ReadAll(r.stderr)
	if err != nil {
		return err
	}
	if err := r.cmd.Wait(); err != nil {
		return fmt.Errorf("tcpdump: %w: %s", err, rest)
	}
	if m := dropped.FindSubmatch(rest); m != nil {
		return fmt.Errorf("tcpdump dropped %s packets", m[1])
	}
	return nil
}
