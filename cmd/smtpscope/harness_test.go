package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"smtpscope/internal/wirescript"
)

var update = flag.Bool("update", false, "write the files that the tests compare with")

// casesDir holds a folder for each whole capture.
const casesDir = "../../testdata"

// A testCase is a folder of testdata: a capture, and what it must give.
type testCase struct {
	name    string
	dir     string             // absolute
	capture string             // the capture's name in dir; "" where it is made from the script
	script  *wirescript.Script // nil for a real capture
}

// someCases are all cases, and in the daily round (-short) every fourth: for what
// runs the program several times a case.
func someCases(t *testing.T) []testCase {
	t.Helper()
	list := cases(t)
	if !testing.Short() {
		return list
	}
	var some []testCase
	for i := 0; i < len(list); i += 4 {
		some = append(some, list[i])
	}
	return some
}

// cases reads testdata. A folder without a capture is a mistake.
func cases(t *testing.T) []testCase {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(casesDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var list []testCase
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		c := testCase{name: filepath.Base(dir)}
		if c.dir, err = filepath.Abs(dir); err != nil {
			t.Fatal(err)
		}
		if captures, _ := filepath.Glob(filepath.Join(dir, "*.pcap*")); len(captures) > 0 {
			c.capture = filepath.Base(captures[0])
		} else if c.script, err = wirescript.ParseFile(filepath.Join(dir, "session.txt")); err != nil {
			t.Error(err)
			continue
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		t.Fatal("testdata holds no case")
	}
	return list
}

// frames are the case's packets.
func (c *testCase) frames(t *testing.T) []wirescript.Frame {
	t.Helper()
	var frames []wirescript.Frame
	var err error
	if c.script != nil {
		frames, err = c.script.Frames()
	} else {
		frames, err = wirescript.ReadFile(filepath.Join(c.dir, c.capture))
	}
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

// result is what a run of the program gave.
type result struct {
	code           int
	stdout, stderr string
}

// invoke runs the program in this process.
func invoke(stdin io.Reader, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(args, stdin, &stdout, &stderr, []string{"COLUMNS=100"})
	return result{code, stdout.String(), stderr.String()}
}

// mustRun is invoke where nothing may go wrong.
func mustRun(t *testing.T, stdin io.Reader, args ...string) string {
	t.Helper()
	r := invoke(stdin, args...)
	if r.code != exitDone || r.stderr != "" {
		t.Fatalf("smtpscope %s: exit code %d, standard error:\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r.stdout
}

func pcapBytes(t *testing.T, frames []wirescript.Frame, o wirescript.PcapOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := wirescript.WritePcap(&b, frames, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// captureBytes writes frames as pcap with nanoseconds, or as pcapng where
// they are of several link types, which pcap cannot hold.
func captureBytes(t *testing.T, frames []wirescript.Frame) []byte {
	t.Helper()
	if !severalLinks(frames) {
		return pcapBytes(t, frames, wirescript.PcapOptions{Nano: true})
	}
	var b bytes.Buffer
	if err := wirescript.WritePcapng(&b, frames, wirescript.PcapngOptions{TSResol: 9}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func severalLinks(frames []wirescript.Frame) bool {
	return slices.ContainsFunc(frames, func(f wirescript.Frame) bool { return f.Link != frames[0].Link })
}

// analyzed gives the session lines of a capture, by number of session.
func analyzed(t *testing.T, capture []byte) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(mustRun(t, bytes.NewReader(capture), "analyze", "--format", "jsonl", "-"), "\n"), "\n")
	lines = sessionLines(lines)
	slices.SortFunc(lines, func(a, b string) int { return int(number(t, a) - number(t, b)) })
	return lines
}

// sessionLines are the lines about sessions; patterns and the capture come
// behind them.
func sessionLines(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, `{"type":"session"`) })
}

func number(t *testing.T, line string) int64 {
	t.Helper()
	var r struct{ Session int64 }
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	return r.Session
}
