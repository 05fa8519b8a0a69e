package report

import (
	"strings"
	"time"

	"github.com/fatih/color"
)

// Style says how text for people is written.
type Style struct {
	Width int            // columns of the terminal; the table and the transcript keep within it
	Color bool           // colour may be used
	Zone  *time.Location // zone in which times are shown
}

// The widths that the table keeps to, whatever the terminal says.
const (
	MinWidth     = 40
	MaxWidth     = 200
	DefaultWidth = 120 // where output goes to a file or a pipe
)

func (s Style) width() int {
	if s.Width == 0 {
		return DefaultWidth
	}
	return min(max(s.Width, MinWidth), MaxWidth)
}

func (s Style) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// A paint is the colour of a kind of text.
type paint []color.Attribute

var (
	paintBad     = paint{color.FgRed, color.Bold}
	paintOpen    = paint{color.FgYellow}
	paintFaint   = paint{color.Faint}
	paintHeading = paint{color.Bold}
	paintClient  = paint{color.FgCyan}
	paintServer  = paint{color.FgGreen}
	paintOdd     = paint{color.FgYellow}
)

// paint colours text, line by line so that a cell of several lines can stand
// beside others, and behind the indent, which the table's renderer would not
// see within colour.
func (s Style) paint(p paint, text string) string {
	if !s.Color || text == "" || p == nil {
		return text
	}
	c := color.New(p...)
	c.EnableColor()
	return onEachLine(text, func(line string) string {
		words := strings.TrimLeft(line, " ")
		return line[:len(line)-len(words)] + c.Sprint(words)
	})
}
