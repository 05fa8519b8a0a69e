package gatewaylog

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// trial is a tail on a file, with what it read and told.
type trial struct {
	*tail
	mu   sync.Mutex
	text strings.Builder
	told []string
}

func newTrial(t *testing.T, patience time.Duration) *trial {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maillog")
	appendTo(t, path, "before\n")
	ctx, cancel := context.WithCancel(context.Background())
	r := &trial{tail: openTail(ctx, path)}
	r.patience, r.tail.tell = patience, r.hear
	t.Cleanup(cancel)
	return r
}

func (r *trial) hear(x Trouble) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x.Err == nil {
		r.told = append(r.told, "back")
	} else {
		r.told = append(r.told, x.Err.Error())
	}
}

// begin reads in the background.
func (r *trial) begin() {
	go func() {
		b := make([]byte, 100)
		for {
			n, err := r.Read(b)
			r.mu.Lock()
			r.text.Write(b[:n])
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
}

// until waits for what was read, and for what the last words told are.
func (r *trial) until(t *testing.T, text, told string) {
	t.Helper()
	end := time.Now().Add(20 * time.Second)
	for {
		r.mu.Lock()
		gotText, gotTold := r.text.String(), strings.Join(r.told, "; ")
		r.mu.Unlock()
		if gotText == text && (told == "" && gotTold == "" || told != "" && strings.HasSuffix(gotTold, told)) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("it read %q and told %q; want %q and %q", gotText, gotTold, text, told)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestTailGone: a log that is deleted is told of once, and again when it is
// back; lines that are still written to the old one meanwhile are read.
func TestTailGone(t *testing.T) {
	r := newTrial(t, time.Second)
	r.begin()
	old, err := os.OpenFile(r.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := os.Remove(r.path); err != nil {
		t.Fatal(err)
	}
	if _, err := old.WriteString("late\n"); err != nil {
		t.Fatal(err)
	}
	r.until(t, "late\n", "no such file or directory")
	time.Sleep(3 * tailPoll)
	appendTo(t, r.path, "anew\n")
	r.until(t, "late\nanew\n", "back")
	if n := len(r.told); n != 2 {
		t.Errorf("it told %d times: %q", n, r.told)
	}
}

// TestTailRotates: the moment without a file in a rotation is not told.
func TestTailRotates(t *testing.T) {
	r := newTrial(t, tailPatience)
	r.begin()
	for _, line := range []string{"one\n", "two\n"} {
		if err := os.Remove(r.path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * tailPoll)
		appendTo(t, r.path, line)
		time.Sleep(2 * tailPoll)
	}
	r.until(t, "one\ntwo\n", "")
}

// TestTailFails: a file whose reading fails is opened again, and read on from
// where it was.
func TestTailFails(t *testing.T) {
	r := newTrial(t, 0)
	r.file.Close() // as a disk that fails
	appendTo(t, r.path, "one\n")
	r.begin()
	r.until(t, "one\n", "")
	appendTo(t, r.path, "two\n")
	r.until(t, "one\ntwo\n", "")
}

// TestTailPipe: what takes a log's name and is none is not waited for.
func TestTailPipe(t *testing.T) {
	r := newTrial(t, time.Second)
	r.begin()
	if err := os.Remove(r.path); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(r.path, 0o600); err != nil {
		t.Fatal(err)
	}
	r.until(t, "", errNotFollowed.Error())
	if err := os.Remove(r.path); err != nil {
		t.Fatal(err)
	}
	appendTo(t, r.path, "one\n")
	r.until(t, "one\n", "back")
}
