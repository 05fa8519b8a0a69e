package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// The tests whose names end in Docs hold what the documents say against the
// program. `make docs` runs them with -update, which writes the documents.

// TestCommandDocs: docs/commands.md is the help of every command.
func TestCommandDocs(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Commands\n\nWritten by `make docs` from the program's own help.\n")
	for _, command := range []string{"", "analyze", "show", "explain", "report", "extract", "log", "formats", "live", "interfaces", "completion", "version", "man"} {
		args := append(strings.Fields(command), "--help")
		fmt.Fprintf(&b, "\n## %s\n\n```\n%s```\n", strings.TrimSpace("smtpscope "+command), mustRun(t, nil, args...))
	}
	golden(t, "../../docs/commands.md", b.String())
}

// TestReadmeDocs: what the README shows is what the program prints. In a block
// marked "console" each line "$ smtpscope ..." is followed by its output.
func TestReadmeDocs(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const open, end = "```console\n$ smtpscope ", "\n```\n"
	parts := strings.Split(string(text), open)
	if len(parts) < 3 {
		t.Fatal("the README shows next to nothing")
	}
	out := parts[0]
	for _, part := range parts[1:] {
		command, rest, _ := strings.Cut(part, "\n")
		_, rest, found := strings.Cut("\n"+rest, end)
		if !found {
			t.Fatalf("no end of the block of smtpscope %s", command)
		}
		shown := strings.TrimRight(mustRun(t, nil, strings.Fields(command)...), "\n")
		out += open + command + "\n" + shown + end + rest
	}
	golden(t, "README.md", out)
}

// TestRecordDocs: the list of fields in docs/record.md is that of the schema.
func TestRecordDocs(t *testing.T) {
	const name, begin, end = "../../docs/record.md", "<!-- fields -->\n", "<!-- end of fields -->\n"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, foundEnd := strings.Cut(rest, end)
	if !found || !foundEnd {
		t.Fatalf("%s has no place for the fields", name)
	}
	var schema struct {
		Defs map[string]documented `json:"$defs"`
	}
	file, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &schema); err != nil {
		t.Fatal(err)
	}
	d := documents{defs: schema.Defs}
	for _, kind := range []string{"session", "pattern", "capture"} {
		fmt.Fprintf(&d, "\n### `\"type\": \"%s\"`\n\n| field | | |\n| --- | --- | --- |\n", kind)
		d.fields("", schema.Defs[kind])
	}
	golden(t, name, before+begin+d.String()+"\n"+end+after)
}

// documented is what the document says of a value.
type documented struct {
	Description string
	Type        string
	Const       any
	Enum        []string
	Ref         string `json:"$ref"`
	Properties  map[string]documented
	Required    []string
	Items       *documented
}

type documents struct {
	strings.Builder
	defs map[string]documented
}

// fields writes the rows of an object, those that are always there first.
func (d *documents) fields(path string, o documented) {
	names := slices.SortedFunc(maps.Keys(o.Properties), func(a, b string) int {
		return place(o.Required, a)*1000 + strings.Compare(a, b) - place(o.Required, b)*1000
	})
	for _, name := range names {
		value := o.Properties[name]
		always := ""
		if slices.Contains(o.Required, name) {
			always = ", always"
		}
		d.row(path+name, always, value)
	}
}

func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}

func (d *documents) row(path, always string, v documented) {
	text := v.Description
	if name, ok := strings.CutPrefix(v.Ref, "#/$defs/"); ok {
		v = d.defs[name]
	}
	if text == "" {
		text = v.Description
	}
	if len(v.Enum) > 0 {
		text += " One of `" + strings.Join(v.Enum, "`, `") + "`."
	}
	kind := v.Type
	if v.Const != nil {
		kind = fmt.Sprintf("`%v`", v.Const)
	} else if kind == "" {
		kind = "string"
	}
	fmt.Fprintf(d, "| `%s` | %s%s | %s |\n", path, kind, always, text)
	switch {
	case v.Type == "object":
		d.fields(path+".", v)
	case v.Items != nil && (v.Items.Ref != "" || len(v.Items.Properties) > 0):
		item := *v.Items
		if name, ok := strings.CutPrefix(item.Ref, "#/$defs/"); ok {
			item = d.defs[name]
		}
		d.fields(path+"[].", item)
	}
}
