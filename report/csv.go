package report

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"smtpscope/diagnosis"
	"smtpscope/session"
)

// A csvColumn is one column of the CSV form. The names are a contract like
// those of the record: columns are added at the end, none is renamed.
type csvColumn struct {
	name  string
	value func(r *session.Record) string
}

var csvColumns = []csvColumn{
	{"session", func(r *session.Record) string { return number(r.Session) }},
	{"source", func(r *session.Record) string { return r.Source }},
	{"source_frame", func(r *session.Record) string { return number(r.SourceFrame) }},
	{"start", func(r *session.Record) string { return stamp(r.Start) }},
	{"end", func(r *session.Record) string { return stamp(r.End) }},
	{"duration", func(r *session.Record) string { return seconds(r.Duration) }},
	{"client_ip", func(r *session.Record) string { return r.Client.IP.String() }},
	{"client_port", func(r *session.Record) string { return number(int64(r.Client.Port)) }},
	{"server_ip", func(r *session.Record) string { return r.Server.IP.String() }},
	{"server_port", func(r *session.Record) string { return number(int64(r.Server.Port)) }},
	{"direction", func(r *session.Record) string { return r.Direction }},
	{"protocol", func(r *session.Record) string { return r.Protocol }},
	{"hello", func(r *session.Record) string {
		if r.Hello == nil {
			return ""
		}
		return r.Hello.Name
	}},
	{"tls", func(r *session.Record) string {
		if r.TLS == nil {
			return ""
		}
		return r.TLS.Mode + " " + r.TLS.Handshake
	}},
	{"messages", func(r *session.Record) string { return number(int64(len(r.Messages) + r.MessagesCut)) }},
	{"outcomes", func(r *session.Record) string {
		return each(r, func(m *session.Message) string { return string(m.Outcome) })
	}},
	{"from", func(r *session.Record) string { return each(r, sender) }},
	{"to", func(r *session.Record) string { return each(r, recipients) }},
	{"content_bytes", func(r *session.Record) string { return each(r, contentBytes) }},
	{"queue_ids", func(r *session.Record) string {
		return each(r, func(m *session.Message) string { return m.QueueID })
	}},
	{"message_ids", func(r *session.Record) string {
		return each(r, func(m *session.Message) string { return m.MessageID })
	}},
	{"replies", func(r *session.Record) string { return each(r, messageReply) }},
	{"client_bytes", func(r *session.Record) string { return number(r.Bytes.Client) }},
	{"server_bytes", func(r *session.Record) string { return number(r.Bytes.Server) }},
	{"missing_bytes", func(r *session.Record) string { return number(r.Seen.MissingBytes) }},
	{"retransmitted", func(r *session.Record) string {
		return number(r.TCP.Retransmitted.Client + r.TCP.Retransmitted.Server)
	}},
	{"phase", func(r *session.Record) string { return r.Ended.Phase }},
	{"inferred", func(r *session.Record) string { return strconv.FormatBool(r.Ended.Inferred) }},
	{"how", func(r *session.Record) string { return string(r.Ended.How) }},
	{"by", func(r *session.Record) string { return r.Ended.By }},
	{"ended_frame", func(r *session.Record) string {
		if r.Ended.Frame == 0 {
			return ""
		}
		return number(r.Ended.Frame)
	}},
	{"ended_time", func(r *session.Record) string { return stamp(r.Ended.Time) }},
	{"idle", func(r *session.Record) string {
		if r.Ended.Idle == nil {
			return ""
		}
		return seconds(*r.Ended.Idle)
	}},
	{"abnormal", func(r *session.Record) string {
		if r.Abnormal == nil {
			return ""
		}
		return strconv.FormatBool(*r.Abnormal)
	}},
	{"probe", func(r *session.Record) string { return strconv.FormatBool(r.Probe) }},
	{"verdict", Verdict},
}

// csvFindingColumns are about the finding that leads; they stand last.
var csvFindingColumns = []csvColumn{
	{"finding", leadingCell(func(f *session.Finding) string { return f.Code })},
	{"certainty", leadingCell(func(f *session.Finding) string { return f.Certainty })},
	{"summary", leadingCell(func(f *session.Finding) string { return f.Summary })},
}

// leadingCell is a value of the finding that leads, empty where none does.
func leadingCell(value func(*session.Finding) string) func(*session.Record) string {
	return func(r *session.Record) string {
		if f := diagnosis.Leading(r.Findings); f != nil {
			return value(f)
		}
		return ""
	}
}

// csvLogColumns follow where a gateway's log was read.
var csvLogColumns = []csvColumn{
	{"log_status", logCell(func(l *session.Log) string { return l.Status })},
	{"log_connection", logCell(func(l *session.Log) string { return l.Connection })},
	{"log_ids", logCell(func(l *session.Log) string { return strings.Join(l.Messages, " ") })},
	{"log_words", logCell(func(l *session.Log) string { return l.Words })},
	{"log_agrees", logCell(func(l *session.Log) string { return l.Agrees })},
	{"log_difference", logCell(func(l *session.Log) string { return l.Difference })},
}

// CSV writes one row a session behind a row of column names (RFC 4180, with
// \n between rows). Each row is written when it comes.
type CSV struct {
	w       *csv.Writer
	columns []csvColumn
	row     []string
}

// NewCSV gives a CSV that writes to w, and writes the column names.
func NewCSV(w io.Writer) (*CSV, error) {
	return newCSV(w, slices.Concat(csvColumns, csvFindingColumns))
}

// NewCSVWithLog is NewCSV with columns for what the gateway's log has.
func NewCSVWithLog(w io.Writer) (*CSV, error) {
	return newCSV(w, slices.Concat(csvColumns, csvLogColumns, csvFindingColumns))
}

func newCSV(w io.Writer, columns []csvColumn) (*CSV, error) {
	c := &CSV{w: csv.NewWriter(w), columns: columns, row: make([]string, len(columns))}
	for i := range columns {
		c.row[i] = columns[i].name
	}
	return c, c.write()
}

// Session writes the row of one session.
func (c *CSV) Session(s *session.Session) error {
	for i := range c.columns {
		c.row[i] = cell(c.columns[i].value(&s.Record))
	}
	return c.write()
}

// Patterns have no row: a CSV file holds sessions only.
func (c *CSV) Patterns([]diagnosis.Pattern) error { return nil }

// Capture has no row: a CSV file holds sessions only.
func (c *CSV) Capture(*Capture) error { return nil }

func (c *CSV) write() error {
	if err := c.w.Write(c.row); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

// cell makes text safe for a spreadsheet: no control characters, and nothing
// that it would take for a formula. An apostrophe in front keeps a formula
// from being one (OWASP, "CSV Injection").
func cell(s string) string {
	s = Printable(s)
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

// each joins a value of every message with "; ", so that the n-th entry of
// each such column is about the n-th message.
func each(r *session.Record, value func(*session.Message) string) string {
	if len(r.Messages) == 1 {
		return value(r.Messages[0])
	}
	parts := make([]string, len(r.Messages))
	for i, m := range r.Messages {
		parts[i] = value(m)
	}
	return strings.Join(parts, "; ")
}

// sender is the address of MAIL; the null sender is "<>", to tell it from one
// that was not captured.
func sender(m *session.Message) string {
	switch {
	case m.From == nil:
		return ""
	case *m.From == "":
		return "<>"
	}
	return *m.From
}

func recipients(m *session.Message) string {
	list := make([]string, len(m.Recipients))
	for i, r := range m.Recipients {
		list[i] = r.Address
	}
	return strings.Join(list, " ")
}

func contentBytes(m *session.Message) string {
	if m.Transfer == nil {
		return ""
	}
	return number(m.Transfer.Bytes)
}

func messageReply(m *session.Message) string {
	if m.Reply == nil {
		return ""
	}
	return replyWords(code(m.Reply), m.Reply.Text)
}

// replyWords put a reply into one line.
func replyWords(code, text string) string {
	return strings.TrimSpace(code + " " + strings.ReplaceAll(text, "\n", " / "))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func stamp(t session.Time) string { return t.Time().Format("2006-01-02T15:04:05.999999999Z07:00") }

func seconds(s session.Seconds) string { return string(s.Append(nil)) }

// logCell is a value of the gateway's log, empty where none was read.
func logCell(value func(*session.Log) string) func(*session.Record) string {
	return func(r *session.Record) string {
		if r.Log == nil {
			return ""
		}
		return value(r.Log)
	}
}
