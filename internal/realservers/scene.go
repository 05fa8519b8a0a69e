//go:build linux

package realservers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// setScene builds network and root and brings the server up.
func setScene(ctx context.Context, r *recipe, o *order, clients []string, log, fine io.Writer) error {
	if err := firstError(buildNetwork(ctx, clients), loadFirewall(ctx)); err != nil {
		return err
	}
	if err := buildRoot(ctx, r, o.Unpacked, clients); err != nil {
		return err
	}
	if _, err := listenSyslog(serverRoot, "mx1", log, fine); err != nil {
		return err
	}
	if r.auth != "" {
		if err := serveAuth(serverRoot, r.auth); err != nil {
			return err
		}
	}
	if r.milter != "" {
		if err := serveMilter(serverRoot, r.milter); err != nil {
			return err
		}
	}
	return bringUp(ctx, r, o)
}

// ownMounts cuts this run's mounts off from the host's and gives it a /proc
// and a /run of its own; ip(8) keeps namespaces' names in the latter.
func ownMounts() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make the mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	return firstError(os.MkdirAll(serverRoot, 0o755), os.MkdirAll(recordDir, 0o755))
}

// copyOut copies what there is of the recording to the output folder.
func copyOut(dir string) error {
	files, err := os.ReadDir(recordDir)
	for _, f := range files {
		err = errors.Join(err, copyFile(filepath.Join(dir, f.Name()), filepath.Join(recordDir, f.Name())))
	}
	return err
}

// bringUp starts the server and waits until it listens. Nothing connects to
// find out: that would be a session that nobody ordered.
func bringUp(ctx context.Context, r *recipe, o *order) error {
	out, err := os.Create(filepath.Join(recordDir, startFile))
	if err != nil {
		return err
	}
	defer out.Close()
	server, err := startServer(out)
	if err != nil {
		return fmt.Errorf("start %s: %w", r.name, err)
	}
	gone := make(chan error, 1)
	go func() { gone <- server.Wait() }()
	limit := time.After(startLimit)
	for slices.ContainsFunc(r.ports, func(p int) bool { return !isListening(p) }) {
		select {
		case err := <-gone:
			return fmt.Errorf("%s ended while starting (%v), see %s", r.name, err, filepath.Join(o.Dir, startFile))
		case <-limit:
			return fmt.Errorf("%s does not listen on all of %v, see %s", r.name, r.ports, filepath.Join(o.Dir, startFile))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// fetchLog appends the log that a server writes itself.
func fetchLog(r *recipe, log io.Writer) error {
	if r.log == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(serverRoot, r.log))
	if err != nil {
		return err
	}
	_, err = log.Write(text)
	return err
}

func writeTruth(path string, rows []*Session) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := json.NewEncoder(f)
	out.SetEscapeHTML(false)
	slices.SortStableFunc(rows, func(a, b *Session) int { return a.Start.Compare(b.Start) })
	for _, row := range rows {
		if err := out.Encode(row); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}
