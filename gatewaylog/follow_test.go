package gatewaylog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// followed runs Follow on one file and gives the connections through a channel.
func followed(t *testing.T, path string) (<-chan *Connection, func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	found := make(chan *Connection, 64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		o := Options{Grace: time.Second}
		r, err := Follow(ctx, []string{path}, o, func(c *Connection) error { found <- c; return nil }, func(trouble Trouble) { t.Error(trouble) })
		if err != nil || r.Lines != 3*r.Connections {
			t.Errorf("%v, %d lines of %d connections", err, r.Lines, r.Connections)
		}
	}()
	return found, func() { cancel(); <-done }
}

func postfixSession(second, pid int) string {
	at := fmt.Sprintf("Jan  2 03:04:%02d mx postfix/smtpd[%d]: ", second, pid)
	return at + "connect from a.example[192.0.2.1]\n" +
		at + "lost connection after DATA (100 bytes) from a.example[192.0.2.1]\n" +
		at + "disconnect from a.example[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4\n"
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func next(t *testing.T, found <-chan *Connection) *Connection {
	t.Helper()
	select {
	case c := <-found:
		return c
	case <-time.After(20 * time.Second):
		t.Fatal("no connection came")
		return nil
	}
}

// TestFollow: what was there before is not read, what comes is, also over a
// rotation by name and one by cutting short; lines keep the numbers that they
// have in their file.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maillog")
	appendTo(t, path, postfixSession(1, 11))
	found, end := followed(t, path)
	defer end()
	time.Sleep(3 * tailPoll) // it must have found the end
	appendTo(t, path, postfixSession(2, 12))
	if c := next(t, found); c.Lines[0].Number != 4 {
		t.Errorf("the first line followed is number %d, want 4", c.Lines[0].Number)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path, postfixSession(30, 13))
	if c := next(t, found); c.Lines[0].Number != 1 {
		t.Errorf("after a rotation the first line is number %d, want 1", c.Lines[0].Number)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * tailPoll)
	appendTo(t, path, postfixSession(50, 14))
	if c := next(t, found); c.Lines[0].Number != 1 {
		t.Errorf("after a cut the first line is number %d, want 1", c.Lines[0].Number)
	}
}
