package gatewaylog

import (
	"slices"
	"testing"
)

// TestFormats: the example of every format is recognised as its product, and
// every product has one.
func TestFormats(t *testing.T) {
	seen := map[Product]bool{}
	for _, f := range Formats() {
		seen[f.Product] = true
		_, r := readText(t, Options{}, f.Example+"\n")
		if len(r.Products) != 1 || r.Products[0].Product != f.Product {
			t.Errorf("%s: example is read as %+v, reasons %+v", f.Name, r.Products, r.Reasons)
		}
		if f.Name != "symantec-smg export" && r.Taken != 1 {
			t.Errorf("%s: example is not taken: %+v", f.Name, r.Reasons)
		}
	}
	for _, p := range Products() {
		if !seen[p] {
			t.Errorf("no format of %s", p)
		}
	}
}

// checkRows holds every row of a table against its own example: no row before
// it must take the line.
func checkRows[P any](t *testing.T, name string, table *table[P]) {
	t.Helper()
	for i := range table.rows {
		r := &table.rows[i]
		var f fields
		got := table.find(r.example, &f)
		if got == nil {
			t.Errorf("%s: %q takes not its example %q", name, r.pattern, r.example)
		} else if got != r {
			t.Errorf("%s: the example of %q is taken by %q", name, r.pattern, got.pattern)
		}
	}
}

func TestTables(t *testing.T) {
	checkRows(t, "smtpd", smtpdTable)
	checkRows(t, "cleanup", cleanupTable)
	checkRows(t, "queue", queueTable)
	checkRows(t, "delivery", deliveryTable)
	checkRows(t, "postscreen", postscreenTable)
	checkRows(t, "esa", esaTable)
	checkRows(t, "symantec", symantecTable)
	checkRows(t, "sendmail", sendmailTable)
	checkRows(t, "exim", eximTable)
	checkRows(t, "opensmtpd", opensmtpdTable)
}

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          []string // nil: does not match
	}{
		{"ICID {i#} lost", "ICID 17 lost", []string{"17"}},
		{"ICID {i#} lost", "ICID x lost", nil},
		{"ICID {i#} lost", "ICID 17 lost.", nil},
		{"a {x} b", "a  b", []string{""}},
		{"a {x} b", "a 1 b 2 b", []string{"1 b 2"}}, // the literal ends the line
		{"a {x} b {y}", "a 1 b 2 b", []string{"1", "2 b"}},
		{"a {x~} b {y}", "a 1 b 2 b 3", []string{"1 b 2", "3"}},
		{"a {x_} b", "a 1 2 b", nil},
		{"a {x_}", "a ", nil},
		{"{x}: {y}", "k: v: w", []string{"k", "v: w"}},
		{"plain", "plain", []string{}},
		{"plain", "plainer", nil},
		{"n={n#}", "n=12", []string{"12"}},
		{"n={n#}", "n=12x", nil},
	} {
		var f fields
		p := compile(c.pattern)
		ok := p.match(c.text, &f)
		if ok != (c.want != nil) || ok && !slices.Equal(f.text[:len(p.names)], c.want) {
			t.Errorf("%q on %q: %v %q, want %q", c.pattern, c.text, ok, f.text[:len(p.names)], c.want)
		}
	}
}
