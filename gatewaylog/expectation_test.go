package gatewaylog

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Situations as the manuals and articles put them.
var (
	begun    = Transaction{Code: 250, Recipients: 1, Accepted: 1, LastCode: 250, Outcome: "aborted"}
	withText = Transaction{Code: 250, Recipients: 1, Accepted: 1, LastCode: 250, Command: "DATA", Bytes: known(1211), Outcome: "aborted"}
	complete = Transaction{Code: 250, Recipients: 1, Accepted: 1, LastCode: 250, Command: "DATA", Bytes: known(1211), Outcome: "unanswered"}
)

func midData(how, by string) *Verdict {
	return &Verdict{Phase: PhaseData, How: how, By: by, Port: 25, Banner: 220, Hello: "EHLO", Mails: []Transaction{withText}}
}

func afterRcpt(how, by string) *Verdict {
	return &Verdict{Phase: PhaseRcpt, How: how, By: by, Port: 25, Banner: 220, Hello: "EHLO", Mails: []Transaction{begun}}
}

func afterDot(how, by string) *Verdict {
	return &Verdict{Phase: PhaseDot, How: how, By: by, Port: 25, Banner: 220, Hello: "EHLO", Mails: []Transaction{complete}}
}

func (v *Verdict) gaveUp(text string) *Verdict {
	v.Unasked, v.Idle = Said{421, text}, 300*time.Second
	return v
}

// TestExpect: what each product logs, by its manual. The strings were written
// from formats.md and the seeds, not from the tables.
func TestExpect(t *testing.T) {
	for _, c := range []struct {
		name string
		v    *Verdict
		want map[Product]string
	}{
		{"seed 002, MID 1404: a RST mid-DATA", midData("rst", "client"), map[Product]string{
			CiscoESA: "Receiving aborted", SymantecSMG: "Abort message", PureMessage: "abort",
			Sendmail: "collect: premature EOM: Connection reset by … or collect: premature EOM",
			Postfix:  "lost connection after DATA (1211 bytes) from …",
			Exim:     "lost while reading message data", OpenSMTPD: `smtp disconnected reason="io-error: …"`, Exchange: "-,,Remote(ConnectionReset)"}},
		{"the same by FIN", midData("fin", "client"), map[Product]string{
			CiscoESA: "Receiving aborted", SymantecSMG: "Abort message", PureMessage: "abort",
			Sendmail: "collect: premature EOM: unexpected close", Postfix: "lost connection after DATA (1211 bytes) from …",
			Exim: "lost while reading message data", OpenSMTPD: "smtp disconnected reason=disconnect", Exchange: "-,,Remote"}},
		{"seed 002, MID 1412: QUIT before DATA", afterRcpt("quit", "client"), map[Product]string{
			CiscoESA: "Receiving aborted by sender", SymantecSMG: "Abort message or (nothing)", PureMessage: "abort",
			Sendmail: "stat=aborted by sender", Postfix: "disconnect from … quit=1 or disconnect from …",
			Exim:      "incomplete transaction (QUIT) (only with log_selector +smtp_incomplete_transaction)",
			OpenSMTPD: "smtp disconnected reason=quit", Exchange: "<,QUIT"}},
		{"seed 002, MID 1558778: five minutes without data", afterRcpt("fin", "server").gaveUp("Timed out waiting for successful message injection, disconnecting."), map[Product]string{
			CiscoESA: "Receiving aborted", SymantecSMG: "Abort message (message timed out) or Abort message or ML-REJECT: … 421 4.4.2", PureMessage: "abort",
			Sendmail: "timeout waiting for input from … during server cmd read", Postfix: "timeout after RCPT from …",
			Exim: "SMTP command timeout on … connection from …", OpenSMTPD: "smtp disconnected reason=timeout", Exchange: "421 4.4.1 Connection timed out or -,,Local"}},
		{"seed 000: the session timeout mid-DATA", midData("rst", "server").gaveUp("4.4.2 service timed out."), map[Product]string{
			CiscoESA: "Receiving aborted", SymantecSMG: "Abort message (message timed out) or Abort message or ML-REJECT: … 421 4.4.2", PureMessage: "abort",
			Sendmail: "collect: … read timeout", Postfix: "timeout after DATA (1211 bytes) from …",
			Exim: "SMTP data timeout (message abandoned) on connection from …", OpenSMTPD: "smtp disconnected reason=timeout", Exchange: "421 4.4.1 Connection timed out or -,,Local"}},
		{"the client leaves between the dot and its reply", afterDot("fin", "client"), map[Product]string{
			CiscoESA: "Receiving aborted or ready … bytes from …", SymantecSMG: "(nothing) or Abort message", PureMessage: "a=a/eom or abort",
			Sendmail: Nothing, Postfix: Nothing, Exim: "SMTP connection lost after final dot",
			OpenSMTPD: "smtp disconnected reason=disconnect", Exchange: "-,,Remote"}},
		{"nobody listens", &Verdict{Phase: PhaseConnect, How: "syn-refused", By: "server", Port: 25}, map[Product]string{
			CiscoESA: "(nothing) or ICID 0 TCPREFUSE SG", SymantecSMG: Nothing, PureMessage: Nothing, Sendmail: Nothing,
			Postfix: Nothing, Exim: Nothing, OpenSMTPD: Nothing, Exchange: Nothing}},
		{"the client leaves after the greeting", &Verdict{Phase: PhaseHello, How: "fin", By: "client", Port: 25, Banner: 220}, map[Product]string{
			CiscoESA: "lost", SymantecSMG: Nothing, PureMessage: Nothing, Sendmail: "did not issue MAIL/EXPN/VRFY/ETRN during connection to …",
			Postfix: "lost connection after CONNECT or lost connection after UNKNOWN",
			Exim:    "SMTP connection from … lost (only with log_selector +smtp_connection)", OpenSMTPD: "smtp disconnected reason=disconnect or smtp disconnected reason=quit", Exchange: "-,,Remote"}},
		{"seed 003: 421 4.4.0 as greeting", &Verdict{Phase: PhaseHello, How: "fin", By: "server", Port: 25, Banner: 421}, map[Product]string{
			SymantecSMG: "ML-REJECT or Rejected message by MTA or (nothing)", CiscoESA: "REJECT SG"}},
		{"seed 003: 421 4.4.0 to RCPT", &Verdict{Phase: PhaseRcpt, How: "fin", By: "server", Port: 25, Banner: 220, Hello: "EHLO",
			Mails: []Transaction{{Code: 250, Recipients: 1, LastCode: 421, Outcome: "refused"}}}, map[Product]string{
			SymantecSMG: "ML-REJECT or Abort message"}},
		{"a RST in the TLS handshake", &Verdict{Phase: PhaseTLSHandshake, How: "rst", By: "client", Port: 25, Banner: 220, Hello: "EHLO"}, map[Product]string{
			CiscoESA: "TLS failed or lost", Sendmail: "STARTTLS=server, error: accept failed", Postfix: "lost connection after STARTTLS or abort: TLS from …",
			Exim: "TLS error on connection from …"}},
		{"Postfix had enough of unknown recipients", &Verdict{Phase: PhaseRcpt, How: "fin", By: "server", Port: 25, Banner: 220, Hello: "EHLO",
			Unasked: Said{421, "4.7.0 mx.example.org Error: too many errors"}, Mails: []Transaction{{Code: 250, Recipients: 6, LastCode: 550, Outcome: "refused"}}}, map[Product]string{
			Postfix: "too many errors after RCPT from …"}},
		{"Postfix had enough of them, and said so to the last", &Verdict{Phase: PhaseRcpt, How: "rst", By: "server", Port: 25, Banner: 220, Hello: "EHLO",
			Mails: []Transaction{{Code: 250, Recipients: 6, LastCode: 421, LastText: "4.7.0 mx.example.org Error: too many errors", Outcome: "refused"}}}, map[Product]string{
			Postfix: "too many errors after RCPT from …"}},
		{"a recipient among many by whom Postfix hangs up", &Verdict{Phase: PhaseRcpt, How: "fin", By: "server", Port: 25, Banner: 220, Hello: "EHLO",
			Mails: []Transaction{{Code: 250, Recipients: 6, LastCode: 521, LastText: "5.7.1 <a@example.org>: Recipient address rejected: go away", Outcome: "refused"}}}, map[Product]string{
			Postfix: "reject: RCPT from … or reject: MAIL from … or too many errors after RCPT from …"}},
		{"DATA was refused, and the client left", &Verdict{Phase: PhaseRcpt, How: "fin", By: "client", Port: 25, Banner: 220, Hello: "EHLO",
			Mails: []Transaction{{Code: 250, Recipients: 1, LastCode: 550, Reply: 554, Outcome: "refused"}}}, map[Product]string{
			Postfix: "lost connection after DATA from …", Sendmail: "lost input channel from … after data"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for p, want := range c.want {
				if got := Expect(p, c.v).String(); got != want {
					t.Errorf("%s: %q, want %q", p, got, want)
				}
			}
		})
	}
}

// TestExpectHasARow: every product says something of every abnormal end.
func TestExpectHasARow(t *testing.T) {
	phases := []Phase{PhaseConnect, PhaseBanner, PhaseHello, PhaseTLSHandshake, PhaseTLS, PhaseAuth, PhaseReady, PhaseMail, PhaseRcpt, PhaseDataCommand, PhaseData, PhaseDot}
	for _, phase := range phases {
		for _, how := range []string{"quit", "fin", "rst", "syn-refused", "syn-unanswered", "silence", "replaced"} {
			for _, by := range []string{"client", "server", "unknown"} {
				for _, mails := range [][]Transaction{nil, {begun}, {withText}, {complete}, {{Code: 550, Outcome: "refused"}}} {
					for _, said := range []Said{{}, {421, "timed out"}, {421, "too many errors"}, {552, "too big"}, {421, "bye"}} {
						for _, port := range []uint16{25, 465} {
							v := &Verdict{Phase: phase, How: how, By: by, Mails: mails, Unasked: said, Port: port}
							for _, p := range Products() {
								if x := Expect(p, v); len(x.Phrases) == 0 || x.Source == "" {
									t.Fatalf("%s has no row for %+v", p, v)
								}
							}
						}
					}
				}
			}
		}
	}
}

// TestExpectedSamples holds the expectations against the lines of real
// servers: testdata/expect, written by TestExpectedPlayedLines in alignment.
func TestExpectedSamples(t *testing.T) {
	files, err := filepath.Glob("testdata/expect/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, name := range files {
		p := Product(strings.TrimSuffix(filepath.Base(name), ".jsonl"))
		t.Run(string(p), func(t *testing.T) { holdSamples(t, p, name) })
	}
}

func holdSamples(t *testing.T, p Product, name string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	said, silent := 0, 0
	for s.Scan() {
		var row struct {
			Scenario string
			Verdict  *Verdict
			Lines    []string
		}
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		var lines []*Line
		for _, text := range row.Lines {
			lines = append(lines, &Line{Text: text})
		}
		x := Expect(p, row.Verdict)
		nothing := slices.ContainsFunc(x.Phrases, func(p Phrase) bool { return p.Words == "" })
		switch x.Fits(lines) {
		case Yes:
			said++
		case "":
			if silent++; nothing {
				continue
			}
			fallthrough
		default:
			t.Errorf("%s: expected %q, the real server logged\n\t%s", row.Scenario, x, strings.Join(row.Lines, "\n\t"))
		}
	}
	t.Logf("%d sessions with the expected words, %d of which nothing is logged", said, silent)
}

// TestExpectPostfixAfterOthers: commands that leave no mark in a Verdict must
// not make a difference of what Postfix logs. The lines are those of a real
// Postfix 3.7, played by hand on 2026-11-29.
func TestExpectPostfixAfterOthers(t *testing.T) {
	hello := &Verdict{Phase: PhaseHello, How: "fin", By: "client", Port: 25, Banner: 220}
	ready := &Verdict{Phase: PhaseReady, How: "fin", By: "client", Port: 25, Banner: 220, Hello: "EHLO"}
	mail := &Verdict{Phase: PhaseMail, How: "fin", By: "client", Port: 25, Banner: 220, Hello: "EHLO", Mails: []Transaction{{Code: 250}}}
	for _, c := range []struct {
		said string
		v    *Verdict
		logs string
		want Answer
	}{
		{"RSET", hello, "lost connection after RSET from unknown[127.0.0.1]", ""},
		{"NOOP", hello, "lost connection after NOOP from unknown[127.0.0.1]", ""},
		{"VRFY root", hello, "lost connection after VRFY from unknown[127.0.0.1]", ""},
		{"ETRN x", hello, "lost connection after ETRN from unknown[127.0.0.1]", ""},
		{"HELP", hello, "lost connection after UNKNOWN from unknown[127.0.0.1]", Yes},
		{"STARTTLS, 502", hello, "lost connection after STARTTLS from unknown[127.0.0.1]", ""},
		{"AUTH PLAIN x, 503", hello, "lost connection after AUTH from unknown[127.0.0.1]", ""},
		{"MAIL, 503", hello, "lost connection after MAIL from unknown[127.0.0.1]", ""},
		{"RCPT, 503", hello, "lost connection after RCPT from unknown[127.0.0.1]", ""},
		{"DATA, 503", hello, "lost connection after DATA from unknown[127.0.0.1]", ""},
		{"XCLIENT, 550", hello, "lost connection after XCLIENT from unknown[127.0.0.1]", ""},
		{"EHLO without a name, 501", hello, "lost connection after EHLO from unknown[127.0.0.1]", ""},
		{"nothing, or half a command", hello, "lost connection after CONNECT from unknown[127.0.0.1]", Yes},
		{"EHLO, NOOP", ready, "lost connection after NOOP from unknown[127.0.0.1]", ""},
		{"EHLO, FOO", ready, "lost connection after UNKNOWN from unknown[127.0.0.1]", ""},
		{"EHLO, RCPT, 503", ready, "lost connection after RCPT from unknown[127.0.0.1]", ""},
		{"EHLO, HELO", ready, "lost connection after HELO from unknown[127.0.0.1]", ""},
		{"EHLO", ready, "lost connection after EHLO from unknown[127.0.0.1]", Yes},
		{"EHLO, MAIL, DATA, 554", mail, "lost connection after DATA from unknown[127.0.0.1]", ""},
		{"EHLO, MAIL, FOO", mail, "lost connection after UNKNOWN from unknown[127.0.0.1]", ""},
		// What no command of these explains is a difference still.
		{"EHLO", ready, "timeout after EHLO from unknown[127.0.0.1]", No},
		{"EHLO", ready, "lost connection after CONNECT from unknown[127.0.0.1]", No},
		{"EHLO, MAIL", mail, "lost connection after DATA (5 bytes) from unknown[127.0.0.1]", No},
		{"EHLO, MAIL", mail, "too many errors after NOOP from unknown[127.0.0.1]", No},
	} {
		if got := Expect(Postfix, c.v).Fits([]*Line{{Text: c.logs}}); got != c.want {
			t.Errorf("%s, and the client is gone; %q fits: %q, want %q", c.said, c.logs, got, c.want)
		}
	}
	gaveUp := (&Verdict{Phase: PhaseReady, How: "fin", By: "server", Port: 25, Banner: 220, Hello: "EHLO"}).gaveUp("4.4.2 mx Error: timeout exceeded")
	if got := Expect(Postfix, gaveUp).Fits([]*Line{{Text: "timeout after NOOP from unknown[127.0.0.1]"}}); got != "" {
		t.Errorf("timeout after NOOP: %q", got)
	}
}

// TestExpectSendmailAfterOthers: the same with the lines of a real sendmail 8.17.
func TestExpectSendmailAfterOthers(t *testing.T) {
	mail := &Verdict{Phase: PhaseMail, How: "fin", By: "client", Port: 25, Banner: 220, Hello: "EHLO", Mails: []Transaction{{Code: 250}}}
	for after, want := range map[string]Answer{
		"mail": Yes, "startup": "", "data": "", "starttls": "", "auth": "", "noop": "", "etrn": "", "rcpt": "", "content": No,
	} {
		line := "0AU12gkG031337: lost input channel from [127.0.2.19] to MTA-v4 after " + after
		if got := Expect(Sendmail, mail).Fits([]*Line{{Text: line}}); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	if got := Expect(Sendmail, mail).Fits([]*Line{{Text: "collect: premature EOM: unexpected close"}}); got != No {
		t.Errorf("in the content: %q", got)
	}
}

// TestPhraseIn: what counts as having the words.
func TestPhraseIn(t *testing.T) {
	for _, c := range []struct {
		words, without, line string
		want                 bool
	}{
		{"Receiving aborted", "", "Info: Message aborted MID 1404 Receiving aborted", true},
		{"Receiving aborted", "", "Info: Message aborted MID 1412 Receiving aborted by sender", false},
		{"Receiving aborted by sender", "", "Info: Message aborted MID 1412 Receiving aborted by sender", true},
		{"-,,Remote", "", "2024-03-13T09:01:19.461Z,C,08DC,13,192.0.2.25:25,198.51.100.30:62136,-,,Remote", true},
		{"-,,Remote", "", "2024-03-13T09:01:19.461Z,C,08DC,13,192.0.2.25:25,198.51.100.30:62136,-,,Remote(ConnectionReset)", false},
		{"lost connection after DATA (1211 bytes) from", "", "lost connection after DATA (900 bytes) from x[192.0.2.1]", true},
		{"lost connection after DATA from", "", "lost connection after DATA (900 bytes) from x[192.0.2.1]", false},
		{"SMTP connection from … lost", "(error:", "SMTP connection from (x) [192.0.2.1] lost D=0s", true},
		{"SMTP connection from … lost", "(error:", "SMTP connection from (x) [192.0.2.1] lost (error: Connection reset by peer) D=0s", false},
		{"lost input channel from … after rcpt", "", "lost input channel from [192.0.2.1] to MTA after rcpt", true},
		{"lost input channel from … after rcpt", "", "lost input channel from [192.0.2.1] to MTA after data", false},
	} {
		if got := (Phrase{c.words, c.without}).in(c.line); got != c.want {
			t.Errorf("%q without %q in %q: %v", c.words, c.without, c.line, got)
		}
	}
}
