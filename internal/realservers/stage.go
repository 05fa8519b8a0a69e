//go:build linux

package realservers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// stageName is argv[0] of the process that holds a run: this program again, as
// process 1 of new pid, mount and network namespaces.
const stageName = "smtpscope-realservers-stage"

// order is what the stage is told on its standard input.
type order struct {
	Server   string
	Dir      string
	Unpacked string
	Demo     bool
	Only     []string
}

func init() {
	// Any program that imports the package can be the stage, test binaries
	// included; it has to turn off before their own main.
	if len(os.Args) == 0 || os.Args[0] != stageName {
		return
	}
	if err := stage(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

const (
	startLimit = 30 * time.Second        // for a server to listen
	playLimit  = 90 * time.Second        // for all scenarios of a run
	stragglers = 1500 * time.Millisecond // of recording after the last step
)

// stage reads its order and runs it. It ends with its parent: the end of
// standard input means that nobody waits any more.
func stage() error {
	var o order
	in := json.NewDecoder(os.Stdin)
	if err := in.Decode(&o); err != nil {
		return fmt.Errorf("stage: no order: %w", err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit+playLimit)
	defer cancel()
	return runOrder(ctx, &o)
}

func runOrder(ctx context.Context, o *order) error {
	r := recipes[o.Server]
	table := chosen(o)
	var clients []string
	for i := range table {
		clients = append(clients, clientIP(serverNumber(o.Server), i))
	}
	log, err := os.Create(filepath.Join(o.Dir, logFile))
	if err != nil {
		return err
	}
	defer log.Close()
	if err := setScene(ctx, r, o, clients, log); err != nil {
		return err
	}
	env := &environment{server: r}
	if env.forger, err = newForger(); err != nil {
		return err
	}
	err = recorded(ctx, o.Dir, func() { playAll(ctx, env, table, clients) })
	return firstError(err, fetchLog(r, log), log.Sync(), writeTruth(filepath.Join(o.Dir, truthFile), env.rows))
}

// chosen is the part of the table that the order wants and the server can do.
func chosen(o *order) []Scenario {
	all := scenarios
	if o.Demo {
		all = demoScenarios
	}
	var table []Scenario
	for _, s := range all {
		if s.not[o.Server] == "" && (len(o.Only) == 0 || slices.Contains(o.Only, s.Name)) {
			table = append(table, s)
		}
	}
	return table
}

// setScene builds network and root and brings the server up.
func setScene(ctx context.Context, r *recipe, o *order, clients []string, log io.Writer) error {
	if err := ownMounts(); err != nil {
		return err
	}
	if err := firstError(buildNetwork(ctx, clients), loadFirewall(ctx)); err != nil {
		return err
	}
	if err := buildRoot(ctx, r, o.Unpacked, clients); err != nil {
		return err
	}
	if _, err := listenSyslog(serverRoot, "mx1", log); err != nil {
		return err
	}
	if r.auth != "" {
		if err := serveAuth(serverRoot, r.auth); err != nil {
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
	return os.MkdirAll(serverRoot, 0o755)
}

// bringUp starts the server and waits until it listens. Nothing connects to
// find out: that would be a session that nobody ordered.
func bringUp(ctx context.Context, r *recipe, o *order) error {
	out, err := os.Create(filepath.Join(o.Dir, "start.log"))
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
			return fmt.Errorf("%s ended while starting (%v), see %s", r.name, err, out.Name())
		case <-limit:
			return fmt.Errorf("%s does not listen on all of %v, see %s", r.name, r.ports, out.Name())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// recorded runs f while tcpdump listens at both vantage points.
func recorded(ctx context.Context, dir string, f func()) error {
	gateway, err := record(ctx, gatewayNS, "eth0", filepath.Join(dir, captureFile))
	if err != nil {
		return err
	}
	clients, err := record(ctx, "", "to-router", filepath.Join(dir, clientCaptureFile))
	if err != nil {
		return err
	}
	f()
	time.Sleep(stragglers)
	return errors.Join(gateway.stop(), clients.stop())
}

// playAll plays the table, all scenarios at once, each from its own address.
func playAll(ctx context.Context, env *environment, table []Scenario, clients []string) {
	ctx, cancel := context.WithTimeout(ctx, playLimit)
	defer cancel()
	var wg sync.WaitGroup
	for i := range table {
		wg.Go(func() {
			// Two dozen connections in one instant would be a test of the
			// server's backlog and of nothing else.
			time.Sleep(time.Duration(i) * 20 * time.Millisecond)
			playOne(ctx, env, &table[i], clients[i], clientHost(i))
		})
	}
	wg.Wait()
}

func playOne(ctx context.Context, env *environment, s *Scenario, ip, host string) {
	c := env.session(ctx, s, ip, host, 1)
	defer func() {
		if p := recover(); p != nil {
			c.row.Error = fmt.Sprintf("the play panicked: %v\n%s", p, debug.Stack())
		}
	}()
	s.play(c)
	end := time.Now().UTC()
	env.mu.Lock()
	defer env.mu.Unlock()
	for _, row := range env.rows {
		if row.Scenario == s.Name && row.End.IsZero() {
			row.End = end
		}
	}
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

// stageCommand is the stage as a child of this process.
func stageCommand(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{stageName}
	return cmd
}
