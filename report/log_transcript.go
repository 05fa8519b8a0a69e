package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"smtpscope/capture"
	"smtpscope/session"
)

// logTold writes the lines of the log that stand before a moment of the
// capture, and says how many it has written in all. Without an offset the
// lines come at the end.
func (t *transcript) logTold(done int, before capture.Time) int {
	l := t.session.Record.Log
	if l == nil || l.Offset == nil {
		return done
	}
	for done < len(l.Entries) {
		if t.logMoment(done) > before {
			break
		}
		t.logEntry(done)
		done++
	}
	return done
}

// logMoment is when a line of the log was written, 0 where it is not known.
func (t *transcript) logMoment(i int) capture.Time {
	if i < len(t.session.LogMoments) {
		return capture.Time(t.session.LogMoments[i])
	}
	return 0
}

func (t *transcript) logEntry(i int) {
	e, since := &t.session.Record.Log.Entries[i], ""
	if at := t.logMoment(i); at != 0 {
		since = t.since(at)
	}
	margin := fmt.Sprintf("%*s %7s  %s  ", timeColumns, since, ":"+strconv.FormatInt(e.Line, 10), "log")
	indent := lineWidth(margin)
	text := wrap(LogText(e.Text), t.style.width()-indent, 4)
	fmt.Fprint(t, t.style.paint(paintFaint, margin))
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			fmt.Fprint(t, strings.Repeat(" ", indent))
		}
		fmt.Fprintln(t, t.style.paint(paintOdd, line))
	}
}

// logRest writes the lines behind the last packet.
func (t *transcript) logRest(done int) {
	l := t.session.Record.Log
	if l == nil {
		return
	}
	for i := done; i < len(l.Entries); i++ {
		t.logEntry(i)
	}
	if l.EntriesCut > 0 {
		fmt.Fprintf(t, "%*s  %s of the log left out\n", timeColumns, "…", Count(l.EntriesCut, "line", "lines"))
	}
}

// logFoot says what the log has on the session.
func (t *transcript) logFoot() {
	l := t.session.Record.Log
	if l == nil {
		return
	}
	switch l.Status {
	case "matched":
		t.line("log: "+LogLine(&t.session.Record), nil)
	default:
		t.line("log: "+LogLine(&t.session.Record), paintOdd)
	}
}

// logWho names a session as the log does.
func logWho(l *session.Log) string {
	who := strings.TrimSuffix(Printable(l.Gateway)+" "+Printable(l.Connection), " ")
	if len(l.Messages) > 0 {
		who += ", mail " + Printable(strings.Join(l.Messages, " "))
	}
	return who
}

func agreement(r *session.Record) (words string) {
	l := r.Log
	switch {
	case l.Agrees == "yes" && r.EndShown():
		words = " (agrees with the packets)"
	case l.Agrees == "yes": // of what was compared the end is no part
		words = " (agrees with the packets as far as they go)"
	case l.Agrees == "no":
		words = " (differs: " + Printable(l.Difference) + ")"
	case l.Agrees == "unknown":
		words = " (cannot be held against the packets)"
	}
	if len(l.Unseen) > 0 {
		words += "; the packets do not show " + Count(int64(len(l.Unseen)), "of these mails", "of these mails") + ": " + Printable(strings.Join(l.Unseen, " "))
	}
	if l.Stage != "" {
		words += "; the log's stage: " + Printable(l.Stage)
	}
	return words
}

// maxLogText is how much of one line of a log is shown, in bytes: more than
// gateways write of a mail, and little enough that some hundred lines made to be
// long do not make a report that nobody can open. JSON has it all.
const maxLogText = 8 << 10

// LogText is a line of a log, for people to read.
func LogText(line string) string {
	if len(line) <= maxLogText {
		return Printable(line)
	}
	end := maxLogText
	for end > maxLogText-utf8.UTFMax && !utf8.RuneStart(line[end]) {
		end--
	}
	return Printable(line[:end]) + "… (" + Count(int64(len(line)-end), "byte", "bytes") + " more)"
}
