package report

import (
	"bufio"
	"fmt"
	"io"
)

// maxFiles is how many files are named one by one.
const maxFiles = 4

// WriteHeader writes the lines about the capture: which files, which time, how
// much, how many sessions, and what there is to know about its quality. What
// is as it should be is not mentioned. filter is what the user asked to see.
func WriteHeader(w io.Writer, c *Capture, style Style, filter string) error {
	b := bufio.NewWriter(w)
	for _, line := range fileLines(c) {
		fmt.Fprintln(b, style.paint(paintHeading, wrap(line, style.width(), 2)))
	}
	for _, line := range []string{spanLine(c, style), sessionLine(c)} {
		fmt.Fprintln(b, wrap(line, style.width(), 2))
	}
	for _, line := range logLines(c) {
		fmt.Fprintln(b, wrap(line, style.width(), 2))
	}
	for _, line := range qualityLines(c) {
		fmt.Fprintln(b, style.paint(paintOdd, wrap(line, style.width(), 2)))
	}
	if filter != "" && c.Sessions > 0 {
		fmt.Fprintln(b, wrap(shownLine(c, filter), style.width(), 2))
	}
	return b.Flush()
}

// live reports whether interfaces were listened to, and no files read.
func (c *Capture) live() bool { return len(c.Files) > 0 && c.Files[0].Format == "live" }

// shownLine says how many sessions the filters let through.
func shownLine(c *Capture, filter string) string {
	sessions := Count(c.Sessions, "session", "sessions")
	left := ""
	if c.Probes > 0 {
		left = ", " + Count(c.Probes, "probe", "probes") + " left out"
	}
	if c.Selected == 0 {
		return "none of the " + sessions + " matches " + Printable(filter) + left
	}
	return "shown: " + Thousands(c.Selected) + " of " + sessions + " (" + Printable(filter) + ")" + left
}

func fileLines(c *Capture) []string {
	if len(c.Files) > maxFiles {
		first, last := &c.Files[0], &c.Files[len(c.Files)-1]
		return []string{fmt.Sprintf("%d files, %s to %s", len(c.Files), Printable(first.Name), Printable(last.Name))}
	}
	lines := make([]string, len(c.Files))
	for i := range c.Files {
		lines[i] = fileLine(&c.Files[i], len(c.Files) > 1)
	}
	return lines
}

func fileLine(f *File, several bool) string {
	name := Printable(f.Name)
	if f.Name == "-" {
		name = "standard input"
	}
	if several {
		name += ", " + Count(f.Packets, "packet", "packets")
	}
	return name
}

func spanLine(c *Capture, style Style) string {
	packets := Count(c.Packets, "packet", "packets")
	if c.Start == nil || c.End == nil {
		return packets
	}
	from, to := c.Start.Time().In(style.zone()), c.End.Time().In(style.zone())
	layout := "15:04:05"
	if from.Format("2006-01-02") != to.Format("2006-01-02") {
		layout = "2006-01-02 15:04:05"
	}
	return fmt.Sprintf("%s, %s to %s %s (%s)", packets, from.Format("2006-01-02 15:04:05"), to.Format(layout),
		zoneName(to), Span(c.Duration.Duration()))
}

func sessionLine(c *Capture) string {
	s := Count(c.Sessions, "session", "sessions")
	switch {
	case c.Sessions == 0:
		return "no SMTP session"
	case c.Abnormal == 0:
		s += ", none ended abnormally"
	default:
		s += ", " + Thousands(c.Abnormal) + " ended abnormally"
		if c.AbnormalProbes > 0 {
			s += " (" + Count(c.AbnormalProbes, "of them a probe", "of them probes") + ")"
		}
	}
	if c.Open > 0 {
		s += ", " + Thousands(c.Open) + " still open at the end"
	}
	return s
}

// qualityLines name what makes the capture less than the truth, each with what
// it means to the reader.
func qualityLines(c *Capture) []string {
	q := &c.Quality
	var lines []string
	add := func(wrong bool, format string, v ...any) {
		if wrong {
			lines = append(lines, fmt.Sprintf(format, v...))
		}
	}
	add(c.Interrupted, "stopped by the user: what was read so far")
	says := "so the file says"
	if c.live() {
		says = "which came faster than they were read"
	}
	add(q.Dropped != nil && *q.Dropped > 0, "drops: the capturing machine lost %s, %s",
		Count(value(q.Dropped), "packet", "packets"), says)
	add(q.Gapped > 0, "gaps: the capture missed %s that did arrive, in %s",
		Size(q.MissedBytes), Count(q.Gapped, "session", "sessions"))
	add(q.Cut > 0, "snaplen: packets are cut%s, contents are incomplete in %s; capture with -s 0",
		snapLen(q.SnapLen), Count(q.Cut, "session", "sessions"))
	add(q.OneSided > 0, "one-sided: of %s only one direction was captured", Count(q.OneSided, "session", "sessions"))
	add(q.Duplicates > 0, "duplicates: %s captured twice (mirror port, several interfaces), counted once",
		Count(q.Duplicates, "packet was", "packets were"))
	add(q.Evicted > 0, "memory: %s given up unfinished", Count(q.Evicted, "session was", "sessions were"))
	add(q.LostFragments > 0, "fragments: %s never became whole", Count(q.LostFragments, "IP packet", "IP packets"))
	add(q.Undecodable > 0, "damaged: %s could not be read", Count(q.Undecodable, "packet", "packets"))
	return lines
}

func snapLen(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" at %d bytes", n)
}

func value(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
