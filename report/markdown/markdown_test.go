package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"smtpscope/internal/hostile"
	"smtpscope/report"
	"smtpscope/report/document"
)

// TestText holds the escaping against what was written by hand.
func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"mid-DATA: RST from client":    "mid-DATA: RST from client",
		"after 20 kB, 0.3 s (80 %).":   "after 20 kB, 0.3 s (80 %).",
		"2026-11-22 17:28:10 UTC":      "2026-11-22 17:28:10 UTC",
		"alice@example.net → bob@b.ex": "`alice@example.net` → `bob@b.ex`",
		"greeted as mx1.example.org":   "greeted as `mx1.example.org`",
		"see https://evil.example/.":   "see `https://evil.example/.`",
		"@everyone":                    "`@everyone`",
		"<b> <i>":                      "`<b> <i>`",
		"1. item":                      "`1`. item",
		"- item":                       "`-` item",
		"# heading":                    "`#` heading",
		"GH-1 and PROJ-42":             "`GH-1` and `PROJ-42`",
		"deadbee":                      "`deadbee`",
		"4FF5A94":                      "`4FF5A94`",
		"`":                            "`` ` ``",
		"a ``` b":                      "a ```` ``` ```` b",
		"a`b":                          "``a`b``",
		"*x* _y_ ~z~":                  "`*x* _y_ ~z~`",
		"[a](b)":                       "`[a](b)`",
		"!!":                           "`!!`",
		"...":                          "...",
	} {
		if got := text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := cell("a|b `|`"); got != "``a\\x7cb `\\x7c```" && strings.Contains(got, "|") {
		t.Errorf("a bar in a cell: %q", got)
	}
}

// allowed is what may stand outside of code: our words, and the markup that
// this package writes itself, which is taken away before.
var allowed = regexp.MustCompile(`^[A-Za-z0-9 .,:;?%()'→–…≠≥-]*$`)

// linkish is what dialects make links or mentions of, though it consists of
// allowed characters.
var linkish = regexp.MustCompile(`(?i)www\.[^ ]|[a-z]\.[a-z]|\b[A-Z]+-[0-9]|\b[0-9a-f]{7,}\b|[a-z]:[^ ).,;:?]`)

// unquote takes the code spans out of a line as CommonMark 6.1 finds them, and
// gives what is left, and what is shown.
func unquote(line string) (rest, shown string) {
	for line != "" {
		i := strings.IndexByte(line, '`')
		if i < 0 {
			return rest + line, shown + line
		}
		n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		fence := line[i : i+n]
		rest, shown = rest+line[:i], shown+line[:i]
		line = line[i+n:]
		end := closing(line, n)
		if end < 0 { // no code: plain backticks
			rest, shown = rest+fence, shown+fence
			continue
		}
		code := line[:end]
		if len(code) > 2 && code[0] == ' ' && code[len(code)-1] == ' ' && strings.Trim(code, " ") != "" {
			code = code[1 : len(code)-1]
		}
		rest, shown, line = rest+"→", shown+code, line[end+n:]
	}
	return rest, shown
}

// closing finds a run of exactly n backticks.
func closing(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if run == n {
			return i
		}
		i += run
	}
	return -1
}

// checkMarkdown fails unless all that is not ours stands in code. It gives
// what is shown.
func checkMarkdown(t *testing.T, md string) string {
	t.Helper()
	var all strings.Builder
	fence, columns := "", 0
	for _, line := range strings.Split(md, "\n") {
		if line != report.Printable(line) {
			t.Errorf("not printable: %q", line)
		}
		switch run := line[:len(line)-len(strings.TrimLeft(line, "`"))]; {
		case fence != "" && len(run) >= len(fence) && len(run) == len(line):
			fence = ""
		case fence != "":
			all.WriteString(line + "\n")
		case len(run) >= 3 && line == run+"text":
			fence = run
		default:
			switch table := strings.HasPrefix(line, "|"); {
			case !table:
				columns = 0
			case columns == 0: // its heading
				columns = strings.Count(line, "|")
			}
			all.WriteString(checkLine(t, line, columns) + "\n")
		}
	}
	if fence != "" {
		t.Error("a code block has no end")
	}
	return all.String()
}

// ours is the markup at the beginning of a line that this package writes.
var ours = regexp.MustCompile(`^(#{1,3} |- |  - |---$)`)

func checkLine(t *testing.T, line string, columns int) string {
	t.Helper()
	rest, shown := unquote(ours.ReplaceAllString(line, ""))
	rest = strings.ReplaceAll(strings.ReplaceAll(rest, "**", ""), "SHA-256", "")
	if strings.HasPrefix(line, "|") {
		if n := strings.Count(line, "|"); n != columns {
			t.Errorf("%d bars where the table has %d: %s", n, columns, line)
		}
		rest = strings.ReplaceAll(rest, "|", "")
		rest = strings.ReplaceAll(rest, "---", "")
	}
	if !allowed.MatchString(rest) || linkish.MatchString(rest) {
		t.Errorf("outside of code: %s\n  in %s", rest, line)
	}
	return shown
}

func checkHostile(t *testing.T, s string, words bool) {
	t.Helper()
	for _, single := range []bool{false, true} {
		var b bytes.Buffer
		if err := Write(&b, hostile.Document(s, single, words)); err != nil {
			t.Fatal(err)
		}
		checkMarkdown(t, b.String())
	}
}

func TestHostileMarkdown(t *testing.T) {
	for _, s := range hostile.Texts {
		checkHostile(t, s, false)
		checkHostile(t, s, true)
	}
}

func FuzzMarkdown(f *testing.F) {
	for i := 0; i < len(hostile.Texts); i += 8 { // TestHostile… has all of them
		f.Add(hostile.Texts[i])
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) <= hostile.Longest {
			checkHostile(t, s, false)
		}
	})
}

// FuzzText: what is shown is what was meant, but for the number of spaces.
func FuzzText(f *testing.F) {
	for i := 0; i < len(hostile.Texts); i += 8 { // TestHostile… has all of them
		f.Add(hostile.Texts[i])
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = report.Printable(s)
		rest, shown := unquote(text(s))
		if !allowed.MatchString(rest) || linkish.MatchString(rest) {
			t.Errorf("outside of code: %q of %q", rest, s)
		}
		if !slices.Equal(strings.Fields(shown), strings.Fields(s)) {
			t.Errorf("%q shows %q", s, shown)
		}
	})
}

func TestBlockIsNotLeft(t *testing.T) {
	d := &document.Detail{Filter: "x\n", Lines: []document.Line{{Words: "````\n# out"}}}
	var b bytes.Buffer
	if err := Write(&b, &document.Document{Single: true, Details: []*document.Detail{d}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "`````text\n") {
		t.Errorf("the fence is not longer than what it holds:\n%s", b.String())
	}
}
