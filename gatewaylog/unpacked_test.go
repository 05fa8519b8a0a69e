package gatewaylog

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestBomb: a log that unpacks without end is named, and what came before it
// counts.
func TestBomb(t *testing.T) {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	line := "Jan  2 03:04:05 mx postfix/smtpd[1]: connect from a.example[192.0.2.1]\n"
	for range 160 << 20 / (len(line) * 1024) {
		if _, err := io.WriteString(z, strings.Repeat(line, 1024)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	source := Source{Name: "x", Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
	r, err := Read([]Source{source}, Options{}, func(*Connection) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Errors) != 1 || !errors.Is(r.Errors[0].Err, errBomb) {
		t.Errorf("errors %v", r.Errors)
	}
	if r.Connections == 0 {
		t.Error("what came before was not read")
	}
}
