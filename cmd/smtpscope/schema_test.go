package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

const schemaFile = "../../docs/record.schema.json"

// TestOutputFitsSchema holds the JSON Lines of every case against the schema
// that is published for other programs.
func TestOutputFitsSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases(t) {
		out := mustRun(t, bytes.NewReader(captureBytes(t, c.frames(t))), "analyze", "--format", "jsonl", "--gateway", "198.51.100.5", "-")
		for line := range strings.Lines(out) {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s: %v\n%s", c.name, err, line)
			}
		}
	}
}

// TestSchemaRefuses: the schema is no rubber stamp.
func TestSchemaRefuses(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	good := string(mustRun(t, bytes.NewReader(captureBytes(t, cases(t)[0].frames(t))), "analyze", "--format", "jsonl", "-"))
	good, _, _ = strings.Cut(good, "\n")
	for _, change := range []struct{ from, to string }{
		{`"how":"`, `"how":"x`}, {`"phase":"`, `"phase":"x`}, {`"session":`, `"session":-`},
		{`"ended":`, `"end":`}, {`"schema":1`, `"schema":2`}, {`"type":"session"`, `"type":"row"`},
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(good, change.from, change.to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("%s in place of %s is let through", change.to, change.from)
		}
	}
}

// An object is what is compared of a JSON object: its fields, and those that
// are always there.
type object struct {
	Ref        string            `json:"$ref"`
	Properties map[string]object `json:"properties"`
	Required   []string          `json:"required"`
	Items      *object           `json:"items"`
}

// TestSchemaHasEveryField: the program's types and the schema name the same
// fields, and agree on which are always there.
func TestSchemaHasEveryField(t *testing.T) {
	var schema struct {
		Defs map[string]object `json:"$defs"`
	}
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	f := fields{t, schema.Defs}
	f.compare("session", reflect.TypeFor[session.Record](), schema.Defs["session"])
	f.compare("pattern", reflect.TypeFor[diagnosis.Pattern](), schema.Defs["pattern"])
	f.compare("capture", reflect.TypeFor[report.Capture](), schema.Defs["capture"])
}

type fields struct {
	t    *testing.T
	defs map[string]object
}

func (f fields) compare(path string, typ reflect.Type, o object) {
	f.t.Helper()
	if name, ok := strings.CutPrefix(o.Ref, "#/$defs/"); ok {
		o = f.defs[name]
	}
	switch typ.Kind() {
	case reflect.Pointer:
		f.compare(path, typ.Elem(), o)
		return
	case reflect.Slice:
		if o.Items == nil {
			f.t.Errorf("%s is a list, and not in the schema", path)
			return
		}
		f.compare(path, typ.Elem(), *o.Items)
		return
	case reflect.Struct:
		if plainValue(typ) {
			return
		}
	default:
		return
	}
	names, always := map[string]bool{}, []string{}
	for i := range typ.NumField() {
		name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue // beside the record, for diagnosis and alignment
		}
		names[name] = true
		if !strings.Contains(options, "omit") {
			always = append(always, name)
		}
		property, there := o.Properties[name]
		if !there {
			f.t.Errorf("%s.%s is not in the schema", path, name)
			continue
		}
		f.compare(path+"."+name, typ.Field(i).Type, property)
	}
	for name := range maps.Keys(o.Properties) {
		if !names[name] {
			f.t.Errorf("%s.%s is in the schema, and no field", path, name)
		}
	}
	slices.Sort(always)
	if required := sorted(o.Required); !slices.Equal(always, required) {
		f.t.Errorf("%s: always there are %v, the schema requires %v", path, always, required)
	}
}

// plainValue reports whether a struct is written as a string or a number.
func plainValue(typ reflect.Type) bool {
	return typ.Implements(reflect.TypeFor[json.Marshaler]()) || typ.Implements(reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()) ||
		typ == reflect.TypeFor[time.Time]()
}
