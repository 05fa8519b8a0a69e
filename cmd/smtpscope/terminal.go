package main

import (
	"io"
	"os"
	"slices"
	"strconv"

	"golang.org/x/term"

	"smtpscope/report"
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// style is how text for people is written to standard output: within the
// width of the terminal, or of COLUMNS; in colour on a terminal unless
// NO_COLOR (no-color.org) or --color says otherwise.
func (p *program) style(in *input, color string) report.Style {
	return report.Style{Width: p.width(), Color: p.colored(color), Zone: in.zone}
}

func (p *program) width() int { return p.widthOf(p.stdout) }

// columns is the width that tables keep to: what stands behind one is as wide.
func (p *program) columns() int { return min(max(p.width(), report.MinWidth), report.MaxWidth) }

func (p *program) widthOf(w io.Writer) int {
	if n, err := strconv.Atoi(p.env["COLUMNS"]); err == nil && n > 0 {
		return n
	}
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return report.DefaultWidth
}

// colors are the words of --color.
var colors = []string{"auto", "always", "never"}

func checkColor(when string) error {
	if slices.Contains(colors, when) {
		return nil
	}
	e := usage("--color %q is not auto, always or never", when)
	if near := closest(when, colors); near != "" {
		e.hint("did you mean %q?", near)
	}
	return e
}

func (p *program) colored(when string) bool {
	switch {
	case when == "always":
		return true
	case when == "never" || p.env["NO_COLOR"] != "" || p.env["TERM"] == "dumb":
		return false
	}
	return isTerminal(p.stdout)
}
