// Package bundle puts what a ticket needs into one zip file: the report, the
// evidence, the records, the log lines, and a manifest of their hashes.
package bundle

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"
)

// ManifestName is the file that lists the others. sha256sum -c reads Sums.
const (
	ManifestName = "MANIFEST.json"
	SumsName     = "SHA256SUMS"
)

// Part is a file of a bundle.
type Part struct {
	Name  string // without a directory; only letters, digits, dots, hyphens and underscores
	About string // one sentence on what it is
	// Write writes the content. It is called once, in the order of the parts.
	Write func(io.Writer) error
}

// Info is what the manifest says of the bundle as a whole.
type Info struct {
	Tool    string `json:"tool"`               // name and version
	Asked   string `json:"asked,omitempty"`    // the filters as they were typed
	Shows   string `json:"shows"`              // what is blanked and what is not
	Redact  string `json:"redacted,omitempty"` // what was replaced, and the key's fingerprint
	Inputs  []File `json:"inputs,omitempty"`   // the captures and logs that were read
	Session int    `json:"sessions"`
}

// File is a file with its hash.
type File struct {
	Name   string `json:"name"`
	About  string `json:"about,omitempty"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // lower-case hexadecimal
}

// manifest is MANIFEST.json.
type manifest struct {
	Info
	Files []File `json:"files"`
}

// epoch is the time of every file in the zip: the same parts give the same
// bytes. It is the earliest that the format has.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Write writes the parts, and the manifest behind them, as a zip file. The
// manifest has the hash of every file but itself and SHA256SUMS. What goes
// wrong in a part is that part's error; the zip is of no use then.
func Write(to io.Writer, info Info, parts []Part) error {
	if err := check(parts); err != nil {
		return err
	}
	z := zip.NewWriter(to)
	m := manifest{Info: info, Files: []File{}}
	for _, p := range parts {
		file, err := add(z, p)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, file)
	}
	slices.SortFunc(m.Files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	list := Part{Name: ManifestName, Write: func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(m)
	}}
	file, err := add(z, list)
	if err != nil {
		return err
	}
	sums := Part{Name: SumsName, Write: func(w io.Writer) error { return writeSums(w, append(m.Files, file)) }}
	if _, err := add(z, sums); err != nil {
		return err
	}
	return z.Close()
}

// check finds names that are no plain file names, or are there twice.
func check(parts []Part) error {
	seen := map[string]bool{strings.ToLower(ManifestName): true, strings.ToLower(SumsName): true}
	for _, p := range parts {
		low := strings.ToLower(p.Name) // file systems may not tell capitals
		if !plainName(p.Name) || seen[low] {
			return fmt.Errorf("bundle: %q cannot be the name of a file in it", p.Name)
		}
		seen[low] = true
	}
	return nil
}

func plainName(s string) bool {
	if s == "" || s[0] == '.' || len(s) > 100 {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".-_", r) {
			return false
		}
	}
	return true
}

// add writes one file and gives its hash.
func add(z *zip.Writer, p Part) (File, error) {
	header := &zip.FileHeader{Name: p.Name, Method: zip.Deflate, Modified: epoch}
	header.SetMode(0o600)
	w, err := z.CreateHeader(header)
	if err != nil {
		return File{}, err
	}
	sum := &summing{to: w, hash: sha256.New()}
	if err := p.Write(sum); err != nil {
		return File{}, err
	}
	return File{Name: p.Name, About: p.About, Bytes: sum.n, SHA256: hex.EncodeToString(sum.hash.Sum(nil))}, nil
}

// summing counts and hashes what goes through it.
type summing struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func (s *summing) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}

// writeSums writes hashes in the form of sha256sum(1).
func writeSums(w io.Writer, files []File) error {
	for _, f := range files {
		if _, err := fmt.Fprintf(w, "%s  %s\n", f.SHA256, f.Name); err != nil {
			return err
		}
	}
	return nil
}
