package document

import (
	"path/filepath"
	"slices"
	"strings"

	"smtpscope/report"
	"smtpscope/session"
)

// A Redactor takes out of a report what must not leave the house. It is asked
// before anything is built, for every text: a session is shown as Session
// gives it back (its own copy, the original is not changed), any other text,
// as names of files and the words of filters, as Text gives it back. nil
// leaves everything as it is.
type Redactor interface {
	Session(*session.Session) *session.Session
	Text(string) string
}

// nothing redacts nothing.
type nothing struct{}

func (nothing) Session(s *session.Session) *session.Session { return s }
func (nothing) Text(s string) string                        { return s }

// Redacted gives a copy of the line about a capture in which every text went
// through a redactor, and files have lost their directories, which may be named
// for a customer: for forms that are written without a Document.
func Redacted(c *report.Capture, r Redactor) *report.Capture {
	if r == nil {
		return c
	}
	out := *c
	out.Files = slices.Clone(c.Files)
	for i := range out.Files {
		f := &out.Files[i]
		f.Name, f.Error = r.Text(baseName(f.Name)), r.Text(withoutFolders(f.Error, c.Files))
	}
	out.Errors = slices.Clone(c.Errors)
	for i, e := range out.Errors {
		out.Errors[i] = r.Text(withoutFolders(e, c.Files))
	}
	if c.Log != nil {
		log := *c.Log
		log.Clocks = slices.Clone(c.Log.Clocks)
		for i := range log.Clocks {
			log.Clocks[i].Host = r.Text(log.Clocks[i].Host)
		}
		out.Log = &log
	}
	return &out
}

// baseName is the name of a file without its directory.
func baseName(name string) string {
	if name == "" {
		return ""
	}
	return filepath.Base(name)
}

// withoutFolders is a text with the files that it names without their
// directories.
func withoutFolders(text string, files []report.File) string {
	for i := range files {
		if name := files[i].Name; name != "" {
			text = strings.ReplaceAll(text, name, baseName(name))
		}
	}
	return text
}
