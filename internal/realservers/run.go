//go:build linux

package realservers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// recipes holds the servers by name.
var recipes = map[string]*recipe{
	"postfix":   postfix,
	"exim":      exim,
	"sendmail":  sendmail,
	"opensmtpd": opensmtpd,
}

// Servers are the names that Options.Server knows, in the order of the
// clients' networks: 198.18.1.0/24, 198.18.2.0/24, ...
var Servers = []string{"postfix", "exim", "sendmail", "opensmtpd"}

func serverNumber(name string) int { return slices.Index(Servers, name) }

// Run plays the scenarios on one server and returns the paths of what was
// recorded. It takes about 20 seconds, more the first time. An error means that the
// recording is not whole ([ErrCannotRun]: could not even begin); a scenario
// that did not go as written is no error but has Session.Error set in its row.
func Run(ctx context.Context, o Options) (*Result, error) {
	begun := time.Now()
	r := recipes[o.Server]
	if r == nil {
		return nil, fmt.Errorf("no server %q: one of %s", o.Server, strings.Join(Servers, ", "))
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(dir+"/", "/run/") || strings.HasPrefix(dir+"/", "/proc/") {
		return nil, fmt.Errorf("%s: the output cannot be below /run or /proc, which the run replaces for itself", dir)
	}
	if err := checkNames(o.Only); err != nil {
		return nil, err
	}
	if err := provide(ctx, &o); err != nil {
		return nil, err
	}
	unpacked, err := unpackServer(ctx, r, &o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	o.logf("%s: playing", r.name)
	result := resultIn(dir)
	result.Started = time.Now()
	err = runStage(ctx, &order{o.Server, dir, unpacked, o.Demo, o.Only})
	result.Elapsed = time.Since(begun)
	return result, err
}

func checkNames(only []string) error {
	for _, name := range only {
		if !slices.ContainsFunc(scenarios, func(s Scenario) bool { return s.Name == name }) {
			return fmt.Errorf("no scenario %q", name)
		}
	}
	return nil
}

// runStage gives an order to a stage and waits for it. However this process
// ends, the stage's standard input ends with it, and so does the stage.
func runStage(ctx context.Context, o *order) error {
	cmd := stageCommand(ctx)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Setpgid:    true, // Ctrl-C is this process's to handle; and see hurry
	}
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("new namespaces: %w", err)
	}
	sent := json.NewEncoder(in).Encode(o)
	err = cmd.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", o.Server, err, bytes.TrimSpace(complaint.Bytes()))
	}
	return errors.Join(sent)
}

// ReadTruth reads a truth.jsonl.
func ReadTruth(path string) ([]Session, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []Session
	for in := json.NewDecoder(f); in.More(); {
		var row Session
		if err := in.Decode(&row); err != nil {
			return rows, fmt.Errorf("%s: row %d: %w", path, len(rows)+1, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
