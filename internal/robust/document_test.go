package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDocument: rows that are not tried, and what a person wrote behind the
// table, stay when others are written anew.
func TestDocument(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.md")
	d := openDocument(name)
	d.set(&result{row: rows[2], wall: time.Second, outcome: "third"}, false)
	d.set(&result{row: rows[0], wall: time.Second, outcome: "a|b"}, false)
	d.rows["a row that is no more"] = "| a row that is no more |\n"
	if err := d.write(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(name)
	if err := os.WriteFile(name, append(text, "by hand\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	d = openDocument(name)
	d.set(&result{row: rows[1], wall: time.Minute, outcome: "second", failed: "why"}, true)
	got := d.text()
	at := 0
	for _, want := range []string{tableHead, rows[0].name, `a\|b`, rows[1].name, "1.0 min", ", a sample | FAILED: why", rows[2].name, "third", limits, "by hand"} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("%q is not there, or not in its place:\n%s", want, got)
		}
		at += i
	}
	if strings.Contains(got, "no more") {
		t.Error("a row that is not tried any more stays")
	}
}
