// Command bench measures smtpscope against the programs of Debian that read
// the same files, and writes docs/performance.md.
//
//	bench [-runs N] [-only 1,3] [-o FILE] DIR PROGRAM   the whole table; DIR holds the data, or gets it
//	bench -data DIR PROGRAM                             only makes the data and compares the records with their truth
//	bench -check DIR PROGRAM                            a gross regression fails: what CI runs
//
// It counts the CPU time of processes (getrusage), which other work on the
// machine disturbs less than the clock, and pairs each run with one of the peer.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"smtpscope/internal/benchdata"
)

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 7, "pairs of runs of each row")
	flag.StringVar(&o.only, "only", "", "rows, as 1,3; empty = all")
	flag.StringVar(&o.out, "o", "docs/performance.md", "file to write")
	check := flag.Bool("check", false, "compare with tcpdump on a small file, and fail if it is far from what was measured")
	data := flag.Bool("data", false, "only make the data")
	repeat := flag.String("repeat", "", "write this capture ten times to standard output, times shifted: row 9")
	flag.Parse()
	if *repeat != "" {
		if err := benchdata.Repeat(os.Stdout, func() (io.ReadCloser, error) { return os.Open(*repeat) }, 10); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "bench: name the directory of the data and the program")
		os.Exit(2)
	}
	o.dir, o.program = flag.Arg(0), flag.Arg(1)
	run := o.table
	switch {
	case *check:
		run = o.check
	case *data:
		run = o.prepare
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	runs         int
	only, out    string
	dir, program string
	truths       []string // how the records stand to the truth, a line an input
}

func (o *options) file(name string) string { return filepath.Join(o.dir, name) }

// wanted reports whether a row was asked for.
func (o *options) wanted(number int) bool {
	if o.only == "" {
		return true
	}
	for _, word := range strings.Split(o.only, ",") {
		if n, err := strconv.Atoi(word); err == nil && n == number {
			return true
		}
	}
	return false
}

// table measures the rows and writes the page.
func (o *options) table() error {
	if err := o.prepareApart(); err != nil {
		return err
	}
	page := newPage(o)
	for _, r := range rows {
		if !o.wanted(r.number) {
			continue
		}
		if err := o.need(r.number); err != nil {
			return err
		}
		results, err := r.measure(o)
		if err != nil {
			return fmt.Errorf("row %d: %w", r.number, err)
		}
		for _, result := range results {
			result.row = r.number
			fmt.Println(result)
			page.add(result)
		}
		if err := page.write(o.out); err != nil { // after each row: the last ones take long
			return err
		}
	}
	return nil
}

// regression is the CPU ratio to tcpdump above which -check fails: three times
// what was measured for the file when this was written. A machine's mood moves
// the ratio by a third; a copy of every packet, or a walk over all connections,
// doubles it or worse.
const regression = 9

// check is the quick version: one ratio on 30 MB.
func (o *options) check() error {
	if err := o.generate("quick"); err != nil {
		return err
	}
	file := o.file("quick.pcap")
	o.runs = 7
	ratio, err := o.pair(o.analyze("jsonl", file), tcpdump(file), cpu)
	if err != nil {
		return err
	}
	fmt.Printf("CPU time on 30 MB: %.2f times that of tcpdump -w; the bound is %d\n", ratio, regression)
	if ratio > regression {
		return fmt.Errorf("%.2f times the CPU time of tcpdump, more than %d: something has become much slower", ratio, regression)
	}
	return nil
}
