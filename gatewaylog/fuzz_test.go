package gatewaylog

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// credential is an initial response that must not come out of any reader.
var credential = regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9_-])AUTH (?:PLAIN|LOGIN|CRAM-MD5) ([A-Za-z0-9+/=]{16,})`)

// fuzzFormat gives mutated logs of one product to its reader. Beyond not
// panicking: every line is counted once and stands where it is said to stand,
// every field comes from the lines, and no credential comes out.
func fuzzFormat(f *testing.F, p Product, seeds ...string) {
	f.Helper()
	for _, glob := range seeds {
		paths, err := filepath.Glob("testdata/" + glob)
		if err != nil || len(paths) == 0 {
			f.Fatal(glob, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			for len(text) > 3000 { // in pieces, which mutate faster
				n := 3000 + strings.IndexByte(string(text[3000:]), '\n') + 1
				f.Add(string(text[:n]))
				text = text[n:]
			}
			f.Add(string(text))
		}
	}
	for _, group := range [][]expectation{seedsESA, expectESA, expectGateways, expectPostfix, expectOthers} {
		for _, x := range group {
			f.Add(x.log)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		conns, report := readText(t, Options{Product: p, Year: 2022}, text)
		checkCounted(t, conns, report)
		checkFields(t, conns)
		checkPrivate(t, conns, report, text)
	})
}

// plain makes texts comparable over what reading normalises: case, quotes and
// escapes, blanks. Bytes that are no UTF-8 stay what they are.
func plain(s string) string {
	return lowerASCII(strings.NewReplacer(`\`, "", `"`, "", `'`, "", " ", "", "\t", "", "\r", "", "<", "", ">", "").Replace(s))
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func checkFields(t *testing.T, conns []*Connection) {
	t.Helper()
	for _, c := range conns {
		var b strings.Builder
		for _, l := range c.Lines {
			b.WriteString(l.Text + "\n")
		}
		if c.LinesCut > 0 {
			continue
		}
		// A message learns things from lines that moved with it; so look at all.
		text := plain(b.String())
		for _, s := range append([]string{c.ID, c.Helo, c.Client.Name, c.Server.Name, c.Auth.User, c.TLS.Cipher}, messageFields(c.Messages)...) {
			if c.Direction == Outbound { // told by the inbound message too
				break
			}
			if !strings.Contains(text, plain(s)) {
				t.Errorf("%q is not in the lines %.300q", s, b.String())
			}
		}
	}
}

func messageFields(ms []*Message) []string {
	var out []string
	for _, m := range ms {
		out = append(out, m.ID, m.From, m.MessageID)
		for _, r := range m.Recipients {
			out = append(out, r.Address)
		}
	}
	return out
}

func checkPrivate(t *testing.T, conns []*Connection, r *Report, text string) {
	t.Helper()
	for _, line := range strings.Split(text, "\n") {
		for _, m := range credential.FindAllStringSubmatch(strings.ReplaceAll(line, "\x00", ""), -1) {
			if strings.Count(text, m[1]) > 1 {
				continue
			}
			for _, c := range conns {
				for _, l := range c.Lines {
					if strings.Contains(l.Text, m[1]) {
						t.Errorf("a credential is kept: %q", l.Text)
					}
				}
				for _, x := range c.Rejections {
					if strings.Contains(x.Words, m[1]) {
						t.Errorf("a credential is kept: %q", x.Words)
					}
				}
			}
			for _, x := range r.Reasons {
				for _, l := range x.Examples {
					if strings.Contains(l.Text, m[1]) {
						t.Errorf("a credential is shown: %q", l.Text)
					}
				}
			}
		}
	}
}

func FuzzESA(f *testing.F)         { fuzzFormat(f, CiscoESA, "cisco-*.log") }
func FuzzSymantec(f *testing.F)    { fuzzFormat(f, SymantecSMG, "symantec-*.log") }
func FuzzPureMessage(f *testing.F) { fuzzFormat(f, PureMessage, "sophos-*.log") }
func FuzzSendmail(f *testing.F)    { fuzzFormat(f, Sendmail, "sendmail-*.log") }
func FuzzPostfix(f *testing.F)     { fuzzFormat(f, Postfix, "postfix-*.log") }
func FuzzExim(f *testing.F)        { fuzzFormat(f, Exim, "exim-*.log") }
func FuzzOpenSMTPD(f *testing.F)   { fuzzFormat(f, OpenSMTPD, "opensmtpd-*.log") }
func FuzzExchange(f *testing.F)    { fuzzFormat(f, Exchange, "exchange-*.log") }
func FuzzAny(f *testing.F)         { fuzzFormat(f, "", "*.log") }

// FuzzStamp: a stamp that is found is a time of day on a day of the month, and
// lies within the text.
func FuzzStamp(f *testing.F) {
	for _, s := range []string{"Nov 22 11:08:19", "Thu Aug 14 11:04:31 2014", "2014-07-17T16:08:52.406761+00:00", "2018 Mar 20 08:42:35 PDT", "5-15-2020 21:50", "1294054057|", "2016-03-21 06:38:05 +0100"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		st, n := scanStamp(s)
		if n < 0 || n > len(s) {
			t.Fatalf("%d of %d bytes", n, len(s))
		}
		if n == 0 {
			return
		}
		if st.month < 1 || st.month > 12 || st.day < 1 || st.day > 31 || st.hour > 23 || st.min > 59 || st.sec > 60 || st.nsec > 999_999_999 || st.precision <= 0 {
			t.Errorf("%q: %+v", s, st)
		}
		c := clock{}
		first := c.resolve(st, s[:n])
		if again := c.resolve(st, s[:n]); again != first {
			t.Errorf("%q: %v, then %v", s, first, again)
		}
	})
}

// FuzzLines: the reader gives the lines that splitting gives, bounded and
// without NULs.
func FuzzLines(f *testing.F) {
	f.Add("a\nb\r\n\nc", 7)
	f.Add(strings.Repeat("x", 100)+"\n\x00\x00y", 3)
	f.Fuzz(func(t *testing.T, text string, _ int) {
		if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\xef\xbb\xbf") || strings.HasPrefix(text, "\x1f\x8b") || strings.HasPrefix(text, "\x28\xb5\x2f\xfd") {
			return
		}
		in, err := content(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		l := lineReader{in: in}
		want := strings.Split(text, "\n")
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		for i := range want {
			got, _, _, err := l.next()
			x := strings.TrimRight(want[i], "\r")
			if len(x) > maxLineBytes {
				x = x[:maxLineBytes]
			}
			if x = strings.ReplaceAll(x, "\x00", ""); err != nil || got != x {
				t.Fatalf("line %d: %q, %v, want %q", i, got, err, x)
			}
		}
		if _, _, _, err := l.next(); err == nil || l.number != int64(len(want)) {
			t.Errorf("%d lines, %v", l.number, err)
		}
	})
}
