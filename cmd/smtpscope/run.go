package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1 // also where an input could not be read whole
	exitUsage  = 2
)

// program is what every command needs of the world outside.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            map[string]string
}

// run is the whole program: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, env: environment(env)}
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errReported):
		return exitFailed
	case errors.Is(err, syscall.EPIPE):
		return exitFailed // who read the output has enough of it
	case errors.As(err, &usage):
		p.complain(usage.Error())
		for _, hint := range usage.hints {
			fmt.Fprintln(p.stderr, "hint:", hint)
		}
		return exitUsage
	}
	p.complain(err.Error())
	return exitFailed
}

// environment is the variables by name; of one that is there twice the last
// counts.
func environment(env []string) map[string]string {
	vars := make(map[string]string, len(env))
	for _, v := range env {
		if name, value, ok := strings.Cut(v, "="); ok {
			vars[name] = value
		}
	}
	return vars
}
