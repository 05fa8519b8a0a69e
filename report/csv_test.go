package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"smtpscope/session"
)

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	c, err := NewCSV(&b)
	if err != nil {
		t.Fatal(err)
	}
	writeAll(t, c)(fixture())
	compare(t, "testdata/sessions.csv", b.Bytes())
}

func TestCSVCell(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"plain":             "plain",
		"=cmd|' /C calc'!A": "'=cmd|' /C calc'!A",
		"+1":                "'+1",
		"-1":                "'-1",
		"@SUM(A1)":          "'@SUM(A1)",
		"\t=1":              `\x09=1`,
		"\r=1":              `\x0d=1`,
		"a=b":               "a=b",
		"\x1b[31m":          `\x1b[31m`,
	} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzCSV: whatever was sent, the row reads back with all its columns, none
// of which is a formula or holds a control character.
func FuzzCSV(f *testing.F) {
	f.Add("=1+1", "a,b\n\"c\"", "id;x")
	f.Add("\t@x", "\u202e", "\r\n")
	f.Fuzz(func(t *testing.T, from, to, id string) {
		m := mail(session.Accepted)
		m.From, m.Recipients[0].Address, m.QueueID = &from, to, id
		var b bytes.Buffer
		c, err := NewCSV(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Session(&session.Session{Record: *made("ready", session.ByQuit, "client", m)}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 || len(rows[1]) != len(csvColumns)+len(csvFindingColumns) {
			t.Fatalf("rows: %q", rows)
		}
		for _, field := range rows[1] {
			if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
				t.Fatalf("a formula: %q", field)
			}
			if strings.ContainsFunc(field, unicode.IsControl) {
				t.Fatalf("a control character: %q", field)
			}
		}
	})
}
