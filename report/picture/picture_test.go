package picture

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"smtpscope/internal/hostile"
	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/session"
)

// elements are all that a picture consists of.
var elements = map[string]bool{
	"svg": true, "title": true, "desc": true, "g": true, "text": true, "line": true, "path": true, "rect": true, "circle": true, "a": true,
}

// attributes are all that its elements have.
var attributes = map[string]bool{
	"class": true, "role": true, "viewBox": true, "aria-labelledby": true, "id": true, "xmlns": true, "x": true, "y": true, "x1": true, "x2": true,
	"y1": true, "y2": true, "d": true, "cx": true, "cy": true, "r": true, "rx": true, "width": true, "height": true, "href": true,
	"aria-hidden": true, "textLength": true, "lengthAdjust": true,
}

// checkSVG fails unless pictures are well-formed XML of known parts, whose
// texts are printable. It gives all of their character data.
func checkSVG(t *testing.T, svg string) string {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	var data strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return data.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if !elements[token.Name.Local] {
				t.Errorf("element %s", token.Name.Local)
			}
			for _, a := range token.Attr {
				if !attributes[a.Name.Local] || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#s") {
					t.Errorf("attribute %s=%q", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			data.Write(token)
		case xml.EndElement:
		default:
			t.Errorf("%T in a picture", token)
		}
	}
}

func checkPictures(t *testing.T, s string, words bool) {
	t.Helper()
	d := hostile.Document(s, false, words)
	for _, one := range d.Details {
		data := checkSVG(t, Ladder(one.Ladder))
		if want := report.Printable(s); len(want) < 30 && !strings.Contains(s, "\n") && !strings.Contains(data, want) {
			t.Errorf("%q is not in the ladder", want)
		}
		if data != report.Printable(data) {
			t.Errorf("not printable: %q", data)
		}
	}
	checkSVG(t, Timeline(d.Timeline))
}

func TestHostilePictures(t *testing.T) {
	for _, s := range hostile.Texts {
		checkPictures(t, s, false)
		checkPictures(t, s, true)
	}
}

func FuzzPictures(f *testing.F) {
	for i := 0; i < len(hostile.Texts); i += 8 { // TestHostile… has all of them
		f.Add(hostile.Texts[i])
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) <= hostile.Longest {
			checkPictures(t, s, false)
		}
	})
}

// TestLongLadder: it is several pictures, each begins where the one before
// ends, a window that is shut is drawn in all of them, and a step is in one.
func TestLongLadder(t *testing.T) {
	l := &document.Ladder{Number: 12345678, ClientIs: "client", ServerIs: "server"}
	for i := range 90 {
		l.Steps = append(l.Steps, document.Step{Shape: document.Arrow, Side: "client", Class: "command", Frame: 12345678, Label: fmt.Sprintf("step-%d-", i), ShutBegins: i == 10})
	}
	svg := Ladder(l)
	checkSVG(t, svg)
	pieces := strings.Split(svg, "</svg>")
	pieces = pieces[:len(pieces)-1]
	if len(pieces) < 3 {
		t.Fatalf("%d pictures", len(pieces))
	}
	at := 0.0
	for i, p := range pieces {
		var x, from, width, height float64
		if _, err := fmt.Sscanf(p[strings.Index(p, "viewBox"):], `viewBox="%f %f %f %f"`, &x, &from, &width, &height); err != nil {
			t.Fatal(err)
		}
		if from != at || height > pieceHeight+2*rowHeight || !strings.Contains(p, `class="shut"`) {
			t.Errorf("picture %d: from %v, %v high, after %v", i, from, height, at)
		}
		at = from + height
	}
	for i := range 90 {
		if n := strings.Count(svg, fmt.Sprintf(">step-%d-<", i)); n != 1 {
			t.Errorf("step %d is drawn %d times", i, n)
		}
	}
	if !strings.Contains(svg, `textLength="47" lengthAdjust="spacingAndGlyphs">12345678<`) {
		t.Error("a long frame number is not pressed together")
	}
}

// TestBinWords: a slice is named by the clock of the axis below it.
func TestBinWords(t *testing.T) {
	b := &document.Bin{From: session.Time(1_795_000_000 * 1e9)}
	b.Counts[document.ByRST] = 3
	if got, want := binWords(b, time.FixedZone("CET", 3600)), "from 2026-11-18 12:06:40 CET; reset (RST): 3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
