// Package markdown writes a report for the form of a ticket system. What came
// from the wire stands in code spans and code blocks only, in which no markup,
// link or mention can arise; the words around it are ours.
package markdown

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/report/mailtext"
)

// Write writes the Markdown (CommonMark with the tables of GitHub).
func Write(w io.Writer, d *document.Document) error {
	m := &markdown{Writer: bufio.NewWriterSize(w, 1<<16)}
	m.head(1, text(d.Title))
	m.firstPage(d)
	m.capture(d)
	if !d.Single {
		m.incident(d)
	}
	m.details(d)
	if !d.Single && len(d.Others.Rows) > 0 {
		m.head(2, "The other sessions")
		m.listing(&d.Others)
	}
	m.line("---", "")
	m.line(fmt.Sprintf("Written by %s %s. Credentials and the content of mails are not in this report.", text(d.Tool.Name), text(d.Tool.Version)))
	return m.Flush()
}

// markdown is the report while it is written. Errors of the writer are sticky
// and come out of Flush.
type markdown struct{ *bufio.Writer }

func (m *markdown) line(lines ...string) {
	for _, l := range lines {
		m.WriteString(l)
		m.WriteByte('\n')
	}
}

func (m *markdown) head(level int, s string) {
	m.line(strings.Repeat("#", level)+" "+s, "")
}

func (m *markdown) list(items []string) {
	for _, item := range items {
		m.line("- " + text(item))
	}
	if len(items) > 0 {
		m.line("")
	}
}

func (m *markdown) firstPage(d *document.Document) {
	m.line("**Asked:** "+text(d.Asked), "")
	m.line("**Answer:** "+texts(d.Answer), "")
	m.line("**How sure:**", "")
	m.list(d.Sure)
	if len(d.Next) > 0 {
		m.line("**What to do next:**", "")
		m.list(d.Next)
	}
}

// texts joins sentences; each is escaped by itself, so that one with words
// from the wire does not draw the others into its code span.
func texts(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return strings.Join(out, " ")
}

func (m *markdown) table(names ...string) {
	m.line("| "+strings.Join(names, " | ")+" |", "|"+strings.Repeat(" --- |", len(names)))
}

func (m *markdown) row(cells ...string) { m.line("| " + strings.Join(cells, " | ") + " |") }

func (m *markdown) facts(list []document.Fact) {
	m.table("", "")
	for _, f := range list {
		m.row(cell(f.Name), cell(f.Text))
	}
	m.line("")
}

func (m *markdown) capture(d *document.Document) {
	m.head(2, "The capture")
	m.facts(d.Facts)
	if len(d.Files) > 0 {
		m.table("file", "packets, span", "SHA-256")
		for _, f := range d.Files {
			hash := "not computed"
			if f.SHA256 != "" {
				hash = cell(f.SHA256)
			}
			m.row(cell(f.Name), strings.Trim(cell(f.Packets)+", "+cell(f.Span), ", "), hash)
		}
		m.line("")
	}
	m.list(d.Quality)
	m.list(d.Errors)
	if words := d.RedactedWords(); words != "" {
		m.line(text(words), "")
	}
}

func (m *markdown) incident(d *document.Document) {
	if len(d.Patterns) > 0 {
		m.head(2, "What they have in common")
		for _, p := range d.Patterns {
			m.line(fmt.Sprintf("- %s (%s, %s)", text(p.Summary), text(p.Certainty), p.CountWords()))
			if p.Advice != "" {
				m.line("  - Do: " + text(p.Advice))
			}
		}
		m.line("")
	}
	if d.Alike {
		m.head(2, "Sessions that ended alike")
		for _, g := range d.Groups {
			m.line(fmt.Sprintf("- **%s**: %s", report.Thousands(g.Count), text(mailtext.GroupWords(&g, d))))
		}
		if words := d.GroupsLeftWords(); words != "" {
			m.line("", text(words))
		}
		m.line("")
	}
	m.tally("verdict", d.Verdicts)
	m.tally("client", d.Clients)
	m.tally(d.HoursAre, d.Hours)
	if len(d.Abnormal.Rows) > 0 {
		m.head(2, "Sessions that ended abnormally")
		m.listing(&d.Abnormal)
	}
}

func (m *markdown) tally(name string, list []document.Tally) {
	if len(list) == 0 {
		return
	}
	m.table("by "+name, "sessions", "abnormal")
	for _, one := range list {
		m.row(cell(one.Name), report.Thousands(one.All), report.Thousands(one.Abnormal))
	}
	m.line("")
}

func (m *markdown) listing(l *document.Listing) {
	names := []string{"session", "began", "lasted", "client, server", "mail", "how it ended"}
	if l.Log {
		names = append(names, "the log says")
	}
	m.table(names...)
	for i := range l.Rows {
		r := &l.Rows[i]
		cells := []string{fmt.Sprint(r.Number), cell(r.Start), cell(r.Lasted), cell(r.Client + " " + r.Server), cell(r.Envelope), cell(r.Verdict)}
		if l.Log {
			cells = append(cells, cell(r.Log))
		}
		m.row(cells...)
	}
	m.line("")
	if words := l.LeftWords(); words != "" {
		m.line(text(words), "")
	}
}

func (m *markdown) details(d *document.Document) {
	if len(d.Details) == 0 {
		return
	}
	if words := d.UntoldWords(); words != "" {
		m.line(text(words), "")
	}
	for _, one := range d.Details {
		m.session(one)
	}
}

func (m *markdown) session(d *document.Detail) {
	m.head(2, fmt.Sprintf("Session %d: %s", d.Number, text(d.Client+" → "+d.Server)))
	m.line("**"+text(d.Verdict)+"**", "")
	m.list(d.Doubts)
	for i := range d.Findings {
		m.finding(&d.Findings[i])
	}
	m.list(d.Mails)
	if d.HasLog {
		m.line("The gateway's log: "+text(d.LogSays), "")
		if d.LogClock != "" {
			m.line("Clocks: "+text(d.LogClock), "")
		}
	}
	m.list(d.Notes)
	m.facts(d.Facts)
	if len(d.Health) > 0 {
		m.table("TCP", "client", "server")
		for _, h := range d.Health {
			m.row(cell(h.Name), cell(h.Client), cell(h.Server))
		}
		m.line("")
	}
	var b bytes.Buffer
	mailtext.WriteTranscript(&b, d)
	m.block(b.String())
	m.line("Wireshark filter:", "")
	m.block(d.Filter + "\n")
}

func (m *markdown) finding(f *document.Finding) {
	m.line(fmt.Sprintf("**%s, %s:** %s", text(f.Severity), text(f.Certainty), text(f.Summary)), "")
	for _, part := range []document.Fact{{Name: "Evidence", Text: strings.TrimSpace(f.Code + " " + f.Frames)}, {Name: "Do", Text: f.Advice},
		{Name: "Weighed", Text: f.Against}, {Name: "Not to be seen here", Text: f.Elsewhere}} {
		if part.Text != "" {
			m.line("- " + part.Name + ": " + text(part.Text))
		}
	}
	m.line("")
}

// block writes lines as they are, between fences that are longer than any run
// of backticks in them.
func (m *markdown) block(s string) {
	fence := strings.Repeat("`", max(3, longestRun(s)+1))
	m.line(fence + "text")
	m.WriteString(s)
	m.line(fence, "")
}
