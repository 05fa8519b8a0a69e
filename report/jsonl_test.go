package report

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"smtpscope/session"
)

func TestJSONL(t *testing.T) {
	var b bytes.Buffer
	writeAll(t, NewJSONL(&b))(fixture())
	compare(t, "testdata/records.jsonl", b.Bytes())
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	sessions, _ := fixture()
	if len(lines) != len(sessions)+len(patternsOf(sessions))+1 {
		t.Fatalf("%d lines of %d sessions, their patterns and a capture", len(lines), len(sessions))
	}
	for i, line := range lines {
		if strings.IndexFunc(line, deceptive) >= 0 {
			t.Errorf("line %d could deceive: %q", i+1, line)
		}
	}
	// What was escaped for people reads back as what was sent.
	var first struct{ Messages []struct{ From string } }
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if got := first.Messages[0].From; got != "用户\u202e\x1b[31m@例え.jp" {
		t.Errorf("the sender reads back as %q", got)
	}
}

func TestSafeJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"plain <b>&"}`:                    `{"a":"plain <b>&"}`,
		"\"\u202e\u009b\x7f\u2066\U000e0041é\"": `"\u202e\u009b\u007f\u2066\udb40\udc41é"`,
	} {
		if got := string(safeJSON([]byte(in))); got != want {
			t.Errorf("safeJSON(%q) = %s, want %s", in, got, want)
		}
	}
}

// FuzzJSONL: whatever was sent, a line is one line, is JSON, deceives nobody,
// and says the same as encoding/json would.
func FuzzJSONL(f *testing.F) {
	f.Add("a@b.example", "250 ok")
	f.Add("\u202e\x00\n\"\\", "\xff\U000e0041\u2028")
	f.Fuzz(func(t *testing.T, from, text string) {
		m := withReply(mail(session.Accepted), 250, text)
		m.From = &from
		r := made("ready", session.ByQuit, "client", m)
		var b bytes.Buffer
		if err := NewJSONL(&b).Session(&session.Session{Record: *r}); err != nil {
			t.Fatal(err)
		}
		line, rest, _ := strings.Cut(b.String(), "\n")
		if rest != "" {
			t.Fatalf("more than a line: %q", b.String())
		}
		for _, c := range line {
			if c != ' ' && (unicode.Is(unicode.Cf, c) || unicode.IsControl(c)) {
				t.Fatalf("%U in %q", c, line)
			}
		}
		var got, want any
		plain, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func BenchmarkJSONL(b *testing.B) {
	sessions, _ := fixture()
	j := NewJSONL(io.Discard)
	b.ReportAllocs()
	for i := range b.N {
		if err := j.Session(sessions[i%len(sessions)]); err != nil {
			b.Fatal(err)
		}
	}
}
