package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"smtpscope/internal/livetest"
)

// compare sends the ordinary part of the mixture, which is what mail looks
// like, at rising rates to each program in turn, and prints what each lost.
func compare(o *options) error {
	fmt.Println("| packets a second | sent | lost by tcpdump -w | lost by smtpscope live | lost by smtpscope live --immediate |\n| ---: | ---: | ---: | ---: | ---: |")
	for word := range strings.SplitSeq(o.compare, ",") {
		rate, err := strconv.Atoi(word)
		if err != nil {
			return err
		}
		row := ""
		var sent, really int64
		for _, program := range []func(*options, string, func() error) (int64, error){dumped, watched(), watched("--immediate")} {
			dir, err := os.MkdirTemp("", "smtpscope-compare-")
			if err != nil {
				return err
			}
			got, err := program(o, dir, func() error { sent, really, err = conversations(rate, o.seconds); return err })
			os.RemoveAll(dir)
			if err != nil {
				return err
			}
			row += fmt.Sprintf(" %d (%.2f %%) |", sent-got, 100*float64(sent-got)/float64(sent))
		}
		fmt.Printf("| %d | %d |%s\n", really, sent, row)
	}
	return nil
}

// conversations sends for a time, and gives how many and how many a second.
func conversations(rate, seconds int) (sent, really int64, err error) {
	to, err := livetest.NewSender(livetest.Wire)
	if err != nil {
		return 0, 0, err
	}
	t, err := newTraffic(to)
	if err != nil {
		return 0, 0, err
	}
	to.Pace(rate)
	began := time.Now()
	for to.Sent < int64(rate*seconds) && t.err == nil {
		t.conversations()
	}
	err = errors.Join(t.err, to.Flush())
	took := time.Since(began)
	time.Sleep(time.Second)
	return to.Sent, int64(float64(to.Sent) / took.Seconds()), errors.Join(err, to.Close())
}

const buffer = 16 << 10 // KiB, for each program

// dumped counts what tcpdump wrote.
func dumped(_ *options, dir string, play func() error) (int64, error) {
	var said livetest.Buffer
	cmd := exec.Command("tcpdump", "-i", livetest.Mirror, "-w", filepath.Join(dir, "all.pcap"), "-B", strconv.Itoa(buffer), "-Z", "root")
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	if err := livetest.Until(20*time.Second, func() error {
		if strings.Contains(said.String(), "listening on") {
			return nil
		}
		return errors.New("tcpdump: " + said.String())
	}); err != nil {
		return 0, err
	}
	err := play()
	if err := errors.Join(err, cmd.Process.Signal(syscall.SIGINT), cmd.Wait()); err != nil {
		return 0, err
	}
	n := regexp.MustCompile(`(\d+) packets? captured`).FindStringSubmatch(said.String())
	if n == nil {
		return 0, errors.New("tcpdump: " + said.String())
	}
	return strconv.ParseInt(n[1], 10, 64)
}

// watched counts what smtpscope live took.
func watched(more ...string) func(*options, string, func() error) (int64, error) {
	return func(o *options, dir string, play func() error) (int64, error) {
		out := filepath.Join(dir, "out.jsonl")
		args := append([]string{"live", "-i", livetest.Mirror, "--filter", "greater 0", "--format", "jsonl", "-o", out, "--buffer", fmt.Sprintf("%dKiB", buffer)}, more...)
		w, err := livetest.Start(exec.Command(o.program, args...), dir)
		if err != nil {
			return 0, err
		}
		defer w.Kill()
		err = play()
		if err := errors.Join(err, w.End(syscall.SIGINT)); err != nil {
			return 0, errors.Join(err, errors.New(tail(w.Stderr.String())))
		}
		r := result{}
		err = r.read(out)
		return r.capture.Packets, err
	}
}
