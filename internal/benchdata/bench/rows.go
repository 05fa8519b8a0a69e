package main

import (
	"fmt"
	"os"
)

// A row is one of the table of issue 7.
type row struct {
	number  int
	measure func(o *options) ([]result, error)
}

// result is one figure of a row.
type result struct {
	row        int
	on         string // the input
	against    string
	what       string  // "CPU", "wall", "memory"
	got        float64 // ratio, or MiB
	must, aim  float64 // 0 = none
	ours, peer string  // seconds, or what there is to say
}

func (r result) String() string {
	return fmt.Sprintf("%2d  %-28s %-34s %-6s %7.3f  must be %g, aim %g: %s  (%s; %s)", r.row, r.on, r.against, r.what, r.got, r.must, r.aim, r.verdict(), r.ours, r.peer)
}

func (r result) verdict() string {
	switch {
	case r.must == 0:
		return ""
	case r.aim > 0 && r.got <= r.aim:
		return "aim reached"
	case r.got <= r.must:
		return "reached"
	}
	return "missed"
}

// limit is a bound of a row and what is aimed for.
type limit struct {
	what      func(usage) float64
	name      string
	must, aim float64
}

func onCPU(must, aim float64) limit  { return limit{cpu, "CPU", must, aim} }
func onWall(must, aim float64) limit { return limit{wall, "wall", must, aim} }

// against measures a and b in pairs and judges each limit.
func (o *options) against(on, name string, a, b command, limits ...limit) ([]result, error) {
	ua, ub, err := o.pairs(a, b)
	if err != nil {
		return nil, err
	}
	var list []result
	for _, l := range limits {
		list = append(list, result{on: on, against: name, what: l.name, got: ratio(ua, ub, l.what), must: l.must, aim: l.aim,
			ours: seconds(medianOf(ua, l.what)), peer: seconds(medianOf(ub, l.what))})
	}
	return list, nil
}

func seconds(s float64) string { return fmt.Sprintf("%.3f s", s) }

var rows = []row{
	{1, func(o *options) ([]result, error) {
		f := o.file("mail.pcap")
		return o.against("mail", "tcpdump -w /dev/null", o.analyze("jsonl", f), tcpdump(f), onCPU(1.1, 0.85))
	}},
	{2, func(o *options) ([]result, error) {
		f := o.file("mail.pcap")
		return o.against("mail", "wc -l", o.analyze("jsonl", f), command{args: []string{"wc", "-l", f}}, onCPU(3, 2.2), onWall(2, 1.5))
	}},
	{3, func(o *options) ([]result, error) {
		f := o.file("dialogues.pcap")
		return o.against("dialogues", "tcpdump -w /dev/null", o.analyze("jsonl", f), tcpdump(f), onCPU(2.4, 1.8))
	}},
	{4, func(o *options) ([]result, error) {
		f := o.file("small.pcap")
		return o.against("small", "tshark -Y smtp -T fields", o.analyze("jsonl", f), command{args: []string{"tshark", "-n", "-r", f,
			"-Y", "smtp", "-T", "fields", "-e", "tcp.stream", "-e", "smtp.req.command", "-e", "smtp.response.code"}}, onWall(1.0/40, 1.0/70))
	}},
	{5, func(o *options) ([]result, error) {
		small, dialogues := o.file("small.pcap"), o.file("dialogues.pcap")
		a, err := o.against("small", "tcptrace -n -l", o.analyze("jsonl", small), command{args: []string{"tcptrace", "-n", "-l", small}}, onCPU(0.45, 0.30))
		if err != nil {
			return nil, err
		}
		b, err := o.against("dialogues", "tcptrace -n -l", o.analyze("jsonl", dialogues), command{args: []string{"tcptrace", "-n", "-l", dialogues}}, onCPU(0.15, 0.10))
		return append(a, b...), err
	}},
	{6, func(o *options) ([]result, error) {
		var list []result
		for _, name := range []string{"mail", "dialogues"} {
			var runs []usage
			for range o.runs {
				u, err := o.analyze("jsonl", o.file(name+".pcap")).run()
				if err != nil {
					return nil, err
				}
				runs = append(runs, u)
			}
			list = append(list, result{on: name, what: "memory", got: float64(peak(runs)) / (1 << 20), must: 64, aim: 40, ours: "peak of all runs, MiB"})
		}
		return list, nil
	}},
	{7, func(o *options) ([]result, error) {
		gz, zst := o.file("mail.pcap.gz"), o.file("mail.pcap.zst")
		a, err := o.against("mail.gz", "zcat", o.analyze("jsonl", gz), command{args: []string{"zcat", gz}}, onWall(1.2, 1.05))
		if err != nil {
			return nil, err
		}
		b, err := o.against("mail.zst", "zstdcat", o.analyze("jsonl", zst), command{args: []string{"zstdcat", zst}}, onWall(1.2, 1.05))
		return append(a, b...), err
	}},
	{8, func(o *options) ([]result, error) {
		return o.against("mail as pcapng", "the pcap", o.analyze("jsonl", o.file("mail.pcapng")), o.analyze("jsonl", o.file("mail.pcap")), onCPU(1.2, 1.1))
	}},
	{9, (*options).longPipe},
	{10, func(o *options) ([]result, error) {
		f := o.file("dialogues.pcap")
		a, err := o.against("dialogues, CSV", "JSON Lines", o.analyze("csv", f), o.analyze("jsonl", f), onCPU(1.3, 0))
		if err != nil {
			return nil, err
		}
		b, err := o.against("dialogues, table", "JSON Lines", o.analyze("table", f), o.analyze("jsonl", f), onCPU(5, 0))
		if err != nil {
			return nil, err
		}
		page := command{args: []string{o.program, "report", "--quiet", "--format", "html", "-o", "-", f}}
		c, err := o.against("dialogues, HTML report", "JSON Lines", page, o.analyze("jsonl", f), onCPU(5, 0))
		return append(append(a, b...), c...), err
	}},
	{11, (*options).aligned},
}

// longPipe is the mail capture ten times through a pipe.
func (o *options) longPipe() ([]result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	few := *o
	few.runs = min(o.runs, 3) // 20 GB each
	f := o.file("mail.pcap")
	long := command{args: o.analyze("jsonl", "-").args, feed: []string{self, "-repeat", f}}
	ua, ub, err := few.pairs(long, o.analyze("jsonl", f))
	if err != nil {
		return nil, err
	}
	return []result{
		{on: "mail ten times, by a pipe", against: "mail", what: "CPU", got: ratio(ua, ub, cpu), must: 10.5,
			ours: seconds(medianOf(ua, cpu)), peer: seconds(medianOf(ub, cpu))},
		{on: "mail ten times, by a pipe", against: "mail", what: "memory", got: float64(peak(ua)) / float64(peak(ub)), must: 1.1,
			ours: mebibytes(peak(ua)), peer: mebibytes(peak(ub))},
	}, nil
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// aligned compares analyze --log with analyze and log alone, and with itself on
// a tenth.
func (o *options) aligned() ([]result, error) {
	few := *o
	few.runs = min(o.runs, 3)
	both := func(name string) command {
		c := o.analyze("jsonl", o.file(name+".pcap"))
		c.args = append(c.args, "--log", o.file(name+".log"))
		return c
	}
	alone := command{args: []string{"sh", "-c", `"$1" analyze --quiet --format jsonl "$2" >/dev/null && "$1" log --format jsonl "$3" >/dev/null`,
		"sh", o.program, o.file("dialogues.pcap"), o.file("dialogues.log")}}
	a, err := few.against("dialogues with a log", "analyze and log alone", both("dialogues"), alone, onCPU(2, 0))
	if err != nil {
		return nil, err
	}
	b, err := few.against("dialogues with a log", "a tenth of both", both("dialogues"), both("tenth"), onCPU(12, 0))
	return append(a, b...), err
}
