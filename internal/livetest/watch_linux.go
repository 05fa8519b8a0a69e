package livetest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A Watch is a running smtpscope live.
type Watch struct {
	Cmd    *exec.Cmd
	Stdout Buffer
	Stderr Buffer
	ready  *net.UnixConn
	done   chan error
}

// Buffer is a bytes.Buffer for several goroutines.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// startTime is how long the program may take to say that it listens.
const startTime = 20 * time.Second

// Start runs cmd and waits until it has told its service manager, which dir
// has a socket for, that it is ready.
func Start(cmd *exec.Cmd, dir string) (*Watch, error) {
	name := filepath.Join(dir, "notify")
	os.Remove(name)
	ready, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return nil, err
	}
	w := &Watch{Cmd: cmd, ready: ready, done: make(chan error, 1)}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "NOTIFY_SOCKET="+name)
	cmd.Stdout, cmd.Stderr = &w.Stdout, &w.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		w.done <- cmd.Wait()
		ready.Close()
	}()
	b := make([]byte, 256)
	_ = ready.SetReadDeadline(time.Now().Add(startTime))
	for {
		n, err := ready.Read(b)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("it is not ready: %w: %s", err, w.Stderr.String()), w.Kill())
		}
		if strings.Contains(string(b[:n]), "READY=1") {
			_ = ready.SetReadDeadline(time.Time{})
			go w.drain()
			return w, nil
		}
	}
}

// drain takes what the program says afterwards, as a service manager does.
func (w *Watch) drain() {
	b := make([]byte, 256)
	for {
		if _, err := w.ready.Read(b); err != nil {
			return
		}
	}
}

// End sends a signal and waits for the program to end.
func (w *Watch) End(signal os.Signal) error {
	if err := w.Cmd.Process.Signal(signal); err != nil {
		return err
	}
	return w.Wait(time.Minute)
}

// Wait waits for the end.
func (w *Watch) Wait(most time.Duration) error {
	select {
	case err := <-w.done:
		w.done <- err
		return err
	case <-time.After(most):
		return errors.Join(fmt.Errorf("it has not ended within %v: %s", most, w.Stderr.String()), w.Kill())
	}
}

// Kill ends it at once.
func (w *Watch) Kill() error { return w.Cmd.Process.Kill() }

// Said waits until standard error holds a text.
func (w *Watch) Said(text string, most time.Duration) error {
	return Until(most, func() error {
		if strings.Contains(w.Stderr.String(), text) {
			return nil
		}
		return fmt.Errorf("%q was not said, but: %s", text, w.Stderr.String())
	})
}

// Until asks again and again until there is no error, and gives the last one
// after most.
func Until(most time.Duration, ask func() error) error {
	end := time.Now().Add(most)
	for {
		err := ask()
		if err == nil || time.Now().After(end) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
