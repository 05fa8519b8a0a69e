package canarylog

import (
	"fmt"
	"strings"
)

// clock is the time, a little later with each look at it.
func (l *log) clock(layout string) string {
	return l.now.Format(layout)
}

// head is what a syslog daemon puts before the lines of a program: RFC 3164,
// RFC 5424, and what stands in files, journals and containers' logs.
func (l *log) head(tag, _ string) string {
	pid := 100 + l.r.IntN(60000)
	host := l.one("mx1", "mx1.example.org", "192.0.2.25", "localhost")
	classic := l.clock("Jan _2 15:04:05")
	iso := l.clock("2006-01-02T15:04:05.000000-07:00")
	return l.one(
		fmt.Sprintf("%s %s %s[%d]: ", classic, host, tag, pid),
		fmt.Sprintf("%s %s %s[%d]: ", classic, host, tag, pid),
		fmt.Sprintf("%s %s %s[%d]: ", iso, host, tag, pid),
		fmt.Sprintf("<22>%s %s %s[%d]: ", classic, host, tag, pid),
		fmt.Sprintf("<22>1 %s %s %s %d - - ", iso, host, tag, pid),
		fmt.Sprintf("<22>1 %s %s %s %d ID47 [x@1 x=\"c\"] \ufeff", iso, host, tag, pid),
		fmt.Sprintf("%s %s %s: ", classic, host, tag),
		fmt.Sprintf("%s %s %s[%d]: [ID 197553 mail.info] ", classic, host, tag, pid),
		fmt.Sprintf("%s   INFO   %s[%d]: ", iso, tag, pid),
		fmt.Sprintf("%s %s %s %s[%d]: ", classic, host, classic, tag, pid),
	)
}

func (l *log) ciscoHead() string {
	asctime := l.clock("Mon Jan _2 15:04:05 2006")
	level := l.one("Info", "Info", "Debug", "Trace", "Warning") + ": "
	return l.one(asctime+" "+level, asctime+" "+level, l.clock("<166>Jan _2 15:04:05")+" debug_logs: "+level, l.clock("Jan _2 15:04:05")+" esa1 inj_debug: "+level,
		l.clock("Jan _2 15:04:05")+" esa1 app: "+asctime+" "+level, l.clock("<22>1 2006-01-02T15:04:05Z")+" esa1 debug_logs - - - "+level)
}

// carriers put a line into something else: a container's log, a journal as JSON,
// or as it is exported, a compose's output.
var carriers = []func(l *log, line string) string{
	func(l *log, line string) string {
		return l.clock("2006-01-02T15:04:05.000000000Z") + " stderr F " + line
	},
	func(l *log, line string) string {
		return fmt.Sprintf(`{"log":%s,"stream":"stderr","time":"%s"}`, quoted(line+"\n"), l.clock("2006-01-02T15:04:05.000000000Z"))
	},
	func(l *log, line string) string {
		return fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"1767323045000000","SYSLOG_IDENTIFIER":"postfix/smtpd","MESSAGE":%s,"_PID":"7"}`, quoted(bodyOf(line)))
	},
	func(l *log, line string) string {
		return fmt.Sprintf(`{"MESSAGE" : %s, "_PID" : "7"}`, quoted(bodyOf(line)))
	},
	func(l *log, line string) string { return "MESSAGE=" + bodyOf(line) },
	func(l *log, line string) string { return "    MESSAGE=" + bodyOf(line) },
	func(l *log, line string) string { return "mail-1  | " + line },
	func(l *log, line string) string { return "mail-1  | " + bodyOf(line) },
	func(l *log, line string) string { return bodyOf(line) },
	func(l *log, line string) string { return "192.0.2.80:45924 : local1.info " + line },
	func(l *log, line string) string { return "/var/log/maillog:17:" + line },                    // grep
	func(l *log, line string) string { return "> " + line },                                      // a mail that quotes it
	func(l *log, line string) string { return "\t" + line },                                      // indented
	func(l *log, line string) string { return `"` + strings.ReplaceAll(line, `"`, `""`) + `",` }, // a spreadsheet
	func(l *log, line string) string { return l.clock("Jan _2 15:04:05") + " mx1 " + bodyOf(line) },
	func(l *log, line string) string { return l.clock("Jan _2 15:04:05") + " mx1 docker/mail[9]: " + line },
	func(l *log, line string) string {
		return l.clock("2006-01-02 15:04:05") + " " + bodyOf(line)
	},
	func(l *log, line string) string { return "\x1b[32m" + line + "\x1b[0m" },
}

func quoted(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "<", l3c(s), ">", l3e(s)).Replace(s)
	return `"` + s + `"`
}

// Some encoders write angle brackets so that HTML may hold them.
func l3c(s string) string { return pick(len(s)%3 == 0, `\u003c`, "<") }
func l3e(s string) string { return pick(len(s)%3 == 0, `\u003e`, ">") }

// bodyOf is a line without its header, as well as can be told.
func bodyOf(line string) string {
	return line[headLen(line):]
}

// headLen is the length of a header that ends with a pid; 0 if none does.
func headLen(line string) int {
	i := strings.Index(line, "]: ")
	if i < 0 {
		return 0
	}
	if pid := line[strings.LastIndexByte(line[:i], '[')+1 : i]; strings.Trim(pid, "0123456789") != "" {
		return 0
	}
	return i + len("]: ")
}
