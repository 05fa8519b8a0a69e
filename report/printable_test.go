package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "MAIL FROM:<a@b.example>", "MAIL FROM:<a@b.example>"},
		{"an escape sequence", "\x1b[2J\x1b]0;title\a", `\x1b[2J\x1b]0;title\x07`},
		{"line ends", "a\r\nb\tc", `a\x0d\x0ab\x09c`},
		{"DEL", "a\x7f", `a\x7f`},
		{"C1 in UTF-8 (CSI)", "\u009b31m", `\u009b31m`},
		{"C1 as a byte", "\x9b31m", `\x9b31m`},
		{"bytes that are not UTF-8", "caf\xe9 \xff\xfe", `caf\xe9 \xff\xfe`},
		{"a cut sequence", "\xe2\x82", `\xe2\x82`},
		{"an encoded surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"right-to-left override", "gpj\u202e.exe", `gpj\u202e.exe`},
		{"isolates and marks", "\u2066x\u2069\u200f\u061c", `\u2066x\u2069\u200f\u061c`},
		{"nothing to see", "a\u200bb\ufeffc\u00add", `a\u200bb\ufeffc\u00add`},
		{"separators", "\u2028\u2029\u00a0\u3000", `\u2028\u2029\u00a0\u3000`},
		{"tags", "\U000e0041", `\U000e0041`},
		{"private and unassigned", "\ue000\u0378", `\ue000\u0378`},
		{"other scripts stay", "用户@例え.jp, пётр, שלום", "用户@例え.jp, пётр, שלום"},
		{"a few accents stay", "e\u0301", "e\u0301"},
		{"a tower of accents does not", "e" + strings.Repeat("\u0301", 5), "e\u0301\u0301\u0301" + `\u0301\u0301`},
		{"a replacement character that was sent", "\ufffd", "\ufffd"},
	}
	for _, test := range tests {
		if got := Printable(test.in); got != test.want {
			t.Errorf("%s: Printable(%q) = %q, want %q", test.name, test.in, got, test.want)
		}
	}
}

// FuzzPrintable: whatever came from the wire, what is printed is one line of
// text that a terminal only shows, and doing it twice changes nothing.
func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"", "a", "\x1b[31m", "\u202e", "\xff", "日本語", "e\u0301\u0301\u0301\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Printable(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r != ' ' && !unicode.IsPrint(r) {
				t.Fatalf("%q holds %U", got, r)
			}
		}
		if again := Printable(got); again != got {
			t.Fatalf("%q becomes %q", got, again)
		}
	})
}
