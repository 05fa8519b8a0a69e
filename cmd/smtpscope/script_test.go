package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"smtpscope/internal/wirescript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"smtpscope": main})
}

// TestScripts pins the command line: a file a topic. "wire SCRIPT FILE" turns
// a conversation script into a capture; with a third word it is pcapng, gzip,
// zstd or lz4.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("COLUMNS", "100")
			e.Setenv("TZ", "UTC")
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "filter" { // --filter works
				return filterBuiltIn(), nil
			}
			return false, fmt.Errorf("unknown condition %s", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"wire": wire},
	})
}

func wire(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: wire SCRIPT FILE [FORM]")
	}
	form := ""
	if len(args) == 3 {
		form = args[2]
	}
	ts.Check(writeWire(ts.MkAbs(args[0]), ts.MkAbs(args[1]), form))
}

func writeWire(script, file, form string) error {
	parsed, err := wirescript.ParseFile(script)
	if err != nil {
		return err
	}
	frames, err := parsed.Frames()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if form == "pcapng" {
		err = wirescript.WritePcapng(&b, frames, wirescript.PcapngOptions{})
	} else {
		err = wirescript.WritePcap(&b, frames, wirescript.PcapOptions{})
	}
	if err != nil {
		return err
	}
	packed := b.Bytes()
	if form != "" && form != "pcapng" {
		if packed, err = wirescript.Compress(packed, form); err != nil {
			return err
		}
	}
	return os.WriteFile(file, packed, 0o600)
}
