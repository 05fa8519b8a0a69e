package gatewaylog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"
)

// TestForeign: what is known to be no log is named, also where it is compressed;
// a log is a log, however it begins.
func TestForeign(t *testing.T) {
	zip := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(s))
		_ = z.Close()
		return b.String()
	}
	for text, want := range map[string]string{
		"\xd4\xc3\xb2\xa1\x02\x00\x04\x00":      "a packet capture",
		"\x4d\x3c\xb2\xa1\x02\x00\x04\x00":      "a packet capture",
		"\x0a\x0d\x0d\x0a\x6c\x00\x00\x00":      "a packet capture",
		zip("\xa1\xb2\xc3\xd4\x00\x02\x00\x04"): "a packet capture",
		"\xfd7zXZ\x00\x00":                      "an xz file",
		"BZh91AY&SY":                            "a bzip2 file",
		zip(zip(zip("x"))):                      "data that is compressed more than twice",
		small:                                   "",
		zip(small):                              "",
		"\n\r\n":                                "",
		"BZh":                                   "", // three bytes are no file
		"":                                      "",
	} {
		s := Source{Name: "x", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(text))), nil }}
		r, err := Read([]Source{s}, Options{}, func(*Connection) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		read := error(nil)
		if len(r.Errors) > 0 {
			read = r.Errors[0].Err
		}
		for _, err := range []error{s.Check(), read} {
			var foreign *ForeignError
			if got := ""; errors.As(err, &foreign) {
				if got = foreign.What; got != want {
					t.Errorf("%q: %q, want %q", text, got, want)
				}
			} else if want != "" || err != nil {
				t.Errorf("%q: %v, want %q", text, err, want)
			}
		}
	}
}
