package report

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, in      string
		limit, indent int
		want          string
	}{
		{"fits", "mid-DATA: RST", 20, 2, "mid-DATA: RST"},
		{"at a space", "mid-DATA: RST from client after 41 kB", 20, 2, "mid-DATA: RST from|  client after 41 kB"},
		{"within an address", "someone.with.a.name@department.example.com → x", 20, 2,
			"someone.with.a.name@|  department.|  example.com → x"},
		{"an address of IPv6", "[2001:db8:1:2:3:4:5:6]:41234", 18, 2, "[2001:db8:1:2:3:4:|  5:6]:41234"},
		{"a number and its unit", "RST after 41 kB, 36.1 s", 14, 2, "RST after|  41 kB,|  36.1 s"},
		{"nothing to break at", "aaaaaaaaaaaaaaaa", 6, 2, "aaaaaa|  aaaa|  aaaa|  aa"},
		{"wide characters", "用户用户用户@例え.jp", 8, 0, "用户用户|用户@|例え.jp"},
		{"no room at all", "a  bc", -13, 0, "a|b|c"},
		{"no room behind the indent", "abcdef", 2, 4, "abcde|    f"},
		{"two spaces are one gap and an empty word", "a  b", 10, 0, "a  b"},
	}
	for _, test := range tests {
		got := wrap(test.in, test.limit, test.indent)
		if want := strings.ReplaceAll(test.want, "|", "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, want)
		}
	}
}

// TestWrapLongWord: what is left of a word is not measured again for each line.
// These would take hours.
func TestWrapLongWord(t *testing.T) {
	for _, letter := range []string{"a", "漢"} {
		n := 6_000_000 / len(letter)
		perLine := 20 / lineWidth(letter)
		if got, want := strings.Count(wrap(strings.Repeat(letter, n), 20, 0), "\n"), (n-1)/perLine; got != want {
			t.Errorf("%q %d times: %d line ends, want %d", letter, n, got, want)
		}
	}
}

// FuzzWrap: no line is wider than the limit, and no character is lost.
func FuzzWrap(f *testing.F) {
	f.Add("before DATA (after RCPT): FIN from server", 20)
	f.Add("用户@例え.jp → x", 6)
	f.Add("aaaaaaaaaaaaaaaaaaaaaa b", 5)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit < 6 || limit > 200 || len(s) > 2000 {
			return // outside what the table asks for
		}
		s = Printable(s)
		got := wrap(s, limit, 2)
		if w := width(got); w > limit {
			t.Fatalf("%q is %d wide, limit %d", got, w, limit)
		}
		bare := strings.NewReplacer(" ", "", "\n", "")
		if bare.Replace(got) != bare.Replace(s) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
