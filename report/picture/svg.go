// Package picture draws the pictures of a report as SVG that stands inside an
// HTML page. It takes what document has decided; colours come from the page's
// style sheet by class, so that they follow its light and dark scheme.
package picture

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// canvas gathers SVG. Text goes through text and title only, which escape it.
type canvas struct{ strings.Builder }

// tag writes markup of our own making; v must be numbers and class names.
func (c *canvas) tag(format string, v ...any) { fmt.Fprintf(c, format, v...) }

// escape writes s so that it is character data and nothing else. Characters
// that XML does not know become U+FFFD.
func (c *canvas) escape(s string) {
	// A strings.Builder does not fail.
	_ = xml.EscapeText(c, []byte(s))
}

// text writes a text at a place.
func (c *canvas) text(class string, x, y float64, s string) {
	c.tag(`<text class="%s" x="%s" y="%s">`, class, num(x), num(y))
	c.escape(s)
	c.WriteString("</text>")
}

// title is what a pointer or a screen reader gets to know of a part.
func (c *canvas) title(s string) {
	c.WriteString("<title>")
	c.escape(s)
	c.WriteString("</title>")
}

// num is a coordinate, to a hundredth.
func num(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	s = strings.TrimRight(s, "0")
	return strings.TrimSuffix(s, ".")
}
