package picture

import (
	"fmt"
	"strings"

	"smtpscope/report"
	"smtpscope/report/document"
)

// The measures of a ladder in units of its own coordinates. It is narrow, so
// that its text is still readable on a telephone.
const (
	ladderWidth = 460.0
	timeEnd     = 66.0  // right end of the times
	clientX     = 75.0  // the client's line
	serverX     = 404.0 // the server's line
	frameBegin  = 411.0
	headHeight  = 44.0
	rowHeight   = 27.0
	breakHeight = 30.0
	labelRise   = 5.0 // of a label above its arrow
	labelRoom   = 43  // characters of a label between the lines
	titleRoom   = 600 // characters of what a pointer is told
	frameRoom   = 7   // digits of a frame number that fit beside it
	pieceHeight = 800 // of a picture before another one goes on below it
)

// Ladder draws a ladder diagram: the two sides as lines, time downwards (in
// order, not to scale), every step an arrow from one to the other. A long one is
// several pictures without a seam, so that paper has where to part them.
func Ladder(l *document.Ladder) string {
	d := &ladder{y: headHeight}
	d.head(l)
	var pieces []piece
	from := 0.0
	for i := range l.Steps {
		if d.y-from > pieceHeight {
			pieces = append(pieces, piece{from, d.y + 8, d.take()})
			from = d.y + 8
		}
		d.step(&l.Steps[i])
	}
	d.shutEnds(d.y)
	pieces = append(pieces, piece{from, d.y + 12, d.take()})
	var c canvas
	for i, p := range pieces {
		d.piece(&c, l, i, p)
	}
	return c.String()
}

// piece is a part of a ladder from one height to another.
type piece struct {
	from, to float64
	steps    string
}

// take gives what was drawn since it was last asked.
func (d *ladder) take() string {
	s := d.String()
	d.Reset()
	return s
}

// head names the two sides.
func (d *ladder) head(l *document.Ladder) {
	d.text("side", clientX-10, 14, l.ClientIs)
	d.text("address", clientX-10, 29, l.Client)
	d.text("side end", ladderWidth-2, 14, l.ServerIs)
	d.text("address end", ladderWidth-2, 29, l.Server)
}

// piece writes a picture. The first one carries the name of the whole.
func (d *ladder) piece(c *canvas, l *document.Ladder, i int, p piece) {
	box := fmt.Sprintf(`viewBox="0 %s %s %s" xmlns="http://www.w3.org/2000/svg"`, num(p.from), num(ladderWidth), num(p.to-p.from))
	if i == 0 {
		id := fmt.Sprintf("ladder-%d", l.Number)
		c.tag(`<svg class="ladder" role="img" %s aria-labelledby="%s-t %s-d">`, box, id, id)
		c.tag(`<title id="%s-t">Ladder diagram of session %d</title><desc id="%s-d">`, id, l.Number, id)
		c.escape(fmt.Sprintf("%s on the left, %s on the right, time downwards, %d steps; the transcript below says the same in words. %s.",
			l.ClientIs+" "+l.Client, l.ServerIs+" "+l.Server, len(l.Steps), l.Verdict))
		c.tag(`</desc>`)
	} else {
		c.tag(`<svg class="ladder" aria-hidden="true" %s>`, box)
	}
	for _, x := range []float64{clientX, serverX} {
		c.tag(`<line class="lifeline" x1="%s" y1="%s" x2="%s" y2="%s"/>`, num(x), num(max(p.from, 36)), num(x), num(p.to))
	}
	c.WriteString(d.behind.String())
	c.WriteString(p.steps)
	c.tag(`</svg>`)
}

// ladder is a ladder while it is drawn.
type ladder struct {
	canvas
	behind canvas             // what lies below the arrows
	y      float64            // bottom of the last step
	shut   map[string]float64 // side to where its window was shut
}

func (d *ladder) step(s *document.Step) {
	switch s.Shape {
	case document.Break, document.Left:
		d.pause(s)
		return
	}
	d.y += rowHeight
	d.tag(`<g class="step %s">`, s.Class)
	d.title(report.Shorten(strings.ReplaceAll(s.Words, "\n", " / "), titleRoom))
	d.text("time", timeEnd, d.y, s.At)
	if s.Frame != 0 {
		d.frame(s.Frame)
	}
	switch s.Shape {
	case document.Hole:
		d.hole(s)
	case document.Mark:
		d.mark(s)
	default:
		d.arrow(s)
	}
	d.tag(`</g>`)
	d.window(s)
}

// frame writes a number beside the ladder; a long one is pressed together.
func (d *ladder) frame(n int64) {
	digits := fmt.Sprint(n)
	if len(digits) <= frameRoom {
		d.text("frame", frameBegin, d.y, digits)
		return
	}
	d.tag(`<text class="frame" x="%s" y="%s" textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`, num(frameBegin), num(d.y), num(ladderWidth-frameBegin-2), digits)
}

// arrow goes from the sender to the other side.
func (d *ladder) arrow(s *document.Step) {
	from, to, dir := clientX, serverX, 1.0
	if s.Side == "server" {
		from, to, dir = serverX, clientX, -1.0
	}
	d.label(s.Label)
	class, head, half := "wire", 8.0, 4.0
	switch s.Shape {
	case document.Burst:
		class, head, half = "wire burst", 12, 7
	case document.Dashed:
		class = "wire dashed"
	}
	d.tag(`<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, num(from), num(d.y), num(to-dir*head), num(d.y))
	d.tag(`<path class="head" d="M%s %sL%s %sL%s %sZ"/>`, num(to), num(d.y), num(to-dir*head), num(d.y-half), num(to-dir*head), num(d.y+half))
}

func (d *ladder) label(s string) {
	d.text("label", (clientX+serverX)/2, d.y-labelRise, report.Shorten(s, labelRoom))
}

// hole is a band across for bytes that are missing.
func (d *ladder) hole(s *document.Step) {
	d.tag(`<rect class="band" x="%s" y="%s" width="%s" height="%s"/>`, num(clientX), num(d.y-15), num(serverX-clientX), "18")
	d.text("label", (clientX+serverX)/2, d.y-2, report.Shorten(s.Label, labelRoom))
}

// mark is a word about one side, or about none.
func (d *ladder) mark(s *document.Step) {
	class, x := "label", (clientX+serverX)/2
	switch s.Side {
	case "client":
		class, x = "label begin", clientX+10
	case "server":
		class, x = "label end", serverX-10
	}
	switch s.Side {
	case "client", "server":
		at := clientX
		if s.Side == "server" {
			at = serverX
		}
		d.tag(`<circle class="dot" cx="%s" cy="%s" r="4"/>`, num(at), num(d.y-4))
	default:
		d.tag(`<rect class="band" x="%s" y="%s" width="%s" height="18"/>`, num(clientX), num(d.y-15), num(serverX-clientX))
		d.text(class, x, d.y-2, report.Shorten(s.Label, labelRoom))
		return
	}
	d.text(class, x, d.y, report.Shorten(s.Label, labelRoom))
}

// pause breaks both lines, with the time in which nothing happened.
func (d *ladder) pause(s *document.Step) {
	top := d.y + 8
	d.y += breakHeight
	d.tag(`<g class="pause">`)
	d.title(s.Words)
	d.tag(`<rect class="paper" x="%s" y="%s" width="%s" height="%s"/>`, num(clientX-4), num(top), num(serverX-clientX+8), num(breakHeight-11))
	for _, x := range []float64{clientX, serverX} {
		d.tag(`<path class="zigzag" d="M%s %sl-5 4l10 4l-10 4l10 4l-5 3"/>`, num(x), num(top))
	}
	d.text("label", (clientX+serverX)/2, top+14, "⋮  "+s.Label+"  ⋮")
	d.tag(`</g>`)
}

// window draws the time in which a side's receive window is shut along its
// line.
func (d *ladder) window(s *document.Step) {
	switch {
	case s.ShutBegins:
		if d.shut == nil {
			d.shut = map[string]float64{}
		}
		if _, already := d.shut[s.Side]; !already {
			d.shut[s.Side] = d.y - 4
		}
	case s.ShutEnds:
		d.shutLine(s.Side, d.y-4)
	}
}

// shutEnds ends what is still shut at the bottom.
func (d *ladder) shutEnds(y float64) {
	for _, side := range []string{"client", "server"} {
		d.shutLine(side, y)
	}
}

func (d *ladder) shutLine(side string, to float64) {
	from, shut := d.shut[side]
	if !shut {
		return
	}
	delete(d.shut, side)
	x := clientX
	if side == "server" {
		x = serverX
	}
	d.behind.tag(`<line class="shut" x1="%s" y1="%s" x2="%s" y2="%s"/>`, num(x), num(from), num(x), num(to))
}
