package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// page is docs/performance.md while it is gathered.
type page struct {
	o       *options
	results []result
}

func newPage(o *options) *page { return &page{o: o} }

func (p *page) add(r result) { p.results = append(p.results, r) }

// write writes the page: what was measured, then what people have written
// behind the mark, which stays.
func (p *page) write(path string) error {
	const mark = "<!-- written by hand from here -->"
	kept := mark + "\n"
	if old, err := os.ReadFile(path); err == nil {
		if _, rest, found := strings.Cut(string(old), mark); found {
			kept = mark + rest
		}
	}
	return os.WriteFile(path, []byte(p.measured()+kept), 0o644)
}

func (p *page) measured() string {
	var b strings.Builder
	b.WriteString("# Performance\n\nWritten by `make bench`. Whole processes, files in the page cache, medians of the ratios of paired runs; ")
	b.WriteString("CPU is user and system time of the process, memory the peak of its resident set.\n\n")
	fmt.Fprintf(&b, "%s, %s, %d CPUs, Linux %s, %s. %d pairs a row (at most 3 in rows 9 and 11). ",
		time.Now().UTC().Format("2006-01-02"), machine(), runtime.NumCPU(), first("uname", "-r"), runtime.Version(), p.o.runs)
	fmt.Fprintf(&b, "Load average at the end of the measurement: %s.\n\n", load())
	fmt.Fprintf(&b, "Peers: %s.\n\n", strings.Join(versions(), "; "))
	b.WriteString("The inputs are made by `make bench-data`. First their records are held against the truth of the generator, session for session:\n\n")
	for _, line := range p.o.truths {
		b.WriteString("- " + line + "\n")
	}
	b.WriteString("\n| # | `smtpscope analyze --format jsonl` on | against | of | got | must be | aim | |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range p.results {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | **%s** (%s) | %s | %s | %s |\n", r.row, r.on, dash(r.against), r.what, figure(r, r.got),
			both(r.ours, r.peer), figure(r, r.must), figure(r, r.aim), r.verdict())
	}
	b.WriteString("\n")
	return b.String()
}

func both(ours, peer string) string {
	if peer == "" {
		return ours
	}
	return ours + " to " + peer
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func figure(r result, v float64) string {
	switch {
	case v == 0:
		return "–"
	case r.must > 0 && r.must < 0.1:
		return fmt.Sprintf("1/%.0f", 1/v)
	case strings.HasPrefix(r.ours, "peak"):
		return fmt.Sprintf("%.0f MiB", v)
	}
	return fmt.Sprintf("%.2f ×", v)
}

// first is the first line that a command prints, on either stream.
func first(args ...string) string {
	out, _ := exec.Command(args[0], args[1:]...).CombinedOutput()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}

func versions() []string {
	list := []string{}
	for _, name := range []string{"tcpdump", "coreutils", "tshark", "tcptrace", "gzip", "zstd"} {
		list = append(list, name+" "+first("dpkg-query", "-W", "-f", "${Version}", name))
	}
	return list
}

func machine() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	return strings.Join(strings.Fields(string(text))[:min(3, len(strings.Fields(string(text))))], ", ")
}
