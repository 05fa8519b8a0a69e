package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func part(name, content string) Part {
	return Part{Name: name, About: "about " + name, Write: func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}}
}

// TestWrite reads a bundle back: every file is in the manifest with its hash,
// and the sums name every file but themselves.
func TestWrite(t *testing.T) {
	content := map[string]string{"report.html": "<html>", "evidence.pcapng": strings.Repeat("packet ", 1000), "records.jsonl": "{}\n", "log.txt": ""}
	info := Info{Tool: "smtpscope test", Shows: "credentials and message bodies are blanked", Session: 2}
	var parts []Part
	for _, name := range []string{"report.html", "evidence.pcapng", "records.jsonl", "log.txt"} {
		parts = append(parts, part(name, content[name]))
	}
	var a, b bytes.Buffer
	if err := Write(&a, info, parts); err != nil {
		t.Fatal(err)
	}
	if err := Write(&b, info, parts); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("the same parts give other bytes (%v)", err)
	}
	files := unzip(t, a.Bytes())
	if len(files) != len(content)+2 {
		t.Errorf("%d files", len(files))
	}
	var m manifest
	if err := json.Unmarshal(files[ManifestName], &m); err != nil {
		t.Fatal(err)
	}
	if m.Tool != info.Tool || m.Session != 2 || len(m.Files) != len(content) {
		t.Errorf("manifest: %+v", m)
	}
	sums := string(files[SumsName])
	for _, f := range m.Files {
		want := sha256.Sum256([]byte(content[f.Name]))
		if f.SHA256 != hex.EncodeToString(want[:]) || f.Bytes != int64(len(content[f.Name])) {
			t.Errorf("%s: %+v", f.Name, f)
		}
		if string(files[f.Name]) != content[f.Name] {
			t.Errorf("%s holds other bytes", f.Name)
		}
		if !strings.Contains(sums, f.SHA256+"  "+f.Name+"\n") {
			t.Errorf("%s is not in the sums", f.Name)
		}
	}
	of := sha256.Sum256(files[ManifestName])
	if !strings.Contains(sums, hex.EncodeToString(of[:])+"  "+ManifestName+"\n") {
		t.Errorf("the manifest is not in the sums:\n%s", sums)
	}
}

func unzip(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.File {
		if f.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name, f.Mode())
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestNames: no name leads out of the directory, or hides the manifest.
func TestNames(t *testing.T) {
	for _, name := range []string{"", "../x", "a/b", `a\b`, ".hidden", "MANIFEST.json", "sha256sums", "a\nb", "ä", strings.Repeat("x", 200)} {
		if err := Write(io.Discard, Info{}, []Part{part(name, "")}); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	if err := Write(io.Discard, Info{}, []Part{part("a.txt", ""), part("A.TXT", "")}); err == nil {
		t.Error("two files of one name were taken")
	}
}

// TestErrors: what goes wrong in a part, and below, comes back.
func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	bad := Part{Name: "bad", Write: func(io.Writer) error { return broken }}
	if err := Write(io.Discard, Info{}, []Part{part("good", "x"), bad}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := Write(full{}, Info{}, []Part{part("good", strings.Repeat("abc", 1<<20))}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
