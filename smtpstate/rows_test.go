package smtpstate

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// setups bring a machine to a phase.
var setups = map[string]string{
	"hello": "S: 220 mx\n",
	"ready": "S: 220 mx\nC: EHLO x\nS: 250 PIPELINING\n",
	"mail":  "S: 220 mx\nC: EHLO x\nS: 250 PIPELINING\nC: MAIL FROM:<a@b>\nS: 250 ok\n",
	"rcpt":  "S: 220 mx\nC: EHLO x\nS: 250 PIPELINING\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n",
	"data":  "S: 220 mx\nC: EHLO x\nS: 250 PIPELINING\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: x\n",
	"chunk": "S: 220 mx\nC: EHLO x\nS: 250 PIPELINING\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC+ BDAT 1\\r\\nx\nS: 250 ok\n",
}

// TestRows holds every row of the table against what RFC 5321 and its
// relatives say: the phase while the command is unanswered, and after 2yz,
// 3yz, 4yz and 5yz. "-" = the standard has no such reply; the phase stays.
func TestRows(t *testing.T) {
	const table = `
		# in    command                  unanswered    2yz            3yz   4yz    5yz
		hello | EHLO x                 | hello       | ready        | -   | hello | hello
		hello | HELO x                 | hello       | ready        | -   | hello | hello
		hello | LHLO x                 | hello       | ready        | -   | hello | hello
		rcpt  | EHLO x                 | rcpt        | ready        | -   | rcpt  | rcpt
		ready | MAIL FROM:<a@b>        | mail        | mail         | -   | ready | ready
		hello | MAIL FROM:<a@b>        | mail        | mail         | -   | hello | hello
		rcpt  | MAIL FROM:<e@b>        | mail        | mail         | -   | rcpt  | rcpt
		ready | SEND FROM:<a@b>        | mail        | mail         | -   | ready | ready
		ready | SOML FROM:<a@b>        | mail        | mail         | -   | ready | ready
		ready | SAML FROM:<a@b>        | mail        | mail         | -   | ready | ready
		mail  | RCPT TO:<c@d>          | rcpt        | rcpt         | -   | rcpt  | rcpt
		rcpt  | RCPT TO:<e@d>          | rcpt        | rcpt         | -   | rcpt  | rcpt
		ready | RCPT TO:<c@d>          | ready       | rcpt         | -   | ready | ready
		rcpt  | DATA                   | data-command| rcpt         | data| rcpt  | rcpt
		mail  | DATA                   | data-command| mail         | data| mail  | mail
		rcpt  | BDAT 0                 | data        | data         | -   | rcpt  | rcpt
		rcpt  | BDAT 0 LAST            | dot         | ready        | -   | ready | ready
		chunk | BDAT 0                 | data        | data         | -   | rcpt  | rcpt
		chunk | BDAT 0 LAST            | dot         | ready        | -   | ready | ready
		data  | .                      | dot         | ready        | -   | ready | ready
		hello | RSET                   | hello       | hello        | -   | hello | hello
		ready | RSET                   | ready       | ready        | -   | ready | ready
		rcpt  | RSET                   | ready       | ready        | -   | rcpt  | rcpt
		chunk | RSET                   | ready       | ready        | -   | data  | data
		rcpt  | VRFY x                 | rcpt        | rcpt         | -   | rcpt  | rcpt
		rcpt  | EXPN x                 | rcpt        | rcpt         | -   | rcpt  | rcpt
		rcpt  | HELP                   | rcpt        | rcpt         | -   | rcpt  | rcpt
		rcpt  | NOOP                   | rcpt        | rcpt         | -   | rcpt  | rcpt
		rcpt  | QUIT                   | rcpt        | rcpt         | -   | rcpt  | rcpt
		ready | AUTH LOGIN             | auth        | ready        | auth| ready | ready
		ready | X-EXPS GSSAPI          | auth        | ready        | auth| ready | ready
		ready | STARTTLS               | ready       | tls-handshake| -   | ready | ready
		rcpt  | STARTTLS               | rcpt        | tls-handshake| -   | rcpt  | rcpt
		ready | ETRN x                 | ready       | ready        | -   | ready | ready
		ready | TURN                   | ready       | ready        | -   | ready | ready
		ready | ATRN x                 | ready       | ready        | -   | ready | ready
		ready | XCLIENT ADDR=192.0.2.1 | ready       | hello        | -   | ready | ready
		ready | XFORWARD NAME=x        | ready       | ready        | -   | ready | ready
		rcpt  | XYZZY                  | rcpt        | rcpt         | -   | rcpt  | rcpt
	`
	covered := map[Verb]bool{}
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 7 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		setup, command, unanswered := cells[0], cells[1], cells[2]
		covered[Verb(strings.Fields(command)[0])] = true
		for class, want := range cells[3:] {
			code := map[int]string{2: "250", 3: "354", 4: "451", 5: "550"}[class+2]
			if strings.HasPrefix(command, "AUTH") && class == 1 {
				code = "334"
			}
			before := phaseAfter(t, setups[setup])
			if want == "-" {
				continue
			}
			got := phaseAfter(t, setups[setup]+"C: "+command+"\n")
			if got != unanswered {
				t.Errorf("%s in %s (%s), unanswered: %s, want %s", command, setup, before, got, unanswered)
			}
			got = phaseAfter(t, setups[setup]+"C: "+command+"\nS: "+code+" x\n")
			if got != want {
				t.Errorf("%s in %s, %s: %s, want %s", command, setup, code, got, want)
			}
		}
	}
	for _, row := range rows {
		if !covered[row.verb] {
			t.Errorf("%s is not in this table", row.verb)
		}
		if row.section == "" || row.in == 0 {
			t.Errorf("%s: section %q, allowed %b", row.verb, row.section, row.in)
		}
	}
}

func phaseAfter(t *testing.T, text string) string {
	t.Helper()
	s := parseScript(t, text)
	m := New(nil, Limits{})
	s.play(m, 0, nil)
	return phaseWord(m)
}

func TestPrefixes(t *testing.T) {
	for word, want := range map[string]Verb{
		"MA": "MAIL", "rc": "RCPT", "DA": "DATA", "QU": "QUIT", "RS": "RSET", "EH": "EHLO", "ST": "STARTTLS", "BD": "BDAT",
		"AU": "AUTH", "NO": "NOOP", "HE": "HELO", "HELP": "HELP", "HEL": "HELO", "XC": "XCLIENT", "XF": "XFORWARD", "X-": "X-EXPS",
		"VR": "VRFY", "EX": "EXPN", "ET": "ETRN", "LH": "LHLO", "X": "", "M": "", "S": "", "": "", "ZZ": "", "MAILS": "",
	} {
		got := Verb("")
		if row := rowFromPrefix([]byte(word)); row != nil {
			got = row.verb
		}
		if got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestQueueIDs(t *testing.T) {
	for _, form := range queueIDForms {
		if got := findQueueID(form.example); got != form.id {
			t.Errorf("%s: %q, want %q", form.server, got, form.id)
		}
		if found := form.pattern().FindStringSubmatch(form.example); found == nil || found[1] != form.id {
			t.Errorf("%s: its own pattern gives %q", form.server, found)
		}
	}
	for text, want := range map[string]string{
		"2.0.0 Ok: queued as D2FAE20586":                                       "D2FAE20586",
		"2.0.0 from MTA(smtp:[127.0.0.1]:10013): 250 2.0.0 Ok: queued as 3F12": "3F12",
		"2.0.0: b58fa079 Message accepted for delivery":                        "b58fa079",
		"2.0.0 b58fa079: Message accepted for delivery":                        "b58fa079",
		"2.0.0 b58fa079 Message accepted for delivery":                         "b58fa079",
		"2.0.0 eabcbfad Message accepted for delivery":                         "eabcbfad",
		"ok:  Message 1404 accepted":                                           "1404",
		"OK id=1c2dXY-0005vi-00":                                               "1c2dXY-0005vi-00",
		"2.6.0 <GUID-1@x> [InternalId=274498] Queued mail for delivery":        "274498",
		"2.0.0 OK 1376056636 i3si9508927obz.16 - gsmtp":                        "i3si9508927obz.16",
		// No id.
		"2.0.0 Ok":                              "",
		"2.6.0 Queued mail for delivery":        "",
		"Queued (0.123 seconds)":                "",
		"Message accepted for delivery":         "",
		"OK: Message accepted for delivery":     "",
		"2.5.0 Message accepted for delivery":   "",
		"Requested mail action okay, completed": "",
		"ok dirdel":                             "",
		"":                                      "",
	} {
		if got := findQueueID(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := queueID(&Reply{Answer: Answer{Text: "2.0.0 Ok: queued as 6F0D"}, Partial: true}); got != "" {
		t.Errorf("an id that may be cut: %q", got)
	}
}

func TestPaths(t *testing.T) {
	for _, c := range []struct {
		arg, keyword    string
		cut             bool
		address, params string
		whole           bool
	}{
		{"FROM:<a@b>", "FROM", false, "a@b", "", true},
		{"FROM:<>", "FROM", false, "", "", true},
		{"from: <a@b> SIZE=1 BODY=8BITMIME", "FROM", false, "a@b", "SIZE=1 BODY=8BITMIME", true},
		{"FROM :<a@b>", "FROM", false, "a@b", "", true},
		{"FROM <a@b>", "FROM", false, "a@b", "", true},
		{"FROM:a@b SIZE=1", "FROM", false, "a@b", "SIZE=1", true},
		{"FROM:a@b", "FROM", false, "a@b", "", true},
		{`TO:<"a b>c"@d> NOTIFY=NEVER`, "TO", false, `"a b>c"@d`, "NOTIFY=NEVER", true},
		{`TO:<"a\">b"@d>`, "TO", false, `"a\">b"@d`, "", true},
		{"TO:<@x,@y:a@b>", "TO", false, "@x,@y:a@b", "", true},
		{"TO:<ж@пример.example> X=1", "TO", false, "ж@пример.example", "X=1", true},
		{"TO:<a@b", "TO", false, "a@b", "", true},
		{"TO:<a@b SIZE=1", "TO", false, "a@b", "SIZE=1", true},
		{"TO:", "TO", false, "", "", true},
		{"", "TO", false, "", "", true},
		{"TO:<a@exam", "TO", true, "a@exam", "", false},
		{"TO:<a@b> NOT", "TO", true, "a@b", "NOT", true},
		{"T", "TO", true, "", "", false},
		{"", "TO", true, "", "", false},
	} {
		address, params, whole := parsePath([]byte(c.arg), c.keyword, c.cut)
		if whole != c.whole || string(params) != c.params || whole && string(address) != c.address {
			t.Errorf("%q, cut %v: %q, %q, whole %v", c.arg, c.cut, address, params, whole)
		}
	}
}

// TestPathEnd: the short way to a path's end finds what the long one does.
func TestPathEnd(t *testing.T) {
	const letters = `<>"\ a@` + "\t"
	r := rand.New(rand.NewSource(7))
	for range 20000 {
		s := make([]byte, r.Intn(12))
		for i := range s {
			s[i] = letters[r.Intn(len(letters))]
		}
		if r.Intn(2) > 0 {
			s = append([]byte("<"), s...)
		}
		end, closed := pathEnd(s)
		if wantEnd, wantClosed := pathEndByByte(s); end != wantEnd || closed != wantClosed {
			t.Fatalf("%q: %d, %v; byte by byte %d, %v", s, end, closed, wantEnd, wantClosed)
		}
	}
}

func TestReplyLines(t *testing.T) {
	for _, c := range []struct {
		line string
		ok   bool
		code int16
		more bool
		text string
	}{
		{"250 ok", true, 250, false, "ok"},
		{"250-ok", true, 250, true, "ok"},
		{"250", true, 250, false, ""},
		{"250 ", true, 250, false, ""},
		{"250-", true, 250, true, ""},
		{"250\tok", true, 250, false, "ok"},
		{"999 odd", true, 999, false, "odd"},
		{"099 no", false, 0, false, ""},
		{"2500 ok", false, 0, false, ""},
		{"25 ok", false, 0, false, ""},
		{"25", false, 0, false, ""},
		{" 250 ok", false, 0, false, ""},
		{"ok", false, 0, false, ""},
		{"", false, 0, false, ""},
	} {
		l, ok := parseReplyLine([]byte(c.line))
		if ok != c.ok || ok && (l.code != c.code || l.more != c.more || string(l.text) != c.text) {
			t.Errorf("%q: %+v, %v", c.line, l, ok)
		}
	}
	for text, want := range map[string]string{
		"2.1.5 ok": "2.1.5", "2.1.5": "2.1.5", "5.1.1 no": "", "2.100.999 x": "2.100.999", "2.1000.1 x": "", "2.1 x": "", "2..1 x": "", "22.1.1 x": "", "2.1.5.6 x": "2.1.5", "": "",
	} {
		if got := enhancedCode([]byte(text), 2).String(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestAppendSent: a reply as it was sent, from its text.
func TestAppendSent(t *testing.T) {
	for text, want := range map[string]string{
		"":        "250 ",
		"ok":      "250 ok",
		"a\nb":    "250-a\n250 b",
		"a\n\nc":  "250-a\n250-\n250 c",
		"a\nb\nc": "250-a\n250-b\n250 c",
	} {
		a := Answer{Code: 250, Class: 2, Text: text}
		if got := string(a.AppendSent(nil)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := (&Answer{Class: 5, Text: "x"}); string(got.AppendSent(nil)) != "5?? x" {
		t.Errorf("%q", got.AppendSent(nil))
	}
}

// TestReplyText: text is bounded, however long the reply.
func TestReplyText(t *testing.T) {
	m := New(nil, Limits{ReplyText: 100, Line: 50})
	for range 1000 {
		m.Server([]byte("220-"+strings.Repeat("x", 200)+"\r\n"), Mark{})
	}
	m.Server([]byte("220 end\r\n"), Mark{})
	if g := m.Greeting(); g == nil || len(g.Text) != 100 {
		t.Errorf("%+v", g)
	}
}

// TestWeight: a session in which every recipient of every message is refused
// at length keeps no more than its envelopes may weigh, a reply apart.
func TestWeight(t *testing.T) {
	const most = 1 << 20
	m := New(nil, Limits{Envelope: most})
	feedTurns(m, []turn{{'S', []byte("220 mx\r\n")}, {'C', []byte("EHLO x\r\n")}, {'S', []byte("250 ok\r\n")}}, 0)
	empty := m.Weight()
	refusal := []byte("550 5.1.1 " + strings.Repeat("x", 1000) + "\r\n")
	for range 20 {
		feedTurns(m, []turn{{'C', []byte("MAIL FROM:<a@b>\r\n")}, {'S', []byte("250 ok\r\n")}}, 0)
		for range 200 {
			feedTurns(m, []turn{{'C', []byte("RCPT TO:<c@d>\r\n")}, {'S', refusal}}, 0)
		}
		feedTurns(m, []turn{{'C', []byte("RSET\r\n")}, {'S', []byte("250 ok\r\n")}}, 0)
	}
	kept, counted, text := 0, 0, 0
	for _, msg := range m.Messages() {
		kept += len(msg.Recipients)
		counted += msg.RecipientCount
		for _, r := range msg.Recipients {
			text += len(r.Reply.Text)
		}
	}
	if counted != 4000 || kept < 700 || kept > 1050 {
		t.Errorf("%d recipients kept of %d", kept, counted)
	}
	if grown := m.Weight() - empty; grown < text || grown > most+20*len(refusal) {
		t.Errorf("weighs %d more, of which %d bytes of replies", grown, text)
	}
}

// TestLimits: a client that says far too much is counted, not kept.
func TestLimits(t *testing.T) {
	m := New(nil, Limits{})
	feedTurns(m, []turn{{'S', []byte("220 mx\r\n")}, {'C', []byte("EHLO x\r\n")}, {'S', []byte("250 ok\r\n")}, {'C', []byte("MAIL FROM:<a@b>\r\n")}}, 0)
	for i := range 5000 {
		m.Client(fmt.Appendf(nil, "RCPT TO:<%d@%s>\r\n", i, strings.Repeat("x", 3000)), Mark{})
	}
	if p, _ := m.Phase(); p != PhaseRcpt || m.Unanswered() != 5001 {
		t.Errorf("%v, %d unanswered", p, m.Unanswered())
	}
	for range 5001 {
		m.Server([]byte("250 ok\r\n"), Mark{})
	}
	msg := m.Messages()[0]
	if m.Unanswered() != 0 || msg.RecipientCount != 5000 || len(msg.Recipients) != 1000 || msg.accepted != 5000 {
		t.Errorf("%d unanswered, %d recipients, %d kept, %d accepted", m.Unanswered(), msg.RecipientCount, len(msg.Recipients), msg.accepted)
	}
	if len(msg.Recipients[0].Address) != addressMax || m.envelope > 16<<20 {
		t.Errorf("%d bytes of an address, %d in all", len(msg.Recipients[0].Address), m.envelope)
	}
	for i := range 3000 {
		feedTurns(m, []turn{{'C', []byte("RSET\r\n")}, {'S', []byte("250 ok\r\n")}, {'C', fmt.Appendf(nil, "MAIL FROM:<%d@b>\r\n", i)}, {'S', []byte("250 ok\r\n")}}, 0)
	}
	if len(m.Messages()) != 1000 || m.MessageCount() != 3001 {
		t.Errorf("%d messages kept of %d", len(m.Messages()), m.MessageCount())
	}
	checkTally(t, m)
}

// TestWaitOverflow: content that does not wait for 354 is too long to keep; it
// is counted all the same, its end is found, and what follows is read.
func TestWaitOverflow(t *testing.T) {
	body := strings.Repeat("0123456789 a line of the body\r\n", 10000)
	begin := []turn{{'S', []byte("220 mx\r\n")}, {'C', []byte("EHLO x\r\n")}, {'S', []byte("250 ok\r\n")}, {'C', []byte("MAIL FROM:<a@b>\r\n")}, {'S', []byte("250 ok\r\n")}, {'C', []byte("RCPT TO:<c@d>\r\n")}, {'S', []byte("250 ok\r\n")}, {'C', []byte("DATA\r\n" + body + ".\r\nQUIT\r\n")}}
	m := New(nil, Limits{})
	feedTurns(m, begin, 1000)
	if p, _ := m.Phase(); p != PhaseDataCommand || m.QuitSaid() || m.Messages()[0].Transfer != nil {
		t.Errorf("while it waits: %v, QUIT said %v", p, m.QuitSaid())
	}
	checkTally(t, m)
	feedTurns(m, []turn{{'S', []byte("354 go\r\n")}, {'S', []byte("250 ok\r\n")}, {'S', []byte("221 bye\r\n")}}, 0)
	checkTally(t, m)
	msg := m.Messages()[0]
	if p, _ := m.Phase(); p != PhaseReady || !m.QuitsTurn() || msg.Transfer.Bytes != int64(len(body)) || !msg.Transfer.Complete || msg.Reply == nil {
		t.Errorf("%v, %s", p, describe(msg))
	}
	// The same refused: what was kept are commands that the server did not know.
	m = New(nil, Limits{})
	feedTurns(m, begin, 1000)
	feedTurns(m, []turn{{'S', []byte("554 no\r\n")}}, 0)
	checkTally(t, m)
	if p, _ := m.Phase(); p != PhaseUnknown && p != PhaseRcpt || m.Messages()[0].Transfer != nil {
		t.Errorf("refused: %v, %s", p, describe(m.Messages()[0]))
	}
}

// TestWeighFull: what a session says beyond two gigabytes does not make it light
// again, which would let it keep everything.
func TestWeighFull(t *testing.T) {
	m := New(nil, Limits{})
	for range 5 {
		m.weigh(1 << 30)
	}
	if m.keepPart(&Command{}, []byte("<a@b>"), []byte("a@b")) != "" || m.Weight() < 1<<30 {
		t.Errorf("%d bytes are said to be kept", m.envelope)
	}
}
