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

// stage reads its order and runs it. It ends with its parent: the end of
// standard input means that nobody waits any more.
func stage() error {
	var o order
	in := json.NewDecoder(os.Stdin)
	if err := in.Decode(&o); err != nil {
		return fmt.Errorf("stage: no order: %w", err)
	}
	hurry()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit+playLimit)
	defer cancel()
	return runOrder(ctx, &o)
}

// hurry puts this run before other work of the machine for its few seconds:
// the servers' timers of 5 s do not wait for a busy processor. Best effort.
func hurry() { _ = unix.Setpriority(unix.PRIO_PGRP, 0, -10) }

// runOrder records in memory and copies at the end: a slow disk must not hold
// up tcpdump, nor a server that waits for its syslog.
func runOrder(ctx context.Context, o *order) error {
	if err := ownMounts(); err != nil {
		return err
	}
	return errors.Join(recordOrder(ctx, o), copyOut(o.Dir))
}

func recordOrder(ctx context.Context, o *order) error {
	r := recipes[o.Server]
	if o.Demo {
		r = patientPostfix()
	}
	table := chosen(o)
	var clients []string
	for i := range table {
		clients = append(clients, clientIP(serverNumber(o.Server), i))
	}
	log, err := os.Create(filepath.Join(recordDir, logFile))
	if err != nil {
		return err
	}
	defer log.Close()
	fine, err := os.Create(filepath.Join(recordDir, fineLogFile))
	if err != nil {
		return err
	}
	defer fine.Close()
	if err := setScene(ctx, r, o, clients, log, fine); err != nil {
		return err
	}
	env := &environment{server: r}
	if env.forger, err = newForger(); err != nil {
		return err
	}
	err = recorded(ctx, func() { playAll(ctx, env, table, clients, o.spacing()) })
	return firstError(err, fetchLog(r, log), writeTruth(filepath.Join(recordDir, truthFile), env.rows))
}

// stageCommand is the stage as a child of this process.
func stageCommand(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{stageName}
	return cmd
}
