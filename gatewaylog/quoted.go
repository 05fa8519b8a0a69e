package gatewaylog

import "strings"

// quote is where a product logs what a client said, from the words before it on.
type quote struct {
	opens  string                   // begins the quotation, or
	behind string                   // stands between the words and the quotation; "]" = the rest of an address, with or without a port
	closes []string                 // what it ends with, in its last place; none = the line
	shown  func(said string) string // what may be shown of it
}

// quotes are the quotations, by a word without which there are none, and a pair
// of its letters (screen.go).
var quotes = []struct {
	word, pair string
	of         []quote
}{
	{`"`, "\x00\"", []quote{
		{`input="`, "", []string{`"`}, blankSaid},                                     // Exim smtp_in.c: synchronization error
		{` error in "`, "", []string{`" H=`, `" U=`, `" [`}, blankSaid},               // the same: protocol and syntax errors
		{`last command was "`, "", []string{`", C=`, `",  C=`, `")`, `"`}, blankSaid}, // the same: too many errors
		{`(last was "`, "", []string{`")`, `"`}, blankSaid},                           // the same: too many nonmail commands
		{`rejected "`, "", []string{`" H=`, `" U=`}, blankSaid},                       // the same: before the input
		{`command="`, "", []string{`" result=`}, blankSaid},                           // OpenSMTPD smtp_session.c: failed-command
		{`command=\"`, "", []string{`\" result=`}, blankSaid},                         // the same, of a journal as JSON
		{"Failed command on session ", `: "`, []string{`" =>`}, blankSaid},            // the same, 5.x
		{`ommand unrecognized: "`, "", []string{`"`}, blankSaid},                      // sendmail srvrsmtp.c
		{`"< `, "]", []string{`"`}, blankSaid},                                        // Postfix, of a journal as JSON
		{`nrecognized command "`, "", []string{`"`}, blankSaid},                       // others
	}},
	{"ommand", "mm", []quote{
		{"command pipelining after ", "]", nil, blankSaid},             // Postfix smtpd.c
		{"non-SMTP command from ", "]", nil, blankSaid},                // the same
		{" in MAIL command: ", "", nil, blankArgument},                 // the same: illegal address syntax
		{" in RCPT command: ", "", nil, blankArgument},                 // the same
		{"open proxy: command=", "", nil, blankSaid},                   // sendmail srvrsmtp.c
		{"SMTP attack: command=", "", []string{", count="}, blankSaid}, // the same
		{"bad commands: ", "", nil, blankSaid},                         // the same
		{"Unknown command: ", "", nil, blankSaid},                      // AsyncOS
		{"Bad syntax for command: ", "", nil, blankSaid},               // the same
	}},
	{"COMMAND", "MM", []quote{
		{"COMMAND PIPELINING from ", ": ", nil, blankSaid}, // Postfix postscreen_smtpd.c
		{"NON-SMTP COMMAND from ", ": ", nil, blankSaid},   // the same
	}},
	{"PREGREET ", "GR", []quote{{"PREGREET ", ": ", nil, blankSaid}}}, // postscreen_early.c
	{"BARE NEWLINE ", "WL", []quote{{"BARE NEWLINE from ", " after ", nil, blankArgument}}},
	{"<-- ", "<-", []quote{{"<-- ", "", nil, blankSaid}}},                                                                                    // sendmail srvrsmtp.c, LogLevel above 14
	{"syntactically invalid", "yn", []quote{{"syntactically invalid argument(s): ", "", nil, blankArgument}}},                                // Exim smtp_in.c
	{"EHLO or HELO ", "LO", []quote{{"rejected EHLO or HELO ", "", nil, blankArgument}}},                                                     // the same, in the HELO ACL
	{" resp=", "p=", []quote{{" resp=", "", nil, func(string) string { return blanked }}}},                                                   // dovecot auth_debug, for a Postfix
	{"request longer than ", "qu", []quote{{"request longer than ", ": ", nil, blankSaid}}},                                                  // Postfix smtpd_chat.c
	{"Invalid ", "nv", []quote{{"Invalid sender address: ", "", nil, blankEncoded}, {"Invalid recipient address: ", "", nil, blankEncoded}}}, // AsyncOS
	{"$auth", "$a", []quote{{"$auth", " = ", nil, blankedUnlessEmpty}, {"$auth", ": ", nil, blankedUnlessEmpty}}},                            // Exim -d, an authenticator's variables
	{`\u003c `, `\u`, []quote{{`\u003c `, "]", []string{`\n"`, `"`}, blankSaid}}},                                                            // Postfix -v, in JSON that writes angle brackets so; either may be the client's
	{`\u003e `, `\u`, []quote{{`\u003e `, "]", []string{`\n"`, `"`}, blankSaid}}},
	{"] C: ", "C:", []quote{{"] C: ", "", nil, blankSaid}}},                                          // James and its like
	{"given password: ", "wo", []quote{{"given password: ", "", []string{")"}, blankedUnlessEmpty}}}, // dovecot auth_debug_passwords
	{"set_id=", "_i", []quote{{"set_id=", "", []string{")"}, blankEncoded}}},                         // Exim: what a client gave for its name
	{"sasl_username=", "_u", []quote{{"sasl_username=", "", nil, blankEncoded}}},                     // Postfix, the same
	{"rejected VRFY ", "RF", []quote{{"rejected VRFY ", "", nil, blankArgument}}},
}

// blankQuoted blanks what may be credentials in what the client said.
func blankQuoted(s string, asked rules) string {
	for n := range quotes {
		group := &quotes[n]
		if asked&(ruleQuoted<<n) == 0 || !strings.Contains(s, group.word) {
			continue
		}
		for i := range group.of {
			s = group.of[i].blank(s)
		}
	}
	return s
}

func (q *quote) blank(s string) string {
	i := strings.Index(s, q.opens)
	if i < 0 {
		return s
	}
	i += len(q.opens)
	k := strings.Index(s[i:], q.behind)
	if k < 0 {
		return s
	}
	i += k + len(q.behind)
	if q.behind == "]" {
		port := 0
		if strings.HasPrefix(s[i:], ":") {
			port = leadingDigits(s[i+1:])
		}
		if port > 0 { // smtpd_client_port_logging
			i += 1 + port
		}
		if !strings.HasPrefix(s[i:], ": ") {
			return s
		}
		i += len(": ")
	}
	end := len(s)
	for _, closes := range q.closes {
		if k := strings.LastIndex(s[i:], closes); k >= 0 {
			if end = i + k; closes == `"` && !endsQuote(s[end+1:]) {
				end = len(s)
			}
			break
		}
	}
	if said := q.shown(s[i:end]); said != s[i:end] {
		return s[:i] + said + s[end:]
	}
	return s
}

// endsQuote reports whether what stands behind a quote shows that it ended there. Where
// the line breaks off, the quote may be the client's.
func endsQuote(rest string) bool {
	rest = strings.TrimRight(rest, " \t")
	if rest == "" || strings.IndexByte(",;.)]}'", rest[0]) >= 0 {
		return true
	}
	for _, next := range []string{" from ", " in ", " H=", " U=", " [", " (", " C="} {
		if strings.HasPrefix(rest, next) {
			return true
		}
	}
	return escapeAt(rest) > 0
}

// blankFurther blanks what follows a CRLF that a log writes as an escape: it is
// another line, whatever the first one was. Replies of several lines stay.
func blankFurther(s string) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(s); {
		n := strings.IndexAny(s[i:], `\#`)
		if n < 0 {
			break
		}
		i += n
		end := escapedCRLF(s[i:])
		if end == 0 {
			i++
			continue
		}
		i += end
		line, _, _ := cutLine(s[i:])
		next := i + len(line)
		line = strings.TrimRight(line, `"')] `)
		if strings.HasPrefix(line, blanked[:len(blanked)-1]) || isReply(line) || strings.Trim(line, `\`) == "" || s[i] == '"' || s[i] == '\'' {
			i = next
			continue
		}
		if shown, secret := takeApart(line).shown(); secret != "" {
			out.WriteString(s[done:i])
			out.WriteString(shown)
			done = i + len(line)
		}
		i = next
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

func escapedCRLF(s string) int {
	for _, end := range []string{`\r\n`, `\015\012`, `\x0d\x0a`, `\x0D\x0A`, "#015#012"} {
		if strings.HasPrefix(s, end) {
			return len(end)
		}
	}
	return 0
}

// isReply tells a server's line from a client's by its code.
func isReply(line string) bool {
	return len(line) >= 3 && line[0] >= '2' && line[0] <= '5' && leadingDigits(line) == 3 && (len(line) == 3 || line[3] == ' ' || line[3] == '-')
}
