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

// A duel is one comparison of a row.
type duel struct {
	on, name string
	a, b     command
	limits   []limit
}

// duels measures one after the other.
func (o *options) duels(list ...duel) ([]result, error) {
	var all []result
	for _, d := range list {
		got, err := o.against(d.on, d.name, d.a, d.b, d.limits...)
		if err != nil {
			return nil, err
		}
		all = append(all, got...)
	}
	return all, nil
}

// bothWays measures each as it is called, and with one worker: a second one saves
// time that somebody waits, and costs time of processors.
func (o *options) bothWays(list ...duel) ([]result, error) {
	var twice []duel
	for _, d := range list {
		alone := d
		alone.on, alone.a = d.on+", `--workers 1`", d.a.with("--workers", "1")
		twice = append(twice, d, alone)
	}
	return o.duels(twice...)
}

var rows = []row{
	{1, (*options).mailToTcpdump}, {2, (*options).mailToWC}, {3, (*options).dialoguesToTcpdump}, {4, (*options).smallToTshark},
	{5, (*options).toTcptrace}, {6, (*options).memory}, {7, (*options).packed}, {8, (*options).asPcapng},
	{9, (*options).longPipe}, {10, (*options).otherForms}, {11, (*options).aligned},
}

func (o *options) mailToTcpdump() ([]result, error) {
	f := o.file("mail.pcap")
	return o.bothWays(duel{"mail", "tcpdump -w /dev/null", o.analyze("jsonl", f), tcpdump(f), []limit{onCPU(1.1, 0.85)}})
}

func (o *options) mailToWC() ([]result, error) {
	f := o.file("mail.pcap")
	return o.bothWays(duel{"mail", "wc -l", o.analyze("jsonl", f), run("wc", "-l", f), []limit{onCPU(3, 2.2), onWall(2, 1.5)}})
}

func (o *options) dialoguesToTcpdump() ([]result, error) {
	f := o.file("dialogues.pcap")
	return o.bothWays(duel{"dialogues", "tcpdump -w /dev/null", o.analyze("jsonl", f), tcpdump(f), []limit{onCPU(2.4, 1.8)}})
}

func (o *options) smallToTshark() ([]result, error) {
	f := o.file("small.pcap")
	tshark := run("tshark", "-n", "-r", f, "-Y", "smtp", "-T", "fields", "-e", "tcp.stream", "-e", "smtp.req.command", "-e", "smtp.response.code")
	return o.bothWays(duel{"small", "tshark -Y smtp -T fields", o.analyze("jsonl", f), tshark, []limit{onWall(1.0/40, 1.0/70)}})
}

func (o *options) toTcptrace() ([]result, error) {
	small, dialogues := o.file("small.pcap"), o.file("dialogues.pcap")
	return o.bothWays(
		duel{"small", "tcptrace -n -l", o.analyze("jsonl", small), run("tcptrace", "-n", "-l", small), []limit{onCPU(0.45, 0.30)}},
		duel{"dialogues", "tcptrace -n -l", o.analyze("jsonl", dialogues), run("tcptrace", "-n", "-l", dialogues), []limit{onCPU(0.15, 0.10)}},
	)
}

func (o *options) memory() ([]result, error) {
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
}

func (o *options) packed() ([]result, error) {
	gz, zst := o.file("mail.pcap.gz"), o.file("mail.pcap.zst")
	return o.duels(
		duel{"mail.gz", "zcat", o.analyze("jsonl", gz), run("zcat", gz), []limit{onWall(1.2, 1.05)}},
		duel{"mail.zst", "zstdcat", o.analyze("jsonl", zst), run("zstdcat", zst), []limit{onWall(1.2, 1.05)}},
	)
}

func (o *options) asPcapng() ([]result, error) {
	return o.against("mail as pcapng", "the pcap", o.analyze("jsonl", o.file("mail.pcapng")), o.analyze("jsonl", o.file("mail.pcap")), onCPU(1.2, 1.1))
}

func (o *options) otherForms() ([]result, error) {
	f := o.file("dialogues.pcap")
	lines, page := o.analyze("jsonl", f), run(o.program, "report", "--quiet", "--format", "html", "-o", "-", f)
	return o.duels(
		duel{"dialogues, CSV", "JSON Lines", o.analyze("csv", f), lines, []limit{onCPU(1.3, 0)}},
		duel{"dialogues, table", "JSON Lines", o.analyze("table", f), lines, []limit{onCPU(5, 0)}},
		duel{"dialogues, HTML report", "JSON Lines", page, lines, []limit{onCPU(5, 0)}},
	)
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
