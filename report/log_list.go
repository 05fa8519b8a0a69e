package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"smtpscope/gatewaylog"
)

// LogConnection is a log connection as it is listed.
type LogConnection struct {
	*gatewaylog.Connection
	// Reason is why no packet was seen for it, where a capture was read too;
	// Sessions are the numbers of those that fit it about equally; At is its
	// start on the capture's clock, nil if unknown.
	Reason   string     `json:"reason,omitempty"`
	Sessions []int64    `json:"sessions,omitempty"`
	At       *time.Time `json:"at,omitempty"`
}

// NewLogJSONL writes log connections as JSON Lines, "type": "log-connection".
func NewLogJSONL(w io.Writer) *LogJSONL { return &LogJSONL{NewJSONL(w)} }

// LogJSONL is the form that NewLogJSONL gives.
type LogJSONL struct{ j *JSONL }

// Connection writes one line.
func (l *LogJSONL) Connection(c LogConnection) error {
	return l.j.write(struct {
		Type string `json:"type"`
		LogConnection
	}{"log-connection", c})
}

// Close has nothing to do.
func (l *LogJSONL) Close() error { return nil }

// LogCSV writes log connections as CSV, as CSV does sessions.
type LogCSV struct{ csv *csv.Writer }

var logCSVColumns = []struct {
	name  string
	value func(LogConnection) string
}{
	{"gateway", func(c LogConnection) string { return string(c.Product) }},
	{"host", func(c LogConnection) string { return c.Host }},
	{"id", func(c LogConnection) string { return c.ID }},
	{"direction", func(c LogConnection) string { return string(c.Direction) }},
	{"start", func(c LogConnection) string { return logStamp(c.Start) }},
	{"end", func(c LogConnection) string { return logStamp(c.End) }},
	{"client", func(c LogConnection) string { return peerWords(c.Client) }},
	{"server", func(c LogConnection) string { return peerWords(c.Server) }},
	{"helo", func(c LogConnection) string { return c.Helo }},
	{"tls", func(c LogConnection) string { return string(c.TLS.Established) }},
	{"message_ids", func(c LogConnection) string { return logEach(c, func(m *gatewaylog.Message) string { return m.ID }) }},
	{"from", func(c LogConnection) string { return logEach(c, logSender) }},
	{"to", func(c LogConnection) string { return logEach(c, logRecipients) }},
	{"outcomes", func(c LogConnection) string {
		return logEach(c, func(m *gatewaylog.Message) string { return string(m.Outcome.Kind) })
	}},
	{"how", func(c LogConnection) string { return string(c.Ended.How) }},
	{"by", func(c LogConnection) string { return c.Ended.By }},
	{"stage", func(c LogConnection) string { return string(c.Ended.Stage) }},
	{"words", func(c LogConnection) string { return c.Words() }},
	{"first_line", func(c LogConnection) string { return firstLine(c.Connection) }},
	{"reason", func(c LogConnection) string { return c.Reason }},
}

// NewLogCSV writes the row of column names.
func NewLogCSV(w io.Writer) (*LogCSV, error) {
	l := &LogCSV{csv.NewWriter(w)}
	names := make([]string, len(logCSVColumns))
	for i, c := range logCSVColumns {
		names[i] = c.name
	}
	return l, l.csv.Write(names)
}

// Connection writes one row.
func (l *LogCSV) Connection(c LogConnection) error {
	row := make([]string, len(logCSVColumns))
	for i, column := range logCSVColumns {
		row[i] = cell(column.value(c))
	}
	if err := l.csv.Write(row); err != nil {
		return err
	}
	l.csv.Flush()
	return l.csv.Error()
}

// Close writes what is left.
func (l *LogCSV) Close() error {
	l.csv.Flush()
	return l.csv.Error()
}

func arrowOf(d gatewaylog.Direction) string {
	switch d {
	case gatewaylog.Outbound:
		return "→ "
	case gatewaylog.Inbound:
		return "← "
	}
	return ""
}

func peerWords(p gatewaylog.Peer) string {
	switch {
	case p.Addr.IsValid() && p.Port != 0 && p.Addr.Is6():
		return "[" + p.Addr.String() + "]:" + strconv.Itoa(int(p.Port))
	case p.Addr.IsValid() && p.Port != 0:
		return p.Addr.String() + ":" + strconv.Itoa(int(p.Port))
	case p.Addr.IsValid():
		return p.Addr.String()
	}
	return p.Name
}

// shownMails is how many mails of a connection are listed.
const shownMails = 50

func logEach(c LogConnection, value func(*gatewaylog.Message) string) string {
	var words []string
	for _, m := range c.Messages[:min(len(c.Messages), shownMails)] {
		words = append(words, value(m))
	}
	if more := len(c.Messages) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, "; ")
}

// shortList is a list for a narrow column.
func shortList(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func logSender(m *gatewaylog.Message) string {
	switch {
	case !m.HasFrom:
		return "?"
	case m.From == "":
		return "<>"
	}
	return m.From
}

func logRecipients(m *gatewaylog.Message) string {
	if len(m.Recipients) == 0 {
		return "?"
	}
	words := m.Recipients[0].Address
	if more := len(m.Recipients) - 1; more > 0 {
		words += fmt.Sprintf(" +%d", more)
	}
	return words
}

func logStamp(t gatewaylog.Time) string {
	if t.IsZero() {
		return ""
	}
	if !t.ZoneKnown {
		return t.At.Format("2006-01-02T15:04:05.999999999")
	}
	return t.At.UTC().Format(time.RFC3339Nano)
}

func firstLine(c *gatewaylog.Connection) string {
	if len(c.Lines) == 0 {
		return ""
	}
	return c.Lines[0].File + ":" + strconv.FormatInt(c.Lines[0].Number, 10)
}
