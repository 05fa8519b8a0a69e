package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"smtpscope/gatewaylog"
	"smtpscope/internal/hostile"
	"smtpscope/report"
)

// onlyText: lines of characters that a terminal shows, and nothing else.
func onlyText(t *testing.T, form, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Fatalf("%s: no UTF-8: %q", form, text)
	}
	for i, r := range text {
		if r != '\n' && r != ' ' && !unicode.IsPrint(r) {
			t.Fatalf("%s: %U in %q", form, r, text[max(0, i-80):min(len(text), i+20)])
		}
	}
}

// FuzzTerminal: whatever the texts of a session are, apart from those that are words
// of the record, the forms for a terminal hold nothing but text.
func FuzzTerminal(f *testing.F) {
	for _, s := range hostile.Texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > hostile.Longest {
			return
		}
		one := hostile.Session(s, false)
		var transcript, table, summary bytes.Buffer
		if err := report.WriteTranscript(&transcript, one, report.Style{}); err != nil {
			t.Fatal(err)
		}
		list, counts := report.NewTable(&table, report.Style{}, s, false), report.NewSummary(&summary, report.Style{}, s, false)
		for _, err := range []error{list.Session(one), list.Capture(hostile.Capture(s)), counts.Session(one), counts.Capture(hostile.Capture(s))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		onlyText(t, "transcript", transcript.String())
		onlyText(t, "table", table.String())
		onlyText(t, "summary", summary.String())
	})
}

// fill sets every text of v to s, and gives every list two entries.
func fill(v reflect.Value, s string, depth int) {
	if !v.CanSet() || depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(3)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), s, depth+1)
		fill(v.Index(1), s, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), s, depth+1)
		}
	}
}

// FuzzLogForms: whatever a log holds, its connections are text in the table,
// cells that are no formulas in CSV, and JSON that reads back.
func FuzzLogForms(f *testing.F) {
	for _, s := range hostile.Texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > hostile.Longest {
			return
		}
		c := report.LogConnection{Connection: new(gatewaylog.Connection), Reason: s}
		fill(reflect.ValueOf(c.Connection).Elem(), s, 0)
		var table, cells, lines, said bytes.Buffer
		list := report.NewLogTable(&table, report.Style{})
		rows, err := report.NewLogCSV(&cells)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{list.Connection(c), list.Close(), rows.Connection(c), rows.Close(), report.NewLogJSONL(&lines).Connection(c)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		r := new(gatewaylog.Report)
		fill(reflect.ValueOf(r).Elem(), s, 0)
		report.WriteLogReport(&said, r, true)
		report.WriteUntaken(&said, r, true)
		onlyText(t, "table", table.String())
		onlyText(t, "report", said.String())
		onlyText(t, "CSV", cells.String())
		read, err := csv.NewReader(&cells).ReadAll()
		if err != nil || len(read) != 2 || len(read[0]) != len(read[1]) {
			t.Fatalf("%q, %v", read, err)
		}
		for _, cell := range read[1] {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Fatalf("a formula: %q", cell)
			}
		}
		if !json.Valid(lines.Bytes()) || bytes.Count(lines.Bytes(), []byte("\n")) != 1 {
			t.Fatalf("no line of JSON: %q", lines.String())
		}
	})
}
