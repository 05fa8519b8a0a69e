package gatewaylog

import (
	"io"
	"strings"
	"testing"
)

// textSource is a source that reads a string.
func textSource(name, text string) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// readAll reads sources and gives all connections.
func readAll(t testing.TB, o Options, sources ...Source) ([]*Connection, *Report) {
	t.Helper()
	var out []*Connection
	r, err := Read(sources, o, func(c *Connection) error {
		out = append(out, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, r
}

// readText reads one log given as text.
func readText(t testing.TB, o Options, text string) ([]*Connection, *Report) {
	t.Helper()
	return readAll(t, o, textSource("log", text))
}
