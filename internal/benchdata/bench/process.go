package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A command is one process, or two where feed writes its standard input.
type command struct {
	args []string
	feed []string
}

func (c command) String() string { return strings.Join(c.args, " ") }

// usage is what a process took.
type usage struct {
	cpu, wall time.Duration
	peak      int64 // bytes of memory
}

func cpu(u usage) float64  { return u.cpu.Seconds() }
func wall(u usage) float64 { return u.wall.Seconds() }

// run runs a command; what it prints is thrown away.
func (c command) run() (usage, error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	var complaint strings.Builder
	cmd.Stdout, cmd.Stderr = nil, &complaint // nil is /dev/null, not a pipe
	var feeder *exec.Cmd
	if c.feed != nil {
		r, w, err := os.Pipe()
		if err != nil {
			return usage{}, err
		}
		feeder = exec.Command(c.feed[0], c.feed[1:]...)
		feeder.Stdout, feeder.Stderr, cmd.Stdin = w, os.Stderr, r
		if err := feeder.Start(); err != nil {
			return usage{}, err
		}
		w.Close()
		defer r.Close()
	}
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if feeder != nil {
		if ferr := feeder.Wait(); err == nil {
			err = ferr
		}
	}
	if err != nil {
		return usage{}, fmt.Errorf("%s: %w: %s", c, err, strings.TrimSpace(complaint.String()))
	}
	r := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		wall: took,
		peak: r.Maxrss << 10, // Linux counts in KiB (getrusage(2))
	}, nil
}

// warm has a file in the page cache.
func warm(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

// pairs runs two commands in turn.
func (o *options) pairs(a, b command) (ua, ub []usage, err error) {
	for range o.runs {
		for _, side := range []struct {
			c  command
			to *[]usage
		}{{a, &ua}, {b, &ub}} {
			u, err := side.c.run()
			if err != nil {
				return nil, nil, err
			}
			*side.to = append(*side.to, u)
		}
	}
	return ua, ub, nil
}

// pair is the median over the pairs of how much more a took than b.
func (o *options) pair(a, b command, what func(usage) float64) (float64, error) {
	ua, ub, err := o.pairs(a, b)
	if err != nil {
		return 0, err
	}
	return ratio(ua, ub, what), nil
}

func ratio(ua, ub []usage, what func(usage) float64) float64 {
	var list []float64
	for i := range ua {
		list = append(list, what(ua[i])/max(what(ub[i]), 1e-6))
	}
	return median(list)
}

func median(list []float64) float64 {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

func medianOf(list []usage, what func(usage) float64) float64 {
	var values []float64
	for _, u := range list {
		values = append(values, what(u))
	}
	return median(values)
}

func peak(list []usage) (most int64) {
	for _, u := range list {
		most = max(most, u.peak)
	}
	return most
}

func (o *options) analyze(format string, files ...string) command {
	return command{args: append([]string{o.program, "analyze", "--quiet", "--format", format}, files...)}
}

// with is the command with more arguments.
func (c command) with(args ...string) command {
	c.args = append(slices.Clone(c.args), args...)
	return c
}

func tcpdump(file string) command { return run("tcpdump", "-nr", file, "-w", "/dev/null") }

func run(args ...string) command { return command{args: args} }
