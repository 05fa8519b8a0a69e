// Command benchdata writes the captures that smtpscope is measured with and
// holds its records against their truth.
//
//	benchdata generate PROFILE DIR   DIR/PROFILE.pcap and DIR/PROFILE.truth
//	benchdata compare TRUTH RECORDS  records of analyze --format jsonl; "-" is standard input
//	benchdata repeat PCAP N          the capture N times, times shifted, on standard output
//	benchdata pcapng PCAP            the capture as pcapng, on standard output
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"smtpscope/internal/benchdata"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "benchdata:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "generate":
		return generate(args[1], args[2])
	case len(args) == 3 && args[0] == "compare":
		return compare(args[1], args[2])
	case len(args) == 3 && args[0] == "repeat":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return benchdata.Repeat(os.Stdout, func() (io.ReadCloser, error) { return os.Open(args[1]) }, n)
	case len(args) == 2 && args[0] == "pcapng":
		f, err := os.Open(args[1])
		if err != nil {
			return err
		}
		defer f.Close()
		return benchdata.Pcapng(os.Stdout, f)
	}
	return fmt.Errorf("generate PROFILE DIR | compare TRUTH RECORDS | repeat PCAP N | pcapng PCAP")
}

func generate(name, dir string) error {
	p, ok := benchdata.Named(name)
	if !ok {
		return fmt.Errorf("there is no profile %q", name)
	}
	capture, err := os.Create(filepath.Join(dir, name+".pcap"))
	if err != nil {
		return err
	}
	defer capture.Close()
	truth, err := os.Create(filepath.Join(dir, name+".truth"))
	if err != nil {
		return err
	}
	defer truth.Close()
	if err := benchdata.Generate(p, capture, truth); err != nil {
		return err
	}
	if err := truth.Close(); err != nil {
		return err
	}
	return capture.Close()
}

func compare(truth, records string) error {
	t, err := os.Open(truth)
	if err != nil {
		return err
	}
	defer t.Close()
	r := os.Stdin
	if records != "-" {
		if r, err = os.Open(records); err != nil {
			return err
		}
		defer r.Close()
	}
	result, err := benchdata.Compare(t, r)
	if err != nil {
		return err
	}
	result.Write(os.Stdout)
	if result.Wrong > 0 {
		return fmt.Errorf("%d records differ from the truth", result.Wrong)
	}
	return nil
}
