package wirescript

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Compress packs a file's bytes: "gzip", "zstd" or "lz4".
func Compress(b []byte, method string) ([]byte, error) {
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch method {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zstd":
		w, err = zstd.NewWriter(&out)
	case "lz4":
		w = lz4.NewWriter(&out)
	default:
		err = fmt.Errorf("unknown compression %q", method)
	}
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack undoes Compress; what is not compressed is given back as it is.
func unpack(b []byte) ([]byte, error) {
	var r io.Reader
	var err error
	switch {
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b}):
		r, err = gzip.NewReader(bytes.NewReader(b))
	case bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		var z *zstd.Decoder
		if z, err = zstd.NewReader(bytes.NewReader(b)); err == nil {
			defer z.Close()
			r = z
		}
	case bytes.HasPrefix(b, []byte{4, 0x22, 0x4d, 0x18}):
		r = lz4.NewReader(bytes.NewReader(b))
	default:
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
