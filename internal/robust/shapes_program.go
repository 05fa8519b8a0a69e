package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// tellings are the ways in which the program tells many sessions, or a long one, to
// somebody who reads: what they cost is not seen where sessions are only read and
// diagnosed. "{}" is the capture, "{log}" a log that names the same clients,
// "{out}" a file to write.
var tellings = []string{
	"report {} --log {log} --details 500 --format html -o -",
	"report {} --log {log} --details 500 --format md -o -",
	"report {} --log {log} --details 500 --format txt -o -",
	"report {} --log {log} --redact --details 500 --bundle {out}.zip --force",
	"extract {} --since 2000-01-01T00:00:00Z -o {out} --force",
	"extract {} --since 2000-01-01T00:00:00Z --redact -o {out} --force",
	"show {} --since 2000-01-01T00:00:00Z --log {log}",
	"analyze {} --verbose --log {log} --log-only",
	"analyze {} --summary --log {log}",
	"analyze {} --format csv --log {log}",
	"log {log} --verbose",
	"log {log} --format csv",
}

// toldShapes are conversations, and logs of the same clients, told by the
// program itself, each in one of its ways.
func toldShapes(t *trial) outcome {
	dir, err := os.MkdirTemp("", "robust-")
	if err != nil {
		return outcome{wrong: err.Error()}
	}
	defer os.RemoveAll(dir)
	in := func(name string) string { return filepath.Join(dir, name) }
	files := t.logs()
	var wrong string
	tell := func(args string) time.Duration {
		took, failed := t.tell(args)
		if failed != "" && wrong == "" {
			wrong = failed
		}
		return took
	}
	start := tell("version")
	o := grown(t.part(shapes/2), 4*shortest, func(seed uint64, length int) (string, func() time.Duration) {
		r := rand.New(rand.NewPCG(seed, 4))
		telling := tellings[int(seed)%len(tellings)]
		talk := talkOf(r, length/2)
		from := files[r.IntN(len(files))]
		log := logOf(r, from.lines, length/2)
		named := strings.NewReplacer("{}", in("capture"), "{log}", in("log"), "{out}", in("out"))
		return fmt.Sprintf("shape %d, of %s, by %q", seed, from.name, telling), func() time.Duration {
			if err := errors.Join(os.WriteFile(in("capture"), talk, 0o600), os.WriteFile(in("log"), log, 0o600)); err != nil {
				wrong = err.Error()
			}
			return max(0, tell(named.Replace(telling))-start)
		}
	})
	if o.wrong == "" {
		o.wrong = wrong
	}
	return o
}

// tell runs the program and gives its processor time, and what is wrong with it.
func (t *trial) tell(args string) (took time.Duration, wrong string) {
	cmd := exec.Command(t.program, strings.Fields(args)...)
	cmd.Env = append(os.Environ(), "GOGC=", "GOMEMLIMIT=") // as its users run it
	var stderr limited
	cmd.Stderr = &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return 0, err.Error()
	}
	took = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	wrong = judge(&row{codes: []int{0, 1}}, err, cmd.ProcessState.ExitCode(), 0, "", stderr.String())
	if wrong != "" {
		wrong = args + ": " + wrong
	}
	return took, wrong
}
