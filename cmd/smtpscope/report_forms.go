package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/report/html"
	"smtpscope/report/mailtext"
	"smtpscope/report/markdown"
	"smtpscope/report/wholefile"
)

// reportFormats are the forms of a report, the words of --format.
var reportFormats = []string{"html", "md", "txt", "json"}

// documentWriters write all of them but json, which has no document.
var documentWriters = map[string]func(io.Writer, *document.Document) error{
	"html": html.Write, "md": markdown.Write, "txt": mailtext.Write,
}

// extensions are the ends of names that tell a form.
var extensions = map[string]string{
	".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt", ".json": "json",
}

// check finds the form, and what would stop the writing, before anything is
// read.
func (f *reportFlags) check(paths []string) (string, error) {
	switch {
	case f.bundle != "" && (f.output != "" || f.format != ""):
		return "", usage("--bundle has its own file, with the report in it").hint("leave -o and --format out")
	case f.bundle == "" && f.bodies:
		return "", usage("--with-bodies is for --bundle: a report never shows the content of mails").hint("--bundle ticket.zip, or smtpscope extract --with-bodies")
	case f.bundle == "" && f.output == "":
		return "", usage("where should the report go?").hint("-o FILE, as -o incident.html; -o - is standard output")
	case f.details < 1 || f.rows < 1:
		return "", usage("--details and --rows are numbers above zero").hint("leave them out: the defaults are %d and %d", document.DefaultDetails, document.DefaultRows)
	case f.bundle != "":
		return "html", nil
	}
	format := f.format
	if format == "" {
		format = extensions[strings.ToLower(filepath.Ext(f.output))]
	}
	switch {
	case format == "" && f.output == "-":
		return "", usage("which form?").hint("--format: %s", anyOf(reportFormats))
	case format == "":
		return "", usage("the name %s does not tell the form", f.output).hint("name it .html, .md, .txt or .json, or give --format")
	}
	if _, known := documentWriters[format]; !known && format != "json" {
		return "", unknownWord("--format", format, reportFormats)
	}
	if f.output == "-" {
		return format, nil
	}
	return format, checkOutput(f.output, f.force, slices.Concat(paths, f.log.files))
}

// checkBundle finds what would stop a bundle.
func (f *reportFlags) checkBundle(paths []string) error {
	if f.bodies && f.redact.flags.Changed("redact") {
		return usage("--with-bodies and --redact exclude each other: a body names whom it likes").hint("leave one of them out")
	}
	if slices.Contains(paths, "-") {
		return usage("a bundle reads its captures twice, and standard input can be read only once").hint("write it to a file first")
	}
	return checkOutput(f.bundle, f.force, slices.Concat(paths, f.log.files))
}

// existing makes a wrong command line of the error that a file exists.
func existing(err error) error {
	if errors.Is(err, wholefile.ErrExists) {
		return usage("%s", err).hint("--force replaces it")
	}
	return err
}

// addHashes computes what the files are known by. A file that cannot be read
// a second time, as standard input, stays without.
func addHashes(c *report.Capture) {
	for i := range c.Files {
		c.Files[i].SHA256 = hashOf(c.Files[i].Name)
	}
}

func hashOf(name string) string {
	info, err := os.Stat(name)
	if name == "-" || err != nil || !info.Mode().IsRegular() {
		return ""
	}
	file, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func sizeOf(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}
