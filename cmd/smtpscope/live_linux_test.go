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
	if ended, is := r["ended"].(map[string]any); is && ended["by"] == "unknown" {
		delete(ended, "time") // no packet ended it, and live, time goes on without packets
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

// aborted is a session that the client resets in the middle of the content, n
// tells its addresses from those of others.
func aborted(t *testing.T, n int) []wirescript.Frame {
	t.Helper()
	return play(t, fmt.Sprintf("client 192.0.2.%d:41234\nserver 198.51.100.5:25\n\nup to data 3000\nC rst\n", n))
}

// open is a session that goes on.
func open(t *testing.T, n int) []wirescript.Frame {
	t.Helper()
	return play(t, fmt.Sprintf("client 192.0.2.%d:41234\nserver 198.51.100.5:25\n\nup to data 3000\n", n))
}

func count(text, part string) int { return strings.Count(text, part) }

// TestLiveEnds: SIGINT ends the watching in order: what has ended is written,
// what is open is written as such, the last line has the counts, and they are
// those of the wire. SIGTERM does the same.
func TestLiveEnds(t *testing.T) {
	if !onWire(t) {
		return
	}
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		w := watch(t, "--format", "jsonl")
		frames := append(aborted(t, 10), open(t, 11)...)
		send(t, frames, 0)
		if err := w.End(signal); err != nil { // at once: nothing that was on the wire before may be missing
			t.Fatal(err, w.Stderr.String())
		}
		out := w.Stdout.String()
		for part, want := range map[string]int{`{"type":"session"`: 2, `"how":"rst"`: 1, `"how":"capture-end"`: 1, `"selected":2`: 1,
			fmt.Sprintf(`"packets":%d,`, len(frames)): 2} { // of the capture, and of its only interface
			if got := count(out, part); got != want {
				t.Errorf("%v: %s is there %d times, want %d:\n%s", signal, part, got, want, out)
			}
		}
		if !strings.Contains(w.Stderr.String(), fmt.Sprintf("msg=ended packets=%d ", len(frames))) {
			t.Errorf("%v: standard error: %s", signal, w.Stderr.String())
		}
	}
}

// TestLiveOutput: SIGHUP opens the output anew behind logrotate's back.
func TestLiveOutput(t *testing.T) {
	if !onWire(t) {
		return
	}
	name := filepath.Join(t.TempDir(), "out.jsonl")
	w := watch(t, "--format", "jsonl", "-o", name)
	if err := os.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	if err := w.Cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := livetest.Until(20*time.Second, func() error { _, err := os.Stat(name); return err }); err != nil {
		t.Fatal(err)
	}
	send(t, aborted(t, 10), 0)
	if err := w.End(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	now, err := os.ReadFile(name)
	if err != nil || count(string(now), `{"type":"session"`) != 1 {
		t.Errorf("%v: the new file holds %s", err, now)
	}
	if old, _ := os.ReadFile(name + ".1"); len(old) != 0 {
		t.Errorf("the old file holds %s", old)
	}
}

// TestLiveInterfaceDown: the interface goes down, comes back, is deleted and
// made again; each is said, the watching goes on, and the end says for how long
// nothing was seen.
func TestLiveInterfaceDown(t *testing.T) {
	if !onWire(t) {
		return
	}
	w := watch(t, "--format", "jsonl")
	send(t, aborted(t, 10), 0)
	steps := []struct{ name, says, away, back string }{
		{"down", "it is switched off", "link set " + livetest.Mirror + " down\n", "link set " + livetest.Mirror + " up\n"},
		{"deleted", "it is gone", "link del " + livetest.Wire + "\n", ""},
	}
	for i, step := range steps {
		time.Sleep(500 * time.Millisecond) // the block in the kernel's hands goes with the interface
		if err := livetest.IP(step.away); err != nil {
			t.Fatal(err)
		}
		said := func(what string, times int) {
			t.Helper()
			if err := livetest.Until(30*time.Second, func() error {
				if count(w.Stderr.String(), what) >= times {
					return nil
				}
				return fmt.Errorf("%s: %q was not said: %s", step.name, what, w.Stderr.String())
			}); err != nil {
				t.Fatal(err)
			}
		}
		said(step.says, 1)
		var err error
		if step.back != "" {
			err = livetest.IP(step.back)
		} else {
			err = livetest.Connect()
		}
		if err != nil {
			t.Fatal(err)
		}
		said("interface is back", i+1)
		send(t, aborted(t, 11+i), 0)
	}
	if err := w.End(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if out := w.Stdout.String(); !strings.Contains(out, `"errors":["mirror0: nothing could be seen of it for `) || !strings.Contains(out, `, 2 times"]`) {
		t.Errorf("the end does not say it: %s", out)
	}
	if got := count(w.Stdout.String(), `"how":"rst"`); got != 3 {
		t.Errorf("%d sessions, want 3:\n%s", got, w.Stdout.String())
	}
}

// TestLiveLogGone: one of two logs is deleted; that is said, and by the
// sessions whose lines may be there; when it is back that is said, and later
// sessions know nothing of it.
func TestLiveLogGone(t *testing.T) {
	if !onWire(t) {
		return
	}
	stays, goes := filepath.Join(t.TempDir(), "mx1.log"), filepath.Join(t.TempDir(), "mx2.log")
	for _, name := range []string{stays, goes} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := watch(t, "--format", "jsonl", "--log", stays, "--log", goes, "--log-delay", "2s")
	if err := os.Remove(goes); err != nil {
		t.Fatal(err)
	}
	if err := w.Said(`msg="the log cannot be read; sessions may stand without their lines" log=`+goes, 20*time.Second); err != nil {
		t.Fatal(err)
	}
	send(t, aborted(t, 10), 0)
	time.Sleep(time.Second)
	if err := os.WriteFile(goes, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Said(`msg="the log is read again" log=`+goes, 20*time.Second); err != nil {
		t.Fatal(err)
	}
	send(t, aborted(t, 11), 0)
	if err := w.End(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	out := w.Stdout.String()
	for _, line := range strings.Split(out, "\n") {
		says := strings.Contains(line, `"reason":"`+goes+` could not be read at that time; else the log has no inbound connection`)
		if before := strings.Contains(line, `"ip":"192.0.2.10"`); strings.Contains(line, `"type":"session"`) && says != before {
			t.Errorf("before its return %v, said %v: %s", before, says, line)
		}
	}
	if !strings.Contains(out, `"errors":["`+goes+`: it could not be read for `) || !strings.Contains(out, `, 1 time"]`) {
		t.Errorf("the end does not say it: %s", out)
	}
	if got := count(w.Stderr.String(), "the log cannot be read"); got != 1 {
		t.Errorf("it is said %d times: %s", got, w.Stderr.String())
	}
}

// TestLiveRecords: a session that was reset is recorded, one that ended well
// is not; on a full disk the watching goes on, an alarm is given, no part of a
// file is left, and recording goes on when there is room.
func TestLiveRecords(t *testing.T) {
	if !onWire(t) {
		return
	}
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k,mode=0700"); err != nil {
		t.Fatal(err)
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	w := watch(t, "--format", "jsonl", "--record", dir, "--record-when", "mid-data,after-dot", "--max-memory", "256MiB")
	recordings := func() []string {
		list, _ := filepath.Glob(filepath.Join(dir, "*"))
		return list
	}
	// A session is written when nothing can change it any more, half a minute
	// after its end; a SYN on the same ports ends it at once.
	finished := func(n int) {
		send(t, append(aborted(t, n), wirescript.ShiftISN(aborted(t, n), 1<<24)[:1]...), 0)
	}
	finished(10)
	if err := livetest.Until(20*time.Second, func() error {
		if len(recordings()) == 1 {
			return nil
		}
		return fmt.Errorf("recordings: %v; %s", recordings(), w.Stderr.String())
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 64<<10), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	finished(11)
	if err := w.Said("sessions are not recorded", 20*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := w.Said("no space left", time.Second); err != nil {
		t.Error(err)
	}
	if got := len(recordings()); got != 2 { // the first one, and the filler
		t.Errorf("there are %v", recordings())
	}
	if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
		t.Fatal(err)
	}
	n := 12
	if err := livetest.Until(40*time.Second, func() error {
		finished(n)
		n++
		time.Sleep(time.Second)
		return w.Said("sessions are recorded again", 0)
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.End(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := count(w.Stdout.String(), `"ended":{"phase":"data"`); got != n-10 {
		t.Errorf("%d sessions were written, %d were played", got, n-10)
	}
}

// TestLiveLosses: where the kernel drops packets, the counts add up to what was
// sent, and the session that was open meanwhile says so.
func TestLiveLosses(t *testing.T) {
	if !onWire(t) {
		return
	}
	w := watch(t, "--format", "jsonl", "--buffer", "64KiB")
	session := aborted(t, 10)
	last := len(session) - 1
	send(t, session[:last], 0)
	if err := w.Cmd.Process.Signal(syscall.SIGSTOP); err != nil { // too slow for what comes
		t.Fatal(err)
	}
	crowd := crowd(t, 300)
	send(t, crowd, 0)
	if err := w.Cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := w.Said("packets were lost before they could be read", 20*time.Second); err != nil {
		t.Fatal(err)
	}
	send(t, session[last:], 0)
	if err := w.End(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(w.Stdout.String()), "\n")
	var capture struct {
		Packets int64
		Quality struct{ Dropped int64 }
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &capture); err != nil {
		t.Fatal(err)
	}
	mail := int64(0) // the kernel's filter keeps the rest out
	for _, f := range slices.Concat(session, crowd) {
		if port := func(at int) bool {
			p := int(f.Data[at])<<8 | int(f.Data[at+1])
			return slices.Contains([]int{24, 25, 465, 587, 2525}, p)
		}; port(34) || port(36) {
			mail++
		}
	}
	if capture.Quality.Dropped == 0 || capture.Packets+capture.Quality.Dropped != mail {
		t.Errorf("%d received and %d dropped, of %d", capture.Packets, capture.Quality.Dropped, mail)
	}
	for _, line := range lines {
		if strings.Contains(line, `"ip":"192.0.2.10","port":41234`) && !strings.Contains(line, fmt.Sprintf("packets were lost by the capturing machine while this session was open: %d,", capture.Quality.Dropped)) {
			t.Errorf("the session does not say it: %s", line)
		}
	}
}
