package capture

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"
)

// batched reads a Reader to its end in batches.
func batched(t testing.TB, r *Reader) (got []string, batches int) {
	t.Helper()
	for {
		list, err := r.Batch()
		if err == io.EOF {
			return got, batches
		}
		if err != nil || len(list) == 0 {
			t.Fatalf("%d segments, %v", len(list), err)
		}
		batches++
		for i := range list {
			got = append(got, fmt.Sprintf("%d:%s", list[i].Frame, list[i].Payload))
		}
	}
}

// TestBatch: whatever the form of the input, and however it comes, batches
// hold the segments that Next gives, and no payload is overwritten before the
// batch is over.
func TestBatch(t *testing.T) {
	var packets []testPacket
	for i := range 9000 { // more than a buffer holds
		payload := fmt.Sprintf("%d %s", i, bytes.Repeat([]byte{'a' + byte(i%26)}, i*7%1400))
		packets = append(packets, testPacket{at: Time(i) * 1e6, data: ethernetTCP(25, payload)})
	}
	plain, ng := plainPcap(packets), plainPcapng(little, packets)
	dir := t.TempDir()
	second := filepath.Join(dir, "second.pcap")
	if err := os.WriteFile(second, plainPcap(packets[:50]), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		file []byte
		also []string
		wrap func(io.Reader) io.Reader
	}{
		{"pcap", plain, nil, nil},
		{"pcapng", ng, nil, nil},
		{"gzip", testPackings["gzip"](t, plain), nil, nil},
		{"zstd", testPackings["zstd"](t, ng), nil, nil},
		{"two files", plain, []string{second}, nil},
		{"cut", plain[:len(plain)-5], nil, nil},
		{"in small pieces", ng[:40000], nil, iotest.HalfReader},
	} {
		open := func() *Reader {
			var in io.Reader = bytes.NewReader(c.file)
			if c.wrap != nil {
				in = c.wrap(in)
			}
			r, err := Open(Config{Paths: append([]string{"-"}, c.also...), Stdin: in})
			if err != nil {
				t.Fatal(c.name, err)
			}
			return r
		}
		r := open()
		want := segments(t, r)
		summary := r.Summary()
		r = open()
		got, batches := batched(t, r)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d segments in batches, %d one by one", c.name, len(got), len(want))
		}
		if again := r.Summary(); again.Frames != summary.Frames || fmt.Sprint(again.Errors) != fmt.Sprint(summary.Errors) {
			t.Errorf("%s: %d frames, %v; one by one %d, %v", c.name, again.Frames, again.Errors, summary.Frames, summary.Errors)
		}
		if c.also == nil && c.wrap == nil && batches > len(want)/8 {
			t.Errorf("%s: %d batches of %d segments", c.name, batches, len(want))
		}
	}
}

// TestBatchOfFragments: a datagram put together from fragments ends its batch,
// since the next one is put together in the same place.
func TestBatchOfFragments(t *testing.T) {
	var packets []testPacket
	for id := range 20 {
		whole := ethernetTCP(25, fmt.Sprintf("message %02d, in two fragments", id))
		for _, part := range []struct{ from, to, field int }{{0, 24, 0x2000}, {24, len(whole) - 34, 3}} {
			b := append(bytes.Clone(whole[:34]), whole[34+part.from:34+part.to]...)
			size := 20 + part.to - part.from
			b[16], b[17], b[18], b[19], b[20], b[21] = 0, byte(size), 0, byte(id), byte(part.field>>8), byte(part.field)
			packets = append(packets, testPacket{at: Time(id) * 1e6, data: b})
		}
	}
	open := func() *Reader {
		r, err := Open(Config{Paths: []string{"-"}, Stdin: bytes.NewReader(plainPcap(packets))})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := segments(t, open())
	if got, _ := batched(t, open()); !slices.Equal(got, want) || len(want) != 20 {
		t.Errorf("got %q, want %q", got, want)
	}
}
