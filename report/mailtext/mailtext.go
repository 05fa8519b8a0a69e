// Package mailtext writes a report as plain text for a mail: lines of at most
// 76 columns, no control character but the line feed, nothing that needs a
// fixed place on the page but tables, which stand in columns.
package mailtext

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"smtpscope/report"
	"smtpscope/report/document"
)

// Width is how many columns a line has at most (RFC 5322 section 2.1.1 wants
// 78, and a reply puts "> " in front).
const Width = 76

// Write writes the text.
func Write(w io.Writer, d *document.Document) error {
	t := &text{Writer: bufio.NewWriterSize(w, 1<<16)}
	t.title(d.Title, "=")
	t.firstPage(d)
	t.capture(d)
	if !d.Single {
		t.incident(d)
	}
	t.details(d)
	if !d.Single && len(d.Others.Rows) > 0 {
		t.title("The other sessions", "-")
		t.rows(&d.Others)
	}
	t.line("")
	t.para(fmt.Sprintf("Written by %s %s. Credentials and the content of mails are not in this report.", d.Tool.Name, d.Tool.Version), "", 0)
	return t.Flush()
}

// text is the report while it is written. Errors of the writer are sticky and
// come out of Flush.
type text struct{ *bufio.Writer }

func (t *text) line(s string) {
	t.WriteString(trimmed(s))
	t.WriteByte('\n')
}

// trimmed takes the spaces at the ends of lines away: in a mail they mean that
// the next line goes on (RFC 3676).
func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// widestMark is up to how many columns a mark may have to stand beside its
// text.
const widestMark = 30

// para writes running text behind a mark, its further lines indented by that
// mark's columns and indent.
func (t *text) para(s, mark string, indent int) {
	if report.Columns(mark) > widestMark {
		s, mark = mark+s, ""
	}
	t.line(mark + onLines(report.Wrap(s, Width-report.Columns(mark), indent), report.Columns(mark)))
}

// onLines indents the lines behind the first.
func onLines(s string, columns int) string {
	return strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", columns))
}

func (t *text) title(s, under string) {
	if under != "=" {
		t.line("")
	}
	s = report.Wrap(s, Width, 0)
	t.line(s)
	last := s[strings.LastIndexByte(s, '\n')+1:]
	t.line(strings.Repeat(under, report.Columns(last)))
	t.line("")
}

func (t *text) list(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	t.line("")
	t.line(heading)
	for _, item := range items {
		t.para(item, "  * ", 0)
	}
}

func (t *text) firstPage(d *document.Document) {
	t.para(d.Asked, "Asked:  ", 0)
	t.para(strings.Join(d.Answer, " "), "Answer: ", 0)
	t.list("How sure:", d.Sure)
	t.list("What to do next:", d.Next)
}

// facts writes names and texts in two columns.
func (t *text) facts(list []document.Fact) {
	for _, f := range list {
		t.para(f.Text, fmt.Sprintf("%-22s ", f.Name), 0)
	}
}

func (t *text) capture(d *document.Document) {
	t.title("The capture", "-")
	t.facts(d.Facts)
	for _, f := range d.Files {
		t.line("")
		t.para(f.Name+": "+joined(", ", f.Packets, f.Span, f.Error), "file    ", 0)
		hash := f.SHA256
		if hash == "" {
			hash = "not computed"
		}
		t.para(hash, "SHA-256 ", 0)
	}
	t.list("What makes the capture less than the truth:", append(append([]string(nil), d.Quality...), d.Errors...))
	if words := d.RedactedWords(); words != "" {
		t.line("")
		t.para(words, "", 0)
	}
}

func joined(separator string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

func (t *text) incident(d *document.Document) {
	if len(d.Patterns) > 0 {
		t.title("What they have in common", "-")
		for _, p := range d.Patterns {
			t.para(fmt.Sprintf("%s (%s, %s)", p.Summary, p.Certainty, p.CountWords()), "  * ", 0)
			if p.Advice != "" {
				t.para(p.Advice, "    Do: ", 0)
			}
		}
	}
	if d.Alike {
		t.title("Sessions that ended alike", "-")
		for _, g := range d.Groups {
			t.para(GroupWords(&g, d), fmt.Sprintf("%7s  ", report.Thousands(g.Count)), 0)
		}
		if words := d.GroupsLeftWords(); words != "" {
			t.para(words, "", 0)
		}
	}
	t.tally("By verdict", d.Verdicts)
	t.tally("By client", d.Clients)
	t.tally("By "+d.HoursAre, d.Hours)
	if len(d.Abnormal.Rows) > 0 {
		t.title("Sessions that ended abnormally", "-")
		t.rows(&d.Abnormal)
	}
}

// GroupWords say what the sessions of a group have in common.
func GroupWords(g *document.Group, d *document.Document) string {
	words := g.Verdict
	if g.Finding != "" {
		words += " [" + g.Finding + "]"
	}
	if g.Reply != 0 {
		words += fmt.Sprintf(", last reply %d", g.Reply)
	}
	names := make([]string, len(g.Sessions))
	for i, n := range g.Sessions {
		names[i] = fmt.Sprint(n)
	}
	return fmt.Sprintf("%s; %s; %s; as session %s", words, g.ClientWords(), report.SpanWords(g.First, g.Last, d.Zone), strings.Join(names, ", "))
}

func (t *text) tally(heading string, list []document.Tally) {
	if len(list) == 0 {
		return
	}
	t.line("")
	t.line(fmt.Sprintf("%-54s %9s  %9s", heading, "sessions", "abnormal"))
	for _, one := range list {
		abnormal := "-"
		if one.Abnormal > 0 {
			abnormal = report.Thousands(one.Abnormal)
		}
		name := report.Shorten(one.Name, 54)
		t.line(fmt.Sprintf("%s%s %9s  %9s", name, strings.Repeat(" ", 54-report.Columns(name)), report.Thousands(one.All), abnormal))
	}
}

// rows lists sessions, a paragraph each: a mail has no room for columns.
func (t *text) rows(l *document.Listing) {
	for i := range l.Rows {
		r := &l.Rows[i]
		t.para(fmt.Sprintf("%s, %s, %s -> %s", r.Start, r.Lasted, r.Client, r.Server), fmt.Sprintf("%8d  ", r.Number), 0)
		t.para(r.Envelope, "          ", 2)
		t.para(r.Verdict, "          ", 2)
		if r.Log != "" {
			t.para("log "+r.Log, "          ", 2)
		}
	}
	if words := l.LeftWords(); words != "" {
		t.line("")
		t.para(words, "", 0)
	}
}

func (t *text) details(d *document.Document) {
	if words := d.UntoldWords(); words != "" {
		t.line("")
		t.para(words, "", 0)
	}
	for _, one := range d.Details {
		t.session(one)
	}
}

func (t *text) session(d *document.Detail) {
	t.title(fmt.Sprintf("Session %d: %s -> %s", d.Number, d.Client, d.Server), "-")
	t.para(d.Verdict, "", 2)
	for _, doubt := range d.Doubts {
		t.para(doubt, "! ", 0)
	}
	t.line("")
	for _, m := range d.Mails {
		t.para(m, "", 2)
	}
	for i := range d.Findings {
		t.finding(&d.Findings[i])
	}
	if d.HasLog {
		t.para(joined("; ", d.LogSays, d.LogClock), "log: ", 0)
	}
	for _, n := range d.Notes {
		t.para(n, "note: ", 0)
	}
	t.line("")
	t.facts(d.Facts)
	t.health(d.Health)
	t.line("")
	WriteTranscript(t, d)
	t.line("")
	t.para(d.Filter, "Wireshark: ", 0)
}

func (t *text) finding(f *document.Finding) {
	t.line("")
	t.para(f.Summary, strings.ToUpper(f.Severity)+": ", 0)
	t.para(joined(", ", f.Certainty, f.Code, f.Frames), "  ", 0)
	for _, part := range []document.Fact{{Name: "Do", Text: f.Advice}, {Name: "Weighed", Text: f.Against}, {Name: "Not to be seen here", Text: f.Elsewhere}} {
		if part.Text != "" {
			t.para(part.Text, "  "+part.Name+": ", 0)
		}
	}
}

func (t *text) health(list []document.Health) {
	if len(list) == 0 {
		return
	}
	t.line("")
	t.line(fmt.Sprintf("%-42s %15s  %15s", "TCP", "client", "server"))
	for _, h := range list {
		t.line(fmt.Sprintf("%-42s %15s  %15s", h.Name, short(h.Client), short(h.Server)))
	}
}

// short keeps a cell of the health table in its columns.
func short(s string) string { return report.Shorten(strings.ReplaceAll(s, "under ", "<"), 15) }

// arrows are the directions of a transcript.
var arrows = map[string]string{"client": "C->S", "server": "C<-S", "log": "log "}

// WriteTranscript writes the lines of a session as columns: seconds, frame,
// direction, words. No line is wider than Width.
func WriteTranscript(w io.Writer, d *document.Detail) {
	for i := range d.Lines {
		l := &d.Lines[i]
		if l.Gap {
			fmt.Fprintf(w, "%11s %s left out\n", "...", report.Count(d.LinesCut, "line", "lines"))
		}
		frame, arrow := l.Frame, arrows[l.Side]
		if l.Side == "log" {
			frame = frame[strings.LastIndexByte(frame, ':')+1:]
		}
		if arrow == "" {
			arrow = "    "
		}
		margin := fmt.Sprintf("%11s %7s  %s  ", l.At, frame, arrow)
		if len(margin) > 2*widestMark { // after years, or behind billions of frames
			margin = "  "
		}
		words := strings.Split(l.Words, "\n")
		for i, line := range words {
			words[i] = report.Wrap(line, Width-len(margin), 2)
		}
		fmt.Fprintf(w, "%s\n", trimmed(margin+onLines(strings.Join(words, "\n"), len(margin))))
	}
}
