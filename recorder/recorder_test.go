package recorder

import (
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

func stored(number int64, size int, at time.Duration) *capture.StoredFrame {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(number)
	}
	return &capture.StoredFrame{Number: number, Link: 1, Wire: size, Time: capture.Time(at), Data: data}
}

// TestSpool: of a long flow the first and the last frames stay, what went is
// counted, and memory is bounded.
func TestSpool(t *testing.T) {
	for _, c := range []struct {
		name   string
		frames int64
		size   int
	}{
		{"short", 10, 100}, {"head is full", 100, 1400}, {"long", 10_000, 1400}, {"many small ones", 200_000, 54}, {"jumbo", 100, 65_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s spool
			for n := int64(1); n <= c.frames; n++ {
				s.add(stored(n, c.size, 0))
				if s.cost() > 3*(headBytes+2*tailBytes) {
					t.Fatalf("%d bytes of memory after frame %d", s.cost(), n)
				}
			}
			frames, gone := s.split(c.frames)
			if int64(len(frames))+gone.frames != c.frames || gone.bytes != gone.frames*int64(c.size) {
				t.Errorf("%d frames kept, %+v gone, of %d", len(frames), gone, c.frames)
			}
			if frames[0].Number != 1 || frames[len(frames)-1].Number != c.frames {
				t.Errorf("from %d to %d", frames[0].Number, frames[len(frames)-1].Number)
			}
			last := int64(0)
			for _, f := range frames {
				if f.Number <= last || len(f.Data) != c.size || f.Data[0] != byte(f.Number) || f.Data[c.size-1] != byte(f.Number) {
					t.Fatalf("frame %d behind %d is wrong", f.Number, last)
				}
				last = f.Number
			}
			if c.size*int(c.frames) < headBytes/2 && gone.frames > 0 {
				t.Errorf("%d frames of a short flow went", gone.frames)
			}
		})
	}
}

// TestSplit: the frames of the next connection on the same ports stay.
func TestSplit(t *testing.T) {
	var s spool
	for n := int64(1); n <= 9; n++ {
		s.add(stored(n, 60, 0))
	}
	frames, _ := s.split(4)
	rest, _ := s.split(100)
	if len(frames) != 4 || len(rest) != 5 || rest[0].Number != 5 || rest[4].Data[59] != 9 {
		t.Errorf("%d frames, then %d", len(frames), len(rest))
	}
}

func flowN(n int) flow {
	return flowOf(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), 999), netip.MustParseAddrPort("192.0.2.1:25"))
}

// TestFlowsMemory: a flood of flows stays within the bound, and the ones that
// were idle for longest went.
func TestFlowsMemory(t *testing.T) {
	const most, count = 1 << 20, 20_000
	f := newFlows(most)
	busy := flowN(0)
	for n := 1; n <= count; n++ {
		f.add(flowN(n), stored(int64(n), 60, time.Duration(n)), true)
		f.add(busy, stored(int64(n), 60, time.Duration(n)), false)
		if f.used > most {
			t.Fatalf("%d bytes are used", f.used)
		}
	}
	there := func(n int) bool {
		key := flowN(n)
		return f.find(&key) != nil
	}
	if !there(0) {
		t.Error("the busy flow went")
	}
	if !there(count) {
		t.Error("the newest flow went")
	}
	if there(1) {
		t.Error("the oldest flow is there")
	}
	if int(f.evicted)+f.n != count+1 {
		t.Errorf("%d evicted and %d there, of %d", f.evicted, f.n, count+1)
	}
	f.expire(1 << 60)
	if f.used != 0 || f.n != 0 {
		t.Errorf("%d bytes and %d flows are left", f.used, f.n)
	}
}

// TestFlowsStaySmall: a million flows that come and go take no more memory than
// the first thousands did.
func TestFlowsStaySmall(t *testing.T) {
	const some, many = 30_000, 1_000_000
	f, n := newFlows(4<<20), 0
	heap := func(until int) uint64 {
		for ; n < until; n++ {
			f.add(flowN(n), stored(int64(n), 60, time.Duration(n)), true)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	early, late := heap(some), heap(many)
	if late > early+early/20 {
		t.Errorf("%d bytes after %d flows, %d after %d", early, some, late, many)
	}
	runtime.KeepAlive(f)
}

// TestIgnored: what is no mail costs nothing, until its ports are used again.
func TestIgnored(t *testing.T) {
	f := newFlows(1 << 20)
	f.add(flowN(1), stored(1, 60, 0), true)
	f.ignore(flowN(1))
	f.add(flowN(1), stored(2, 60, 0), false)
	f.add(flowN(1), stored(3, 60, 0), true)
	if frames, _ := f.take(flowN(1), 9); len(frames) != 1 || frames[0].Number != 3 {
		t.Errorf("%d frames", len(frames))
	}
}

func write(t *testing.T, dir, name string, size int, age time.Duration) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-age)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// TestQuota: the oldest go, other people's files stay, and so does nothing
// that a crash has left.
func TestQuota(t *testing.T) {
	const a, b, c = "20260101T000000.000Z_a.pcapng", "20260102T000000.000Z_b.pcapng", "20260103T000000.000Z_c.pcapng"
	const other, left = "mine.pcapng", ".smtpscope-123.part"
	for _, test := range []struct {
		name  string
		quota Quota
		more  int64
		stay  string
	}{
		{"none", Quota{}, 100, "abc"},
		{"size holds", Quota{Size: 400}, 100, "abc"},
		{"size", Quota{Size: 399}, 100, "bc"},
		{"size of one", Quota{Size: 150}, 100, ""},
		{"files hold", Quota{Files: 4}, 100, "abc"},
		{"files", Quota{Files: 3}, 100, "bc"},
		{"fewer files than there are", Quota{Files: 1}, 0, "c"},
		{"age", Quota{Age: 36 * time.Hour}, 0, "c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, name := range []string{c, b, a} {
				write(t, dir, name, 100, time.Duration(i+1)*24*time.Hour)
			}
			write(t, dir, other, 1000, 1000*time.Hour)
			write(t, dir, left, 1000, time.Hour)
			s, err := openShelf(dir, test.quota)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.makeRoom(test.more, time.Now()); err != nil {
				t.Fatal(err)
			}
			for word, name := range map[string]string{"a": a, "b": b, "c": c} {
				_, err := os.Stat(filepath.Join(dir, name))
				if err == nil != strings.Contains(test.stay, word) {
					t.Errorf("%s: there %v, want only %s", name, err == nil, test.stay)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, other)); err != nil {
				t.Error("somebody else's file went")
			}
			if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
				t.Error("what a crash left is there")
			}
			if s.size != int64(100*len(test.stay)) || len(s.files) != len(test.stay) {
				t.Errorf("%d files of %d bytes are counted", len(s.files), s.size)
			}
		})
	}
}

// alarms collects what is said.
type alarms struct {
	mu   sync.Mutex
	list []string
}

func (a *alarms) say(what string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		what = "failed: " + what
	}
	a.list = append(a.list, what)
}

func (a *alarms) text() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.list, "; ")
}

// TestAlike: a flood of one verdict does not push out another.
func TestAlike(t *testing.T) {
	a := alike{most: 2}
	at := session.Time(1e18)
	more := func(how session.How, at session.Time) bool {
		return a.more(&session.Record{End: at, Ended: session.Ended{Phase: "data", How: how}})
	}
	got := []bool{more("rst", at), more("rst", at), more("rst", at), more("fin", at), more("rst", at+session.Time(time.Minute))}
	for i, want := range []bool{true, true, false, true, true} {
		if got[i] != want {
			t.Errorf("session %d: %v", i, got[i])
		}
	}
}

// TestDiskRefuses: a failure is one alarm and is counted; when the disk takes
// files again that is said too.
func TestDiskRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	shelf, err := openShelf(dir, Quota{})
	if err != nil {
		t.Fatal(err)
	}
	var said alarms
	w := &writing{cfg: &Config{Alarm: said.say}, shelf: shelf}
	j := func() *job {
		return &job{session: &session.Session{Trace: &session.Trace{}}, frames: []capture.StoredFrame{*stored(1, 60, 0)}}
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	w.do(j())
	w.do(j())
	if c := w.counts(); c.Failures != 2 || !c.Stopped || c.Files != 0 {
		t.Errorf("%+v", c)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w.do(j()) // still resting
	w.again = time.Now()
	w.do(j())
	if c := w.counts(); c.Failures != 3 || c.Stopped || c.Files != 1 {
		t.Errorf("%+v", c)
	}
	if got, want := said.text(), "failed: sessions are not recorded; sessions are recorded again"; got != want {
		t.Errorf("it said %q, want %q", got, want)
	}
	w.stopped(errSlow)
	w.stopped(errSlow)
	if got := strings.Count(said.text(), "failed"); got != 2 {
		t.Errorf("%d alarms, want 2", got)
	}
}

// TestRing: all files are whole, together within the size, and hold the last
// packets without a hole.
func TestRing(t *testing.T) {
	dir := t.TempDir()
	var said alarms
	r, err := openRing(&Config{Dir: dir, Ring: 16 << 20, Alarm: said.say, Sources: func() []capture.SourceInfo { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	const count = 40_000 // of 1,000 bytes: 40 MB
	for n := int64(1); n <= count; n++ {
		for len(r.empty) == 0 {
			time.Sleep(time.Millisecond) // the test is faster than any wire
		}
		r.frame(stored(n, 1000, time.Duration(n)*time.Millisecond))
	}
	r.close()
	paths, _ := filepath.Glob(filepath.Join(dir, "ring", "*"))
	size, numbers := int64(0), []int64{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, mode %v", path, err, info.Mode())
		}
		size += info.Size()
		numbers = append(numbers, originals(t, path)...)
	}
	if size > 16<<20 || size < 12<<20 {
		t.Errorf("%d bytes in %d files", size, len(paths))
	}
	for i := range numbers {
		if want := int64(count - len(numbers) + 1 + i); numbers[i] != want {
			t.Fatalf("frame %d is in place of %d", numbers[i], want)
		}
	}
	if r.lost.Load() != 0 || said.text() != "" {
		t.Errorf("%d packets lost; %s", r.lost.Load(), said.text())
	}
}

// TestRingAfterCrash: of a ring whose program was killed, all that was written
// of the open file is there after the next start, whole, also where the last
// write was cut, or the disk left zeros; other leftovers go.
func TestRingAfterCrash(t *testing.T) {
	for _, test := range []struct {
		name string
		harm func(b []byte) []byte
		lost int
	}{
		{"between two writes", func(b []byte) []byte { return b }, 0},
		{"in a packet", func(b []byte) []byte { return b[:len(b)-500] }, 1},
		{"in a block's head", func(b []byte) []byte { return append(b, 6, 0, 0, 0, 40) }, 0},
		{"zeros at the end", func(b []byte) []byte { return append(b, make([]byte, 4096)...) }, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			var said alarms
			cfg := &Config{Dir: dir, Ring: 16 << 20, Alarm: said.say, Sources: func() []capture.SourceInfo { return nil }}
			r, err := openRing(cfg)
			if err != nil {
				t.Fatal(err)
			}
			const count = 500
			for n := int64(1); n <= count; n++ {
				r.frame(stored(n, 1000, time.Duration(n)*time.Millisecond))
			}
			r.flush()
			for len(r.empty) < ringPieces {
				time.Sleep(time.Millisecond)
			}
			open, _ := filepath.Glob(filepath.Join(dir, "ring", ".smtpscope-*.part"))
			if len(open) != 1 {
				t.Fatalf("open files: %v", open)
			}
			b, err := os.ReadFile(open[0])
			if err != nil {
				t.Fatal(err)
			}
			r.close() // the goroutine ends; what it made is put back to what a crash leaves
			if err := os.RemoveAll(filepath.Join(dir, "ring")); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(dir, "ring"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(open[0], test.harm(b), 0o600); err != nil {
				t.Fatal(err)
			}
			other := filepath.Join(dir, "ring", ".smtpscope-1234.part")
			if err := os.WriteFile(other, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if r, err = openRing(cfg); err != nil {
				t.Fatal(err)
			}
			r.close()
			paths, _ := filepath.Glob(filepath.Join(dir, "ring", "*"))
			if len(paths) != 1 || !strings.HasSuffix(paths[0], "_ring_000001_crash.pcapng") || len(r.shelf.files) != 1 {
				t.Fatalf("there are %v, %d on the shelf; %s", paths, len(r.shelf.files), said.text())
			}
			if hidden, _ := filepath.Glob(filepath.Join(dir, "ring", ".*")); len(hidden) != 0 {
				t.Errorf("left: %v", hidden)
			}
			if numbers := originals(t, paths[0]); len(numbers) != count-test.lost || numbers[0] != 1 || numbers[len(numbers)-1] != int64(count-test.lost) {
				t.Errorf("%d packets, of %d; %d may be lost", len(numbers), count, test.lost)
			}
			if said.text() != "" {
				t.Error(said.text())
			}
		})
	}
}

// originals are the numbers of a ring file's frames, which must be whole.
func originals(t *testing.T, path string) (numbers []int64) {
	t.Helper()
	reader, err := capture.Open(capture.Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for {
		f, err := reader.NextFrame()
		if err != nil {
			break
		}
		numbers = append(numbers, f.Original)
	}
	if errs := reader.Summary().Errors; len(errs) > 0 {
		t.Errorf("%s: %v", path, errs[0])
	}
	return numbers
}

// TestJobsBound: sessions that wait for a slow disk hold no more than their
// part of the memory, however few they are.
func TestJobsBound(t *testing.T) {
	var said alarms
	w := &writing{cfg: &Config{Memory: 4 << 20, Alarm: said.say}, jobs: make(chan *job, jobsMost)} // nothing is written
	for range 10 {
		frames := []capture.StoredFrame{*stored(1, 98<<10, 0)}
		w.take(&job{session: &session.Session{Trace: &session.Trace{Runs: [2][]session.Run{{{Data: make([]byte, 98<<10)}}}}}, frames: frames})
	}
	if held := w.held.Load(); len(w.jobs) != 5 || held > 1<<20 || w.counts().Failures != 5 || !strings.Contains(said.text(), "not recorded") {
		t.Errorf("%d wait, with %d bytes; %+v; %s", len(w.jobs), held, w.counts(), said.text())
	}
}

// TestJobsBurst: what a flood lets end at once waits for a disk that has not taken
// any of it yet.
func TestJobsBurst(t *testing.T) {
	var said alarms
	w := &writing{cfg: &Config{Memory: 32 << 20, Alarm: said.say}, jobs: make(chan *job, jobsMost)} // nothing is written
	const burst = 500
	for range burst {
		frames := make([]capture.StoredFrame, 20)
		for i := range frames {
			frames[i] = *stored(1, 100, 0)
		}
		w.take(&job{session: &session.Session{Trace: new(session.Trace)}, frames: frames})
	}
	if held := w.held.Load(); len(w.jobs) != burst || held > 8<<20 {
		t.Errorf("%d of %d wait, with %d bytes; %s", len(w.jobs), burst, held, said.text())
	}
}
