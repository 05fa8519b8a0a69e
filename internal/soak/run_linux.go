package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"smtpscope/internal/livetest"
)

// run does everything in a namespace of its own.
func run(o *options) error {
	if !livetest.Inside() {
		if why := livetest.Missing(); why != "" {
			return errors.New(why)
		}
		cmd := livetest.Again(os.Args[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		return cmd.Run()
	}
	if err := livetest.Connect(); err != nil {
		return err
	}
	if o.compare != "" {
		return compare(o)
	}
	r, err := soak(o)
	if err != nil {
		return err
	}
	r.print(os.Stdout)
	if o.graph != "" {
		if err := os.WriteFile(o.graph, r.svg(), 0o644); err != nil {
			return err
		}
	}
	return r.check()
}

// result is what came of a run.
type result struct {
	options  *options
	sent     int64
	took     time.Duration
	samples  []sample
	lines    int64 // sessions written
	evicted  int64 // of these, as evicted
	capture  captureLine
	log      string
	recorded int // files of the flight recorder
}

// captureLine is the last line of the output.
type captureLine struct {
	Packets  int64
	Sessions int64
	Quality  struct {
		Dropped *int64
		Evicted int64
	}
}

func soak(o *options) (*result, error) {
	dir, err := os.MkdirTemp("", "smtpscope-soak-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "out.jsonl")
	args := []string{"live", "-i", livetest.Mirror, "--filter", "greater 0", "--format", "jsonl", "-o", out, "--metrics", "127.0.0.1:0",
		"--max-memory", fmt.Sprintf("%dMiB", o.maxMemory), "--buffer", "64MiB"}
	if o.record {
		// The names of the files stay in memory: few of them, so that they are all there soon.
		args = append(args, "--record", filepath.Join(dir, "record"), "--record-size", "64MiB", "--record-files", "1000",
			"--record-memory", fmt.Sprintf("%dMiB", o.maxMemory/8))
	}
	w, err := livetest.Start(exec.Command(o.program, args...), dir)
	if err != nil {
		return nil, err
	}
	defer w.Kill()
	if err := w.Said("url=", 5*time.Second); err != nil {
		return nil, err
	}
	url := regexp.MustCompile(`url=(\S+)`).FindStringSubmatch(w.Stderr.String())
	if url == nil {
		return nil, errors.New("no metrics: " + w.Stderr.String())
	}
	r := &result{options: o}
	if err := r.drive(url[1]); err != nil {
		return nil, errors.Join(err, errors.New(tail(w.Stderr.String())))
	}
	if err := w.End(syscall.SIGINT); err != nil {
		return nil, errors.Join(err, errors.New(tail(w.Stderr.String())))
	}
	r.log = w.Stderr.String()
	files, _ := filepath.Glob(filepath.Join(dir, "record", "*.pcapng"))
	r.recorded = len(files)
	return r, r.read(out)
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

// drive sends and samples.
func (r *result) drive(url string) error {
	to, err := livetest.NewSender(livetest.Wire)
	if err != nil {
		return err
	}
	t, err := newTraffic(to)
	if err != nil {
		return err
	}
	to.Pace(r.options.rate)
	began := time.Now()
	done, sampled := make(chan struct{}), make(chan error, 1)
	go func() { sampled <- r.watch(url, began, done) }()
	err = t.play(r.options.packets, func() {})
	r.took = time.Since(began)
	time.Sleep(2 * time.Second) // for the kernel's buffer to be read
	close(done)
	r.sent = to.Sent
	return errors.Join(err, <-sampled, to.Close())
}

// silentMost is how many samples in a row the program may fail to give, where the
// machine stands still.
const silentMost = 3

// watch takes a sample a second.
func (r *result) watch(url string, began time.Time, done <-chan struct{}) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for silent := 0; ; {
		select {
		case <-done:
			return nil
		case <-tick.C:
		}
		s, err := scrape(url)
		if err != nil {
			if silent++; silent > silentMost {
				return err
			}
			continue
		}
		silent = 0
		s.at = time.Since(began)
		r.samples = append(r.samples, s)
	}
}

// read counts what was written.
func (r *result) read(out string) error {
	f, err := os.Open(out)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	var last string
	for lines.Scan() {
		last = lines.Text()
		if strings.HasPrefix(last, `{"type":"session"`) {
			r.lines++
			if strings.Contains(last, `"how":"evicted"`) {
				r.evicted++
			}
		}
	}
	return errors.Join(lines.Err(), json.Unmarshal([]byte(last), &r.capture))
}
