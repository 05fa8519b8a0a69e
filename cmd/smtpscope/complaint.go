package main

import (
	"errors"
	"fmt"
	"strings"

	"smtpscope/report"
)

// The voice of the program, on standard error: one line an error, lower case,
// no full stop, "smtpscope: " in front; what to do about it on a line of its
// own that begins with "hint: ".

// errReported says that the command failed and has already said why.
var errReported = errors.New("reported")

// usageError is a command line that makes no sense. Exit code 2.
type usageError struct {
	what  string
	hints []string
}

func (e *usageError) Error() string { return e.what }

// usage makes a usageError; hints may follow by hint.
func usage(format string, v ...any) *usageError {
	return &usageError{what: fmt.Sprintf(format, v...)}
}

// hint adds what could be meant or where to read on; "" adds nothing.
func (e *usageError) hint(format string, v ...any) *usageError {
	if format != "" {
		e.hints = append(e.hints, fmt.Sprintf(format, v...))
	}
	return e
}

// complain prints an error; joined errors are a line each.
func (p *program) complain(what string) {
	for line := range strings.SplitSeq(what, "\n") {
		fmt.Fprintln(p.stderr, "smtpscope:", report.Printable(line))
	}
}
