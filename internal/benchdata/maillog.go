package benchdata

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// logLine is one line with its time.
type logLine struct {
	at   int64
	text string
}

// Log writes what Postfix would have logged of the sessions of a truth: some
// seven lines each, in the order of their times.
func Log(w io.Writer, truth io.Reader) error {
	var lines []logLine
	number := 0
	err := eachLine(truth, func(line []byte) error {
		var t Truth
		if err := json.Unmarshal(line, &t); err != nil {
			return err
		}
		if t.Phase != "connect" {
			number++
			lines = t.log(lines, 1000+number%3000)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(lines, func(a, b logLine) int { return cmp.Compare(a.at, b.at) })
	out := bufio.NewWriterSize(w, 1<<20)
	for _, l := range lines {
		fmt.Fprintf(out, "%s mx postfix/%s\n", time.Unix(0, l.at).UTC().Format("2006-01-02T15:04:05.000000+00:00"), l.text)
	}
	return out.Flush()
}

// log adds the lines of one session, spread evenly over its time.
func (t *Truth) log(lines []logLine, process int) []logLine {
	ip, port, _ := strings.Cut(t.Client, ":")
	smtpd := func(format string, args ...any) string {
		return fmt.Sprintf("smtpd[%d]: ", process) + fmt.Sprintf(format, args...)
	}
	texts := []string{smtpd("connect from unknown[%s]:%s", ip, port)}
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.QueueID == "" {
			continue
		}
		texts = append(texts,
			smtpd("%s: client=unknown[%s]:%s", m.QueueID, ip, port),
			fmt.Sprintf("cleanup[%d]: %s: message-id=%s", process+1, m.QueueID, m.MessageID),
			fmt.Sprintf("qmgr[900]: %s: from=<%s>, size=%d, nrcpt=%d (queue active)", m.QueueID, m.From, m.Bytes, m.Recipients),
			fmt.Sprintf("local[%d]: %s: to=<user@example.com>, relay=local, delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)", process+2, m.QueueID),
			fmt.Sprintf("qmgr[900]: %s: removed", m.QueueID))
	}
	if t.How == "rst" || t.How == "fin" && t.By == "client" {
		texts = append(texts, smtpd("lost connection after %s from unknown[%s]:%s", strings.ToUpper(t.Phase), ip, port))
	}
	if t.By != "unknown" {
		texts = append(texts, smtpd("disconnect from unknown[%s]:%s commands=1", ip, port))
	}
	for i, text := range texts {
		lines = append(lines, logLine{t.Start + (t.End-t.Start)*int64(i)/int64(max(len(texts)-1, 1)), text})
	}
	return lines
}
