package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"smtpscope/internal/benchdata"
)

// BenchmarkAnalyze is a whole run in every format that streams, over a capture
// of 30 MB, or over the one that SMTPSCOPE_BENCH names. With -cpuprofile it
// shows where the time goes.
func BenchmarkAnalyze(b *testing.B) {
	capture := os.Getenv("SMTPSCOPE_BENCH")
	if capture == "" {
		capture = generated(b, "quick")
	}
	info, err := os.Stat(capture)
	if err != nil {
		b.Fatal(err)
	}
	for _, format := range []string{"jsonl", "csv", "table"} {
		b.Run(format, func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				if code := run([]string{"analyze", "--format", format, capture}, nil, io.Discard, io.Discard, nil); code != exitDone {
					b.Fatal("exit code", code)
				}
			}
		})
	}
}

// generated writes a capture of a profile of benchdata.
func generated(tb testing.TB, name string) string {
	tb.Helper()
	p, ok := benchdata.Named(name)
	if !ok {
		tb.Fatal("no profile", name)
	}
	path := filepath.Join(tb.TempDir(), name+".pcap")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	if err := benchdata.Generate(p, f, io.Discard); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}
