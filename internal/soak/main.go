package main

import (
	"flag"
	"fmt"
	"os"
)

// options of one run.
type options struct {
	program   string // smtpscope
	packets   int64
	rate      int
	maxMemory int // MiB
	graph     string
	compare   string // a list of rates
	seconds   int
	replay    string // a capture that tcpreplay sends, in place of what is made here
	record    bool
}

func main() {
	o := options{}
	flag.StringVar(&o.program, "program", "bin/smtpscope", "the program")
	flag.Int64Var(&o.packets, "packets", 10_000_000, "packets to send")
	flag.IntVar(&o.rate, "rate", 60_000, "packets a second at most; 0 = as many as go")
	flag.IntVar(&o.maxMemory, "max-memory", 256, "MiB that the program may use")
	flag.StringVar(&o.graph, "graph", "", "file for the graph, SVG")
	flag.BoolVar(&o.record, "record", true, "with the flight recorder")
	flag.StringVar(&o.compare, "compare", "", "rates, packets a second, with commas: compare losses with tcpdump's")
	flag.StringVar(&o.replay, "replay", "", "capture that tcpreplay sends for -compare, over and over")
	flag.IntVar(&o.seconds, "seconds", 10, "how long each rate of -compare is sent")
	flag.Parse()
	if err := run(&o); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}
