// Package html writes a report as one HTML page that needs nothing else: no
// script, no picture from outside, no font. It opens from the disk and in the
// viewer of a ticket system, prints on A4 and Letter, and follows the reader's
// light or dark scheme. Texts go through html/template, which escapes them for
// where they stand.
package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/report/picture"
)

//go:embed style.css
var style string

//go:embed page.tmpl
var page string

// policy forbids the page everything but its own style sheet, should a text
// ever get through as markup: no script, no request, no form, no frame.
var policy = "default-src 'none'; style-src 'sha256-" + styleHash() + "'; base-uri 'none'; form-action 'none'"

func styleHash() string {
	sum := sha256.Sum256([]byte(style))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// tmpl is read where a page is first written.
var tmpl = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(functions).Parse(page))
})

var functions = template.FuncMap{
	"ladder":    func(l *document.Ladder) template.HTML { return template.HTML(picture.Ladder(l)) },
	"timeline":  func(t *document.Timeline) template.HTML { return template.HTML(picture.Timeline(t)) },
	"severity":  severity,
	"thousands": report.Thousands,
	"slice":     picture.SliceWords,
	"lines":     func(s string) []string { return strings.Split(s, "\n") },
	"arrow":     arrow,
	"counted":   func(name string, list []document.Tally) tally { return tally{name, list} },
	"list":      func(l document.Listing) *document.Listing { return &l },
	"one":       func(d *document.Detail, folded bool) told { return told{d, folded} },
	"legend":    legend,
	"parts":     parts,
}

// parts are a text's pieces between which a line may end: before an @.
func parts(s string) []string {
	list := strings.SplitAfter(s, "@")
	for i := 1; i < len(list); i++ {
		list[i-1], list[i] = strings.TrimSuffix(list[i-1], "@"), "@"+list[i]
	}
	return list
}

// arrow is the direction of a line of a transcript.
func arrow(side string) string {
	switch side {
	case "client":
		return "C→S"
	case "server":
		return "C←S"
	case "log":
		return "log"
	}
	return ""
}

// tally is a table of counts with what is counted.
type tally struct {
	Name string
	List []document.Tally
}

// told is a session with how its transcript is shown.
type told struct {
	D      *document.Detail
	Folded bool
}

// severity is the class of a finding.
func severity(word string) string {
	switch word {
	case "error", "warning", "info":
		return word
	}
	return "info"
}

// An entry of the legend.
type entry struct {
	Class, Words string
	Count        int64
}

func legend(t *document.Timeline) []entry {
	var list []entry
	for f := document.Normal; f < document.Fates; f++ {
		if t.Counts[f] > 0 {
			list = append(list, entry{f.String(), f.Words(), t.Counts[f]})
		}
	}
	return list
}

// view is what the template sees.
type view struct {
	*document.Document
	Policy string
	Style  template.CSS
	// Folded: there are many sessions, and their transcripts are opened by
	// the reader.
	Folded bool
}

// openSessions is up to how many sessions' transcripts are open at once.
const openSessions = 5

// Write writes the page.
func Write(w io.Writer, d *document.Document) error {
	b := bufio.NewWriterSize(w, 1<<16)
	v := view{Document: d, Policy: policy, Style: template.CSS(style), Folded: len(d.Details) > openSessions}
	if err := tmpl().Execute(b, v); err != nil {
		return err
	}
	return b.Flush()
}
