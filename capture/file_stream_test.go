package capture

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen at once, before it
// calls it a hang.
const patience = 20 * time.Second

// within fails the test if f does not return.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal(what, " hangs")
	}
}

// TestStreamAtOnce: each packet of a live stream is there when its last byte
// was written, before the next one comes.
func TestStreamAtOnce(t *testing.T) {
	packets := conversation()
	style := pcapStyle{order: little, magic: 0xa1b2c3d4, link: 1}
	ng := &ngWriter{}
	ng.section(big, -1).iface(1, 0)
	for name, c := range map[string]struct {
		head   []byte
		record func(testPacket) []byte
	}{
		"pcap": {style.file(nil), func(p testPacket) []byte { return style.record(nil, p) }},
		"pcapng": {append([]byte(nil), ng.Bytes()...), func(p testPacket) []byte {
			return (&ngWriter{o: big}).enhanced(p, uint64(p.at/1000)).Bytes()
		}},
	} {
		from, to := io.Pipe()
		go to.Write(c.head)
		var r *Reader
		within(t, name+" Open", func() {
			var err error
			if r, err = Open(Config{Paths: []string{"-"}, Stdin: from}); err != nil {
				t.Error(err)
			}
		})
		for _, i := range []int{0, 2, 4} { // those that are TCP
			go to.Write(c.record(packets[i]))
			within(t, name+" Next", func() {
				if s, err := r.Next(); err != nil || s.Time != packets[i].at {
					t.Errorf("%s, packet %d: %+v, %v", name, i, s, err)
				}
			})
		}
		to.Close()
		within(t, name+" end", func() {
			if _, err := r.Next(); err != io.EOF {
				t.Error(name, err)
			}
		})
		if sum := r.Summary(); sum.Frames != 3 || len(sum.Errors) != 0 {
			t.Errorf("%s: %+v", name, sum)
		}
		r.Close()
	}
}

// TestStop: a Reader that waits for a packet that does not come is stopped,
// keeps its summary and does not call it damage.
func TestStop(t *testing.T) {
	from, to := io.Pipe()
	file := plainPcap(conversation())
	go to.Write(file[:len(file)-5]) // in the middle of a record
	r, err := Open(Config{Paths: []string{"-"}, Stdin: from})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		time.Sleep(10 * time.Millisecond) // more likely inside of Next
		r.Stop()
		r.Stop()
	}()
	within(t, "Next", func() {
		if _, err := r.Next(); err != io.EOF {
			t.Error(err)
		}
	})
	if sum := r.Summary(); sum.Frames != 4 || len(sum.Errors) != 0 {
		t.Errorf("%+v", sum)
	}
	r.Close()
	to.Close()
}

// TestStopFile: a file is left at the next piece that is read of it.
func TestStopFile(t *testing.T) {
	packets := make([]testPacket, 20000)
	for i := range packets {
		packets[i] = conversation()[0]
	}
	path := testFile(t, "long.pcap", plainPcap(packets))
	r, err := Open(Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.Stop()
	frames := len(segments(t, r))
	if frames == 0 || frames > bufferSize/78+1 { // what was read by then
		t.Errorf("%d frames", frames)
	}
	if errs := r.Summary().Errors; len(errs) != 0 {
		t.Error(errs)
	}
}

// TestNamedPipe reads a pipe in the file system, as a shell's <(…) is one.
func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	both, err := os.OpenFile(path, os.O_RDWR, 0) // opens without a reader
	if err != nil {
		t.Fatal(err)
	}
	file := plainPcap(conversation())
	if _, err := both.Write(file); err != nil {
		t.Fatal(err)
	}
	r, err := Open(Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	both.Close() // the last writer
	within(t, "reading", func() {
		if got := len(segments(t, r)); got != 3 {
			t.Errorf("%d segments", got)
		}
	})
	if errs := r.Summary().Errors; len(errs) != 0 {
		t.Error(errs)
	}
}
