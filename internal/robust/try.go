package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A row is one thing to try.
type row struct {
	name string
	// in runs many small inputs through the whole pipeline in one process; or
	in func(t *trial) outcome
	// args and input are for the program itself: input writes what it reads
	// from standard input, or files that args name.
	args  []string
	input func(t *trial, w io.Writer) error
	// file is written by input and named in args as "{}" instead of a pipe.
	file bool
	// log writes a second file, named in args as "{log}".
	log func(t *trial, w io.Writer) error
	// codes are the exit codes that are right.
	codes []int
	bound int64         // peak memory, bytes
	limit time.Duration // a process that takes longer hangs
	says  string        // what its output must hold
}

// outcome is what a row that runs in process reports.
type outcome struct {
	inputs  int64
	errors  int64 // that ended with an error that names a place
	longest time.Duration
	at      string // which input that was
	said    string // what else there is to say
	wrong   string // the first property that did not hold
}

// most is how many times the processor time of a quarter of the input the
// whole may take: linear is 4, n log n a little more, quadratic 16. Less than
// measurable is too short to tell.
const (
	most       = 6.0
	measurable = 300 * time.Millisecond
)

// try runs a row, and those that the program reads a quarter of before, to see
// that time grows as the input does.
func (t *trial) try(r row) result {
	if r.in != nil || r.file || t.sample {
		return t.once(r)
	}
	t.scale /= 4
	quarter := t.once(r)
	t.scale *= 4
	if quarter.failed != "" {
		return quarter
	}
	one := t.once(r)
	for n := 0; n < 2 && one.failed == "" && one.grows(quarter); n++ { // memory of a host that has to find it first takes time as well
		if o := t.once(r); o.cpu < one.cpu || o.failed != "" {
			one = o
		}
	}
	one.grows(quarter)
	if one.growth > most && one.failed == "" {
		one.failed = fmt.Sprintf("not linear: %s for a quarter, %s for the whole", quarter.cpu, one.cpu)
	}
	return one
}

// grows notes how the processor time grew from a quarter of the input, and reports
// whether that is more than it may.
func (o *result) grows(quarter result) bool {
	if quarter.cpu > measurable {
		o.growth = float64(o.cpu) / float64(quarter.cpu)
	}
	return o.growth > most
}

// once runs a row in a process of its own.
func (t *trial) once(r row) result {
	one := result{row: r}
	cmd, err := t.command(&r)
	if err != nil {
		one.failed = err.Error()
		return one
	}
	var stdout, stderr limited
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	begun := time.Now()
	if err := t.start(cmd, &r); err != nil {
		one.failed = err.Error()
		return one
	}
	timer := time.AfterFunc(r.limit, func() { _ = cmd.Process.Kill() })
	err = cmd.Wait()
	timer.Stop()
	one.wall = time.Since(begun)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	one.peak = usage.Maxrss << 10
	one.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	one.outcome = lastLine(stdout.String())
	if r.in == nil {
		one.outcome = described(cmd.ProcessState.ExitCode(), stdout.String(), stderr.String())
	}
	one.outcome = strings.ReplaceAll(one.outcome, t.dir+"/", "")
	one.failed = judge(&r, err, cmd.ProcessState.ExitCode(), one.peak, stdout.String(), stderr.String())
	return one
}

// command is the process of a row: this program again, or smtpscope.
func (t *trial) command(r *row) (*exec.Cmd, error) {
	if r.in == nil {
		if err := t.prepare(r); err != nil {
			return nil, err
		}
		return exec.Command(t.program, r.args...), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"-child", r.name, "-root", t.root, "-program", t.program, "-mutations", strconv.Itoa(t.mutations), "-every", strconv.Itoa(t.every)}
	if t.sample {
		args = append(args, "-sample")
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "GOGC=400", "GOMEMLIMIT=128MiB") // less time for collecting garbage, and a bound on it
	return cmd, nil
}

// settle lets go of what was used to make inputs. A process counts to its own
// peak what the one that started it had in memory until it became another
// program, at its peak (exec_mmap in Linux's fs/exec.c): without this 60 MiB
// stood for 35. 5 sets the peak to what is there now (proc_pid_clear_refs(5)).
func settle() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // what is counted then is too much, not too little
}

// start starts it and, where it reads a pipe, writes into that.
func (t *trial) start(cmd *exec.Cmd, r *row) error {
	settle()
	if r.in != nil || r.file {
		return cmd.Start()
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = r.input(t, in) // the program may have had enough
		in.Close()
	}()
	return nil
}

// prepare writes a row's files.
func (t *trial) prepare(r *row) error {
	r.args = slices.Clone(r.args)
	if r.file {
		if err := t.fill(r, "{}", "input", r.input); err != nil {
			return err
		}
	}
	if r.log != nil {
		return t.fill(r, "{log}", "log", r.log)
	}
	return nil
}

// fill writes one file and puts its name into the arguments.
func (t *trial) fill(r *row, place, name string, input func(*trial, io.Writer) error) error {
	f, err := os.Create(filepath.Join(t.dir, name))
	if err != nil {
		return err
	}
	for i := range r.args {
		r.args[i] = strings.ReplaceAll(r.args[i], place, f.Name())
	}
	return errors.Join(input(t, f), f.Close())
}

// judge says what is wrong, "" if nothing.
func judge(r *row, err error, code int, peak int64, stdout, stderr string) string {
	codes := r.codes
	if codes == nil {
		codes = []int{0}
	}
	right := false
	for _, c := range codes {
		right = right || c == code
	}
	switch {
	case strings.Contains(stderr, "panic:") || strings.Contains(stderr, "fatal error:"):
		return "panic: " + firstLine(stderr)
	case code < 0:
		return fmt.Sprintf("did not end within %s (%v)", r.limit, err)
	case !right:
		return fmt.Sprintf("exit code %d: %s %s", code, firstLine(stderr), lastLine(stdout))
	case r.bound > 0 && peak > r.bound:
		return fmt.Sprintf("peak memory %s, bound %s", mebibytes(peak), mebibytes(r.bound))
	case r.says != "" && !strings.Contains(stdout+stderr, r.says):
		return fmt.Sprintf("the output does not say %q", r.says)
	}
	return ""
}

// described is the outcome of a run of the program, in words.
func described(code int, stdout, stderr string) string {
	sessions := strings.Count(stdout, `"type":"session"`)
	text := fmt.Sprintf("exit %d", code)
	if sessions > 0 {
		text += fmt.Sprintf(", sessions seen in the output's first MiB: %d", sessions)
	}
	if line := firstLine(stderr); line != "" {
		text += ": " + strings.TrimPrefix(line, "smtpscope: ")
	}
	return text
}

// limited keeps the first MiB of what is written and its last 4 KiB, which hold
// the line of the capture. Where the one ends the other begins, wherever the
// writes were cut: the pipe cuts them as it likes.
type limited struct {
	head, tail []byte
}

const (
	headKept = 1 << 20
	tailKept = 4 << 10
)

func (l *limited) Write(p []byte) (int, error) {
	n := min(headKept-len(l.head), len(p))
	l.head = append(l.head, p[:n]...)
	rest := p[n:]
	rest = rest[max(0, len(rest)-tailKept):]
	l.tail = append(l.tail, rest...)
	if over := len(l.tail) - tailKept; over > 0 {
		l.tail = l.tail[:copy(l.tail, l.tail[over:])]
	}
	return len(p), nil
}

func (l *limited) String() string { return string(l.head) + string(l.tail) }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
