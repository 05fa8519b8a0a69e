package gatewaylog

import "strings"

// blankContent blanks what a line tells of a mail's content: its subject, and
// the header or line of the body that a rule has found.
func blankContent(s string, asked rules) string {
	for i := range contentRules {
		if x := &contentRules[i]; asked&x.rules != 0 && (x.word == "" || strings.Contains(s, x.word)) {
			s = x.blank(s)
		}
	}
	return s
}

// contentRules are what blanks content, and a word without which there is none.
var contentRules = []struct {
	rules
	word  string
	blank func(string) string
}{
	{ruleMatched, "", blankMatched},
	{ruleBounce, "Bounced: ", blankBounce},
	{ruleTopic, ` T="`, blankTopic},
	{ruleCEF, cefMark, blankCEF},
	{ruleRuleset, "ruleset=", blankRuleset},
	{ruleMilter, "ilter ", blankMilter},
	{ruleLogged, " DCID ", blankLogged},
	{rulePureMessage, "=?q?", blankPureMessage},
	{ruleSubject, "", blankSubjects},
	{ruleEvent, "", blankEvent},
}

// blankTopic blanks the subject that Exim logs with log_selector +subject.
func blankTopic(s string) string {
	i := strings.Index(s, ` T="`) + len(` T="`)
	end := i + subjectEnd(s[i:])
	return s[:i] + blankedUnlessEmpty(s[i:end]) + s[end:]
}

// blankRuleset blanks what a rule set of the administrator's own was given:
// those for headers get their values (sendmail, "HSubject: $>CheckSubject").
func blankRuleset(s string) string {
	_, name, _ := strings.Cut(s, "ruleset=")
	name, _, _ = strings.Cut(name, ",")
	i := strings.Index(s, ", arg1=")
	if i < 0 || rulesets[name] {
		return s
	}
	i += len(", arg1=")
	end := len(s)
	for _, next := range []string{", relay=", ", reject="} {
		if n := strings.LastIndex(s[i:end], next); n >= 0 {
			end = i + n
		}
	}
	return s[:i] + blankedUnlessEmpty(s[i:end]) + s[end:]
}

// rulesets are those that are given addresses, names and sizes (cf/README).
var rulesets = map[string]bool{
	"check_relay": true, "check_mail": true, "check_rcpt": true, "check_vrfy": true, "check_expn": true, "check_etrn": true, "check_compat": true, "checkcompat": true,
	"check_data": true, "check_eoh": true, "check_eom": true, "tls_client": true, "tls_server": true, "tls_rcpt": true, "try_tls": true, "srv_features": true, "trust_auth": true, "authinfo": true,
}

// blankMilter blanks the headers that a filter adds or changes (sendmail
// milter.c): "Milter change: header Subject: from … to …".
func blankMilter(s string) string {
	for _, what := range []string{"Milter add: header: ", "Milter change: header ", "Milter delete: header ", "Milter insert ("} {
		i := strings.Index(s, what)
		if i < 0 {
			continue
		}
		i += len(what)
		if what == "Milter insert (" {
			_, rest, ok := strings.Cut(s[i:], "header: ")
			if !ok {
				continue
			}
			i = len(s) - len(rest)
		}
		if name, value, ok := strings.Cut(s[i:], ":"); ok && strings.TrimSpace(value) != "" && !headersShown[lowerWord(strings.TrimPrefix(name, " "))] {
			return s[:i+len(name)+1] + " " + blanked
		}
	}
	return s
}

// blankLogged blanks the headers that AsyncOS was told to log, except those that
// say where the mail came from and went: "Message done … [('x-a', '…'), …]".
func blankLogged(s string) string {
	from := strings.Index(s, "[('")
	if from < 0 {
		return s
	}
	var out strings.Builder
	done := 0
	for i := from; ; {
		n := strings.Index(s[i:], "('")
		if n < 0 {
			break
		}
		i += n + len("('")
		name, value, ok := strings.Cut(s[i:], "', ")
		if !ok || value == "" {
			break
		}
		i += len(name) + len("', ")
		quote := value[:1]
		if value[0] == '\\' && len(value) > 1 { // in JSON
			quote = value[:2]
		}
		if last := quote[len(quote)-1]; last != '\'' && last != '"' || headersShown[lowerWord(name)] {
			continue
		}
		begin := i + len(quote)
		if end := begin + loggedEnd(s[begin:], quote); end > begin && s[begin:end] != "None" { // which the mail did not have
			out.WriteString(s[done:begin])
			out.WriteString(blanked)
			done, i = end, end
		}
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// loggedEnd is where such a value ends: where another follows, or the list ends.
func loggedEnd(s, quote string) int {
	for i := 0; ; i += len(quote) {
		n := strings.Index(s[i:], quote+")")
		if n < 0 {
			return len(s)
		}
		if i += n; strings.HasPrefix(s[i+len(quote):], "), (") || strings.HasPrefix(s[i+len(quote):], ")]") {
			return i
		}
	}
}

// blankPureMessage blanks the subject of message_log, in which "_" stands for a
// blank: "S=?q?Re:_your_mail".
func blankPureMessage(s string) string {
	var out strings.Builder
	done := 0
	for i := 0; ; {
		n := strings.Index(s[i:], "=?q?")
		if n < 0 {
			break
		}
		i += n + len("=?q?")
		if at := i - len("S=?q?"); at < 0 || s[at]|0x20 != 's' || at > 0 && isWordByte(s[at-1]) {
			continue
		}
		end := len(s)
		if n := strings.IndexAny(s[i:], " |"); n >= 0 {
			end = i + n
		}
		out.WriteString(s[done:i])
		out.WriteString(blankedUnlessEmpty(s[i:end]))
		done, i = end, end
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

func blankedUnlessEmpty(s string) string {
	if s == "" {
		return s
	}
	return blanked
}

// subjectEnd is where a subject ends that Exim has written: quotes in it are
// escaped, or should be, so the last one counts that something follows which
// stands behind a subject (log.c; receive.c), or the one that ends the line.
func subjectEnd(s string) int {
	end := -1
	for _, next := range []string{`" from <`, `" for `, `" id=`, `" DN=`, `" Ci=`} {
		end = max(end, strings.LastIndex(s, next))
	}
	if end >= 0 {
		return end
	}
	if rest := strings.TrimRight(s, " \t"); strings.HasSuffix(rest, `"`) {
		return len(rest) - 1
	}
	return len(s) // the line breaks off: a quote in it is the subject's
}

// headersShown say where a mail came from and went, not what it is about.
var headersShown = map[string]bool{
	"received": true, "message-id": true, "resent-message-id": true, "date": true, "from": true, "to": true, "cc": true,
	"sender": true, "reply-to": true, "return-path": true, "delivered-to": true,
}

// blankMatched blanks what header_checks and body_checks found (Postfix
// cleanup_message.c): "reject: header Subject: … from host[address]; from=<".
func blankMatched(s string) string {
	for _, what := range []string{": header ", ": body ", ": content "} {
		i := strings.Index(s, what)
		if i < 0 || !matches[s[strings.LastIndexByte(s[:i], ' ')+1:i]] {
			continue
		}
		i += len(what)
		end, told := strings.LastIndex(s, "; from=<"), len(s)
		if end < i { // the line breaks off
			end = len(s)
		} else {
			told = end
			if from := strings.LastIndex(s[i:end], " from "); from >= 0 {
				end = i + from
			}
		}
		if name, _, ok := strings.Cut(s[i:end], ":"); ok && what == ": header " && strings.IndexByte(name, ' ') < 0 {
			if name := lowerWord(name); headersShown[name] || strings.HasPrefix(name, "x-spam-") { // a filter's
				continue
			}
			i += len(name) + len(": ")
		}
		written := ""
		if n := strings.Index(s[told:], ">: "); n >= 0 && (strings.Contains(s[:i], ": replace: ") || strings.Contains(s[:i], ": prepend: ")) {
			written = s[told+n+len(">: "):] // what stands there instead
		}
		if i < end {
			s = s[:i] + blanked + s[end:len(s)-len(written)] + blankedUnlessEmpty(written)
		}
	}
	return s
}

// matches are the actions that are logged with what was found.
var matches = map[string]bool{
	"reject": true, "warning": true, "warn": true, "info": true, "hold": true, "discard": true, "redirect": true, "filter": true, "replace": true, "prepend": true, "strip": true, "bcc": true, "delay": true,
}

func lowerWord(s string) string {
	if len(s) > 32 {
		return ""
	}
	return strings.ToLower(s)
}

// blankBounce blanks what AsyncOS's bounce log quotes of the mail.
func blankBounce(s string) string {
	for _, from := range []string{" Headers: ", " Message: "} {
		if i := strings.Index(s, from); i >= 0 && strings.Contains(s[:i], "Bounced: ") {
			s = s[:i+len(from)] + blanked
		}
	}
	return s
}

// blankCEF blanks the subject and the names of attachments in AsyncOS's consolidated event log.
func blankCEF(s string) string {
	mark := strings.Index(s, cefMark)
	var out strings.Builder
	done := 0
	eachCEF(s[mark:], func(key string, from, to int) {
		if key != "msg" && key != "ESAAttachmentDetails" {
			return
		}
		from, to = mark+from, mark+to
		if value := strings.TrimRight(s[from:to], " "); value != "" {
			out.WriteString(s[done:from])
			out.WriteString(blanked)
			done = from + len(value)
		}
	})
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// blankSubjects blanks what is named a subject, in the forms that logs have.
func blankSubjects(s string) string {
	var out strings.Builder
	done := 0
	for from := 0; from < len(s); {
		i := strings.Index(s[from:], "ubject")
		if i < 0 {
			break
		}
		i += from
		from = i + len("ubject")
		if i == 0 || s[i-1]|0x20 != 's' || i > 1 && isWordByte(s[i-2]) || strings.HasSuffix(lowerEnd(s[:i-1]), "certificate ") {
			continue
		}
		if begin, end := subjectAt(s, i-1, from); begin < end {
			out.WriteString(s[done:begin])
			out.WriteString(blanked)
			done, from = end, end
		}
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// blankEvent blanks what Symantec's audit log tells of a mail's content.
func blankEvent(s string) string {
	for _, event := range []string{"|SUBJECT|", "|ATTACH|", "|ATTACHFILTER|"} {
		if i := strings.Index(s, event); i >= 0 {
			i += len(event)
			s = s[:i] + blankedUnlessEmpty(s[i:])
		}
	}
	return s
}

// lowerEnd is the end of a text in lower case, as much as a word takes.
func lowerEnd(s string) string { return strings.ToLower(s[max(0, len(s)-16):]) }

// subjectAt is where the value stands of a subject whose name begins at name
// and ends before i.
func subjectAt(s string, name, i int) (begin, end int) {
	rest := s[i:]
	switch {
	case strings.HasSuffix(strings.TrimRight(s[:name], "0123456789 \t"), "MID"): // Cisco: "MID 6 Subject '…'", which may go on in the next line
		begin = i + len(rest) - len(strings.TrimLeft(rest, " "))
		if n := len(s) - 1; n > begin && (s[begin] == '\'' || s[begin] == '"') && s[n] == s[begin] {
			return begin + 1, n
		}
		return begin, len(s)
	case name > 0 && strings.HasPrefix(rest, " ") && strings.Trim(s[:name], " \t") == "": // the same, in the next line
		return i + 1, len(s)
	case strings.HasPrefix(rest, "', '"), strings.HasPrefix(rest, `', "`): // the same, of a bounce: [('Subject', '…')]
		return i + 4, lastOr(s, i+4, rest[3:4]+")")
	case strings.HasPrefix(rest, `', \`): // the same, as JSON
		n := 3 + len(rest[3:]) - len(strings.TrimLeft(rest[3:], `\`))
		if n == len(rest) || rest[n] != '"' {
			return 0, 0
		}
		return i + n + 1, lastOr(s, i+n+1, rest[3:n+1]+")")
	case strings.HasPrefix(rest, " '"), strings.HasPrefix(rest, ` "`), strings.HasPrefix(rest, `="`), strings.HasPrefix(rest, `='`):
		return i + 2, lastOr(s, i+2, rest[1:2])
	case strings.HasPrefix(rest, ":"):
		begin = i + 1
		for begin < len(s) && s[begin] == ' ' {
			begin++
		}
		line, _, _ := cutLine(s[begin:])
		if strings.HasPrefix(line, blanked) { // by blankMatched, which knows what follows
			return 0, 0
		}
		end = begin + len(line)
		if q := quoteBefore(s, name); q != "" {
			end = begin + max(0, strings.LastIndex(line, q))
			if end == begin {
				end += len(line)
			}
		}
		return begin, end
	case strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=/"): // a certificate's begins so
		return i + 1, len(s)
	}
	return 0, 0
}

// quoteBefore is the quote that a name stands behind.
func quoteBefore(s string, name int) string {
	if name > 0 && (s[name-1] == '\'' || s[name-1] == '"') {
		return s[name-1 : name]
	}
	return ""
}

// lastOr is where the last of what closes stands, from a place on; else the end.
func lastOr(s string, from int, closes string) int {
	if i := strings.LastIndex(s[from:], closes); i >= 0 {
		return from + i
	}
	return len(s)
}
