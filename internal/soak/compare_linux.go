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
			got, err := program(o, dir, func() error {
				if o.replay != "" {
					sent, really, err = replayed(o, rate)
				} else {
					sent, really, err = conversations(rate, o.seconds)
				}
				return err
			})
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

// replayed has tcpreplay send a capture, over and over, so many packets a
// second for a time.
func replayed(o *options, rate int) (sent, really int64, err error) {
	cmd := exec.Command("tcpreplay", "--intf1="+livetest.Wire, "--preload-pcap", "--loop=1000",
		fmt.Sprintf("--pps=%d", rate), fmt.Sprintf("--limit=%d", rate*o.seconds), o.replay)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("tcpreplay: %w: %s", err, tail(string(out)))
	}
	n := regexp.MustCompile(`Successful packets:\s+(\d+)`).FindSubmatch(out)
	if n == nil {
		return 0, 0, errors.New("tcpreplay: " + tail(string(out)))
	}
	if r := regexp.MustCompile(`Rated:.*, ([0-9.]+) pps`).FindSubmatch(out); r != nil {
		f, _ := strconv.ParseFloat(string(r[1]), 64)
		really = int64(f)
	}
	sent, err = strconv.ParseInt(string(n[1]), 10, 64)
	if really == 0 {
		really = int64(float64(sent) / time.Since(began).Seconds())
	}
	time.Sleep(time.Second)
	return sent, really, err
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
