package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"smtpscope/internal/benchdata"
)

// prepare makes the data that is not there yet, and holds the records of every
// input against its truth: a wrong answer has no speed.
func (o *options) prepare() error {
	for _, name := range []string{"mail", "dialogues", "small", "tenth"} {
		if err := o.generate(name); err != nil {
			return err
		}
		if err := o.compare(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// need makes what only one row wants.
func (o *options) need(number int) error {
	switch number {
	case 7:
		for ending, args := range map[string][]string{".gz": {"gzip", "-3", "-k", "-f"}, ".zst": {"zstd", "-q", "-3", "-k", "-f"}} {
			if !missing(o.file("mail.pcap" + ending)) {
				continue
			}
			if err := exec.Command(args[0], append(args[1:], o.file("mail.pcap"))...).Run(); err != nil {
				return err
			}
		}
	case 8:
		if missing(o.file("mail.pcapng")) {
			return o.pcapng()
		}
	}
	return nil
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return err != nil
}

// prepareApart does so in a process of its own: this one has to stay small, for
// the peak of a process's memory counts what it had of its parent before exec.
func (o *options) prepareApart() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	c := exec.Command(self, "-data", o.dir, o.program)
	c.Stdout, c.Stderr = io.MultiWriter(os.Stdout, &out), os.Stderr
	err = c.Run()
	for line := range strings.Lines(out.String()) {
		o.truths = append(o.truths, strings.TrimSpace(line))
	}
	return err
}

// generate writes a profile's capture, truth and log. The truth is named last:
// what is not whole has none.
func (o *options) generate(name string) error {
	if !missing(o.file(name + ".truth")) {
		return warm(o.file(name + ".pcap"))
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	p, ok := benchdata.Named(name)
	if !ok {
		return fmt.Errorf("there is no profile %q", name)
	}
	capture, err := os.Create(o.file(name + ".pcap"))
	if err != nil {
		return err
	}
	defer capture.Close()
	var truth bytes.Buffer
	if err := benchdata.Generate(p, capture, &truth); err != nil {
		return err
	}
	log, err := os.Create(o.file(name + ".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	if err := benchdata.Log(log, bytes.NewReader(truth.Bytes())); err != nil {
		return err
	}
	return os.WriteFile(o.file(name+".truth"), truth.Bytes(), 0o644)
}

// compare runs the program once, not timed, and judges what it says.
func (o *options) compare(name string) error {
	c := o.analyze("jsonl", o.file(name+".pcap"))
	records, err := exec.Command(c.args[0], c.args[1:]...).Output()
	if err != nil {
		return err
	}
	truth, err := os.Open(o.file(name + ".truth"))
	if err != nil {
		return err
	}
	defer truth.Close()
	result, err := benchdata.Compare(truth, bytes.NewReader(records))
	if err != nil {
		return err
	}
	fmt.Printf("%s: ", name)
	result.Write(os.Stdout)
	if result.Wrong > 0 {
		return fmt.Errorf("%d records differ from the truth", result.Wrong)
	}
	return nil
}

func (o *options) pcapng() error {
	in, err := os.Open(o.file("mail.pcap"))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(o.file("mail.pcapng"))
	if err != nil {
		return err
	}
	defer out.Close()
	return benchdata.Pcapng(out, in)
}
