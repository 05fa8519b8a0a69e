package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"smtpscope/internal/wirescript"
)

// Two birds that must not be heard: one sings in every credential, the other
// in every message body.
const (
	credentialBird = "zaunkoenig"
	bodyBird       = "kanarienvogel"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// canaryScript has credentials in every mechanism and in every state that an
// exchange can be in, and bodies in every place.
func canaryScript() string {
	plain, user, pass := b64("\x00user\x00"+credentialBird), b64(credentialBird+"-user"), b64("pw:"+credentialBird)
	bearer := b64("user=u\x01auth=Bearer " + credentialBird + "\x01\x01")
	return strings.NewReplacer("PLAIN64", plain, "USER64", user, "PASS64", pass, "BEARER64", bearer,
		"CHALLENGE64", b64("<"+credentialBird+"@mx>"), "BIRD", credentialBird, "BODY", bodyBird).Replace(`
server 198.51.100.5:587
up to ready
C: AUTH PLAIN PLAIN64
S: 235 2.7.0 ok
deliver 100
quit
session
up to ready
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
pieces 1 C: USER64
S: 334 UGFzc3dvcmQ6
lost-after C: PASS64
C retransmit
S: 535 5.7.8 Error: authentication failed: PASS64
C: PASS64
S: 500 5.5.2 Error: command not recognized: PASS64
quit
session
up to ready
C: AUTH LOGIN USER64
S: 334 UGFzc3dvcmQ6
C: *
S: 501 5.7.0 cancelled
C: AUTH CRAM-MD5
S: 334 CHALLENGE64
C: USER64
S: 235 ok
quit
session
up to ready
C: AUTH XOAUTH2 BEARER64
S: 334 BEARER64
C: 
S: 535 5.7.8 no BEARER64
C: AUTH OAUTHBEARER
S: 334
C: BEARER64
S: 535 no
C: AUTH SCRAM-SHA-256 USER64
S: 334 CHALLENGE64
C: PASS64
S: 334 CHALLENGE64
C: PASS64
S: 235 ok
quit
session
up to ready
C: AUTH NTLM USER64
S: 334 CHALLENGE64
C: PASS64
S: 421 4.7.0 PASS64
C rst
session
handshake
S: 220 mx.example.com ESMTP
C: EHLO ns.example.com
cross C: AUTH PLAIN PLAIN64
cross C: MAIL FROM:<sender@example.org>
S: 250-mx.example.com
S: 250 AUTH PLAIN LOGIN
S: 235 ok
S: 250 ok
quit
session
up to ready
C: auth   plain   PLAIN64
S: 504 5.5.4 what is PLAIN64?
C: AUTH PASS64
S: 504 5.5.4 Unrecognized authentication type PASS64
C: PASS64
S: 502 no
C fin
session
up to ready
miss C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: USER64
S: 334 UGFzc3dvcmQ6
C: PASS64
S: 235 ok
quit
session
midstream
C: PASS64
S: 235 ok
C: NOOP
S: 250 ok
quit
session
up to data-command
S: 354 go
C: Subject: BODY
C: X-Password: BIRD
C:
C: ..BODY
C: BODY BIRD
C dot
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit
session
up to data-command
S: 354 go
C: Subject: BODY
miss C fill 3000 y
C: BODY
C: MAIL FROM:<BODY@example.org>
C: BODY
C rst
session
up to data-command
cross C: BODY BIRD
S: 554 5.7.1 no
quit
session
up to rcpt
C bdat 20
S: 250 ok
C: BDAT 33 LAST
C: BODY BODY x
C: BIRD
S: 250 2.0.0 Ok: queued as 4Zk0101B2
quit
session
up to ready
C: STARTTLS
S: 220 go
C: AUTH PLAIN PLAIN64
S: BODY
C rst
session
up to ready
C: XCLIENT NAME=a.example ADDR=192.0.2.77 LOGIN=BIRD
S: 220 mx.example.com ESMTP
C: EHLO a.example
S: 250 mx.example.com
C: XCLIENT LOGIN=USER64
S: 550 5.7.0 insufficient authorization
quit
session
up to ready
C: X-EXPS NTLM USER64
S: 334 CHALLENGE64
C: PASS64
S: 454 4.7.0 PASS64
C: XAUTH PASS64
S: 500 5.5.1 PASS64
C: AUTHINFO PASS BIRD
S: 500 5.5.1 what: AUTHINFO PASS64
C: PASS BIRD
S: 502 5.5.2 no
quit
session
up to ready
C: AUTH LOGIN
S: 504 5.5.4 Unrecognized authentication type
C: BIRD
S: 502 5.5.2 Error: command not recognized: BIRD
C: RSET
S: 250 ok
C: BIRD
S: 500 unrecognized command 'BIRD'
quit
session
up to ready
C: AUTH PLAIN
S: 334
C: bob BIRD2
S: 501 5.5.2 cannot decode "bob BIRD2"
C: LOGIN bob BIRD
S: 500 5.5.1 Command unrecognized: "LOGIN bob BIRD"
S: 421 4.7.0 too many errors, the last was: login bob BIRD
C fin
session
up to ready
C: AUTH BIRD
S: 504 5.5.4 no mechanism BIRD
C: XCLIENT LOGIN=BIRD
S: 550 5.7.0 insufficient authorization for BIRD
quit
session
up to ready
C: AUTH DIGEST-MD5
S: 334 CHALLENGE64
C: PASS64
twice C: PASS64
S: 235 ok
quit
session
up to rcpt
C: AUTH GSSAPI PASS64
S: 334 CHALLENGE64
fragment 64 C: PASS64
S: 334 CHALLENGE64
S rst
`)
}

// canaryLog has credentials where gateways have been seen to log them.
func canaryLog() map[string]string {
	plain, pass := b64("\x00user\x00"+credentialBird), b64("pw:"+credentialBird)
	return map[string]string{
		"maillog": "Jan  2 03:04:05 mx postfix/smtpd[7]: connect from unknown[192.0.2.10]\n" +
			"Jan  2 03:04:05 mx postfix/smtpd[7]: improper command pipelining after AUTH from unknown[192.0.2.10]: AUTH PLAIN " + plain + "\\r\\n\n" +
			"Jan  2 03:04:05 mx postfix/smtpd[7]: improper command pipelining after AUTH from unknown[192.0.2.10]: " + pass + "\\r\\n\n" +
			"Jan  2 03:04:05 mx postfix/smtpd[7]: improper command pipelining after EHLO from unknown[192.0.2.10]: AUTH LOGIN\\r\\n" + pass + "\\r\\n" + pass + "\\r\\n\n" +
			"Jan  2 03:04:05 mx postfix/smtpd[7]: warning: non-SMTP command from unknown[192.0.2.10]: " + pass + "\n" +
			"Jan  2 03:04:06 mx postfix/smtpd[7]: disconnect from unknown[192.0.2.10] auth=0/1 commands=1/2\n" +
			"Jan  2 03:04:05 mx sendmail[9]: abcdefgh012345: <-- AUTH LOGIN\n" +
			"Jan  2 03:04:05 mx sendmail[9]: abcdefgh012345: <-- " + pass + "\n" +
			"Jan  2 03:04:05 mx sendmail[9]: NOQUEUE: <-- AUTH DIGEST-MD5 " + pass + "\n" +
			"Jan  2 03:04:05 mx smtpd[11]: 88166f7f21c951f4 smtp connected address=192.0.2.10 host=c.example\n" +
			"Jan  2 03:04:05 mx smtpd[11]: 88166f7f21c951f4 smtp failed-command command=\"" + pass + "\" result=\"500 5.5.1 Invalid command: Command unrecognized\"\n" +
			"Jan  2 03:04:05 mx smtpd[11]: 88166f7f21c951f4 smtp failed-command command=\"AUTH LOGIN " + pass + "\" result=\"503 no\"\n",
		"mainlog": `2026-01-02 03:04:05 SMTP protocol error in "AUTH PLAIN ` + plain + `" H=(x) [192.0.2.10] AUTH command used when not advertised` + "\n" +
			`2026-01-02 03:04:05 SMTP syntax error in "` + pass + `" H=(x) [192.0.2.10] unrecognized command` + "\n" +
			`2026-01-02 03:04:05 SMTP call from (x) [192.0.2.10] dropped: too many syntax or protocol errors (last command was "` + pass + `")` + "\n" +
			`2026-01-02 03:04:05 SMTP call from (x) [192.0.2.10] dropped: too many syntax or protocol errors (last command was "` + pass + `", C=EHLO,AUTH)` + "\n" +
			`2026-01-02 03:04:05 SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "AUTH LOGIN" H=(x) [192.0.2.10] next input="` + pass + `\r\n` + pass + `\r\n"` + "\n" +
			`2026-01-02 03:04:05 SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[192.0.2.10] input="EHLO x\r\nAUTH LOGIN\r\n` + pass + `\r\n"` + "\n" +
			`2026-01-02 03:04:05 plain authenticator failed for (x) [192.0.2.10]: 535 Incorrect authentication data` + "\n",
		"exchange.log": "#Software: Microsoft Exchange Server\n#Version: 15.0.0.0\n#Log-type: SMTP Receive Protocol Log\n" +
			"#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n" + exchangeLines(
			"+,,", ">,220 mx,", "<,EHLO x,", ">,250 AUTH LOGIN NTLM,", "<,AUTH LOGIN,", ">,334 VXNlcm5hbWU6,", "<,"+pass+",",
			">,334 UGFzc3dvcmQ6,", "<,"+pass+",", ">,535 5.7.3 Authentication unsuccessful,", "<,"+pass+",", ">,500 5.3.3 Unrecognized command,",
			"<,"+credentialBird+",", ">,500 5.3.3 Unrecognized command '"+credentialBird+"',", "<,LOGIN bob "+credentialBird+",",
			">,500 5.3.3 Unrecognized command 'LOGIN bob "+credentialBird+"',", "<,AUTH "+credentialBird+",", ">,504 5.7.4 "+credentialBird+"?,",
			"<,AUTH PLAIN "+credentialBird+",", ">,501 5.5.4 "+credentialBird+"?,",
			"<,X-EXPS NTLM "+pass+",", ">,334 x,", "<,"+pass+",", ">,235 ok,", "<,auth xoauth2 "+pass+",", ">,535 no,", "<,QUIT,", "-,,Local"),
		"debug_logs": "Fri Jan  2 03:05:05 2026 Info: 7 Sent to '192.0.2.10': '334 UGFzc3dvcmQ6\\015\\012'\n" + // the log begins here
			"Fri Jan  2 03:05:05 2026 Info: 7 Rcvd from '192.0.2.10': '" + pass + "\\015\\012'\n" +
			"Fri Jan  2 03:05:05 2026 Info: 7 Sent to '192.0.2.10': '535 #5.7.8 no\\015\\012'\n" +
			"Fri Jan  2 03:05:05 2026 Info: 7 Rcvd from '192.0.2.10': '" + pass + "\\015\\012'\n" + // an answer that nobody asked for
			"Fri Jan  2 03:05:05 2026 Info: 7 Sent to '192.0.2.10': '500 #5.5.1 command not recognized\\015\\012'\n" +
			"Fri Jan  2 03:05:05 2026 Info: 7 Rcvd from '192.0.2.10': '" + credentialBird + "\\015\\012x " + credentialBird + "\\015\\012'\n" + // in plain words
			"Fri Jan  2 03:05:05 2026 Info: 7 Sent to '192.0.2.10': '500 #5.5.1 command not recognized: " + credentialBird + "\\015\\012'\n" +
			"Fri Jan  2 03:05:05 2026 Info: 7 Sent to '192.0.2.10': '500 #5.5.1 command not recognized: x " + credentialBird + "\\015\\012'\n" +
			"Fri Jan  2 03:05:06 2026 Info: 7 Rcvd from '192.0.2.10': 'AUTH LOGIN\\015\\012" + pass + "\\015\\012" + pass + "\\015\\012'\n" +
			"Fri Jan  2 03:05:06 2026 Info: 7 Sent to '192.0.2.10': '334 VXNlcm5hbWU6\\015\\012'\n" +
			"Fri Jan  2 03:05:06 2026 Info: 7 Sent to '192.0.2.10': '334 UGFzc3dvcmQ6\\015\\012'\n" +
			"Fri Jan  2 03:05:06 2026 Info: 7 Sent to '192.0.2.10': '235 ok\\015\\012'\n" +
			"Fri Jan  2 03:05:07 2026 Info: 7 Rcvd from '192.0.2.10': 'EHLO x\\015\\012auth cram-md5 \\015\\012" + pass + "\\015\\012'\n" +
			"Fri Jan  2 03:05:07 2026 Info: 7 Sent to '192.0.2.10': '501 cancelled\\015\\012'\n" +
			"Fri Jan  2 03:05:08 2026 Info: 7 Rcvd from '192.0.2.10': 'auth scram-sha-512 " + pass + "\\015\\012'\n" +
			// the domain debug log: the appliance is the client
			"Fri Jan  2 03:05:09 2026 Info: 8 Rcvd: '220 mx'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Sent: 'EHLO esa'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Rcvd: '250 AUTH PLAIN LOGIN'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Sent: 'AUTH LOGIN'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Rcvd: '334 VXNlcm5hbWU6'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Sent: '" + pass + "'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Rcvd: '334 UGFzc3dvcmQ6'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Sent: '" + pass + "'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Rcvd: '535 no " + pass + "'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Sent: 'AUTH PLAIN " + plain + "'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 8 Rcvd: '235 ok'\n" +
			"Fri Jan  2 03:05:09 2026 Info: 9 Sent: 'AUTH PLAIN\n    " + plain + "'\n", // a line that a viewer has broken
		"mail_logs": "Fri Jan  2 03:04:05 2026 Info: 6216 Sent to '192.0.2.10': '220 mx.example.org ESMTP\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Rcvd from '192.0.2.10': 'EHLO ns.example.com\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Sent to '192.0.2.10': '250 AUTH LOGIN PLAIN\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Rcvd from '192.0.2.10': 'AUTH LOGIN\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Sent to '192.0.2.10': '334 VXNlcm5hbWU6\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Rcvd from '192.0.2.10': '" + pass + "\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Sent to '192.0.2.10': '334 UGFzc3dvcmQ6\\015\\012'\n" +
			"Fri Jan  2 03:04:05 2026 Info: 6216 Rcvd from '192.0.2.10': '" + pass + "\\015\\012'\n" +
			"Fri Jan  2 03:04:06 2026 Info: 6216 Sent to '192.0.2.10': '235 ok\\015\\012'\n" +
			"Fri Jan  2 03:04:06 2026 Info: 6216 Rcvd from '192.0.2.10': 'AUTH PLAIN " + plain + "\\015\\012'\n",
	}
}

// exchangeLines are lines of an Exchange protocol log, from their last three
// fields: event, data, context.
func exchangeLines(events ...string) string {
	var b strings.Builder
	for n, e := range events {
		fmt.Fprintf(&b, "2026-01-02T03:04:%02d.000Z,MX\\Default,08D9ABCDEF012345,%d,198.51.100.5:25,192.0.2.10:40000,%s\n", n, n, e)
	}
	return b.String()
}

// TestCanaries runs every command in every form over captures and logs that
// are full of secrets, and searches everything that was written.
func TestCanaries(t *testing.T) {
	script, err := wirescript.Parse(strings.NewReader(canaryScript()), "canaries")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := script.Frames()
	if err != nil {
		t.Fatal(err)
	}
	in, out := t.TempDir(), t.TempDir()
	t.Chdir(out) // what is written without a name would be found here
	t.Setenv("TMPDIR", out)
	capture := filepath.Join(in, "capture.pcap")
	if err := os.WriteFile(capture, captureBytes(t, frames), 0o600); err != nil {
		t.Fatal(err)
	}
	var logs []string
	for name, text := range canaryLog() {
		logs = append(logs, filepath.Join(in, name))
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := []string{"--client", "0.0.0.0/0"}
	do := func(args ...string) {
		r := invoke(nil, args...)
		silent(t, strings.Join(args, " "), []byte(r.stdout+r.stderr), credentialBird, bodyBird)
	}
	commands(do, capture, out, all)
	for _, log := range logs {
		if r := invoke(nil, "log", "--log-year", "2026", "--format", "jsonl", log); !strings.Contains(r.stdout, "[blanked]") {
			t.Errorf("%s: no credential was blanked; was the log read at all? %.300s", filepath.Base(log), r.stdout)
		}
		for _, form := range formats {
			do("log", "-v", "--log-year", "2026", "--format", form, log)
		}
		do("show", capture, "--client", "0.0.0.0/0", "--log", log, "--log-year", "2026")
		do("analyze", "-v", "--log", log, "--log-year", "2026", capture)
		do("analyze", "--format", "jsonl", "--log", log, "--log-year", "2026", capture)
		do("analyze", "--log-only", "--log", log, "--log-year", "2026", capture)
		if invoke(nil, "report", "--help").code == 0 {
			do(append([]string{"report", capture, "--log", log, "--log-year", "2026", "--force", "-o", filepath.Join(out, "with-log.html")}, all...)...)
		}
	}
	silentFiles(t, out)
}

// commands runs everything that reads a capture.
func commands(do func(...string), capture, out string, all []string) {
	for _, form := range formats {
		do("analyze", "-v", "--format", form, capture)
	}
	do("analyze", "--summary", capture)
	do(append([]string{"show", "-v", capture}, all...)...)
	do("show", capture, "--session", "99999")
	do("analyze", capture+".not-there")
	do("analyze", "--id", "nothing", capture)
	extract := func(name string, how ...string) {
		do(append(append([]string{"extract", capture, "-o", filepath.Join(out, name)}, how...), all...)...)
	}
	extract("plain.pcapng")
	extract("names.pcapng", "--redact")
	extract("bodies.pcapng", "--with-bodies")
	extract("plain.pcapng")
	do("extract", capture, "--session", "99999", "-o", filepath.Join(out, "none.pcapng"))
	if invoke(nil, "report", "--help").code == 0 {
		for _, form := range []string{"html", "md", "txt", "json"} {
			do(append([]string{"report", capture, "-o", filepath.Join(out, "report."+form)}, all...)...)
		}
	}
	do("show", filepath.Join(out, "plain.pcapng"), "--client", "0.0.0.0/0")
}

// silentFiles searches every file below a directory.
func silentFiles(t *testing.T, dir string) {
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		birds := []string{credentialBird, bodyBird}
		if filepath.Base(path) == "bodies.pcapng" {
			if !bytes.Contains(b, []byte(bodyBird)) {
				t.Error("--with-bodies has no body")
			}
			for _, line := range []string{b64("\x00user\x00" + credentialBird), b64("pw:" + credentialBird), b64(credentialBird + "-user")} {
				if bytes.Contains(b, []byte(line)) {
					t.Errorf("--with-bodies has the credential %s", line)
				}
			}
			return err
		}
		silent(t, d.Name(), b, birds...)
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("%d files were written (%v)", files, err)
	}
}

var (
	base64Run = regexp.MustCompile(`[A-Za-z0-9+/]{6,}`)
	hexRun    = regexp.MustCompile(`(?:[0-9A-Fa-f]{2}[ :]?){6,}`)
)

// silent searches bytes for the birds, also in base64, hexadecimal and percent
// forms.
func silent(t *testing.T, what string, b []byte, birds ...string) {
	t.Helper()
	forms := [][]byte{b}
	if plain, err := url.PathUnescape(strings.ToValidUTF8(string(b), "?")); err == nil {
		forms = append(forms, []byte(plain))
	}
	for _, run := range base64Run.FindAll(b, -1) {
		for skip := range min(4, len(run)) { // wherever it begins
			part := string(run[skip:])
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			if got, err := base64.RawStdEncoding.DecodeString(part); err == nil {
				forms = append(forms, got)
			}
		}
	}
	for _, run := range hexRun.FindAllString(string(b), -1) {
		if got, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "").Replace(run)); err == nil {
			forms = append(forms, got)
		}
	}
	for _, bird := range birds {
		for _, form := range forms {
			if at := regexp.MustCompile("(?i)" + bird).FindIndex(form); at != nil {
				t.Errorf("%s has %q: %q", what, bird, form[max(0, at[0]-60):min(len(form), at[1]+60)])
				break
			}
		}
	}
}

// TestSilentHears: the search itself finds what it is for.
func TestSilentHears(t *testing.T) {
	for name, text := range map[string]string{
		"plain": "x " + credentialBird, "capitals": strings.ToUpper(credentialBird), "base64": "=" + b64("ab"+credentialBird) + "=",
		"shifted": "Q" + b64(credentialBird), "hex": hex.EncodeToString([]byte(credentialBird)), "percent": "%7aaunkoenig",
	} {
		var probe testing.T
		silent(&probe, name, []byte(text), credentialBird)
		if !probe.Failed() {
			t.Errorf("%s is not heard", name)
		}
	}
}
