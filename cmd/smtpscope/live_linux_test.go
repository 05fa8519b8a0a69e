package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"smtpscope/internal/benchdata"
	"smtpscope/internal/livetest"
	"smtpscope/internal/wirescript"
)

// onWire runs a test in a network namespace of its own: it is run again in a
// process that is there, where onWire reports true.
func onWire(t *testing.T) bool {
	t.Helper()
	if livetest.Inside() {
		if err := livetest.Connect(); err != nil {
			t.Fatal(err)
		}
		return true
	}
	if why := livetest.Missing(); why != "" {
		t.Skip("not run: ", why)
	}
	cmd := livetest.Again("-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=3m")
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// watch starts smtpscope live on the mirror.
func watch(t *testing.T, args ...string) *livetest.Watch {
	t.Helper()
	cmd := &exec.Cmd{Path: os.Args[0], Args: append([]string{"smtpscope", "live", "-i", livetest.Mirror}, args...)}
	w, err := livetest.Start(cmd, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Kill() })
	return w
}

func send(t *testing.T, frames []wirescript.Frame, rate int) {
	t.Helper()
	s, err := livetest.NewSender(livetest.Wire)
	if err != nil {
		t.Fatal(err)
	}
	s.Pace(rate)
	for i := range frames {
		if err := s.Send(frames[i].Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// crowd gives the frames of a generated capture of many sessions.
func crowd(t *testing.T, sessions int) []wirescript.Frame {
	t.Helper()
	p, _ := benchdata.Named("dialogues")
	p.Sessions, p.AtOnce, p.Seed = sessions, 50, 99
	var b, truth bytes.Buffer
	if err := benchdata.Generate(p, &b, &truth); err != nil {
		t.Fatal(err)
	}
	frames, err := wirescript.ReadFrames(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

// lasting are the fields of a record that do not change with the moment at
// which a packet was seen, and with what stood around it.
func lasting(t *testing.T, line string) string {
	t.Helper()
	var r map[string]any
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(withoutTime(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func withoutTime(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range []string{"source", "sources"} {
			delete(v, name)
		}
		for name := range v {
			v[name] = withoutTime(v[name])
		}
	case []any:
		for i := range v {
			v[i] = withoutTime(v[i])
		}
	}
	return v
}

// TestLiveLikeFile: what is seen on an interface gives the records that the
// file gives which tcpdump wrote of it meanwhile, frame by frame and to the
// nanosecond.
func TestLiveLikeFile(t *testing.T) {
	if !onWire(t) {
		return
	}
	if _, err := exec.LookPath("tcpdump"); err != nil {
		t.Skip("not run: needs tcpdump")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "tcpdump.pcap")
	dump := exec.Command("tcpdump", "-i", livetest.Mirror, "-w", file, "-U", "-B", "16384", "--nano", "-Z", "root")
	var said livetest.Buffer
	dump.Stderr = &said
	if err := dump.Start(); err != nil {
		t.Fatal(err)
	}
	if err := livetest.Until(20*time.Second, func() error {
		if strings.Contains(said.String(), "listening on") {
			return nil
		}
		return fmt.Errorf("tcpdump: %s", said.String())
	}); err != nil {
		t.Fatal(err)
	}
	w := watch(t, "--format", "jsonl", "--quiet", "--filter", "greater 0") // everything, so that frames have the same numbers
	frames := crowd(t, 200)
	send(t, frames, 20000)
	time.Sleep(time.Second) // for both to have everything
	if err := w.End(syscall.SIGINT); err != nil {
		t.Fatal(err, w.Stderr.String())
	}
	if err := dump.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := dump.Wait(); err != nil {
		t.Fatal(err, said.String())
	}
	live := strings.Split(strings.TrimSpace(w.Stdout.String()), "\n")
	capture := live[len(live)-1]
	if want := fmt.Sprintf(`"packets":%d`, len(frames)); !strings.Contains(capture, want) {
		t.Errorf("%s is not in %s", want, capture)
	}
	recorded, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fromFile := analyzed(t, recorded)
	live = sessionLines(live)
	slices.SortFunc(live, func(a, b string) int { return int(number(t, a) - number(t, b)) })
	if len(live) != len(fromFile) || len(live) < 150 {
		t.Fatalf("%d sessions live, %d in the file", len(live), len(fromFile))
	}
	for i := range live {
		if a, b := lasting(t, live[i]), lasting(t, fromFile[i]); a != b {
			t.Fatalf("live and file differ:\n%s\n%s", a, b)
		}
	}
}
