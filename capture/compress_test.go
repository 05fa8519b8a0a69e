package capture

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// TestPackedForms has the forms that real tools write besides the plain one.
func TestPackedForms(t *testing.T) {
	packets := testPackets(200)
	plain := plainPcap(packets)
	half := len(plain) / 2
	two := func(pack func(testing.TB, []byte) []byte) []byte {
		return append(pack(t, plain[:half]), pack(t, plain[half:])...)
	}
	skippable := append([]byte{0x5e, 0x2a, 0x4d, 0x18, 4, 0, 0, 0}, "size"...)
	for name, file := range map[string][]byte{
		"gzip of two members (cat a.gz b.gz)": two(testPackings["gzip"]),
		"zstd of two frames":                  two(testPackings["zstd"]),
		"lz4 of two frames":                   two(testPackings["lz4"]),
		"zstd after a skippable frame":        append(skippable, testPackings["zstd"](t, plain)...),
		"zstd with a large window": packedBy(t, plain, func(w io.Writer) (io.WriteCloser, error) {
			return zstd.NewWriter(w, zstd.WithWindowSize(64<<20))
		}),
		"legacy lz4 (lz4 -l)": packedBy(t, plain, func(w io.Writer) (io.WriteCloser, error) {
			z := lz4.NewWriter(w)
			return z, z.Apply(lz4.LegacyOption(true))
		}),
	} {
		got, s, err := readBytes(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.info.Packets != 200 {
			t.Errorf("%s: %d packets", name, s.info.Packets)
		}
		sameFrames(t, got, wanted(packets, 1, 1000))
	}
}

// TestPackedByContent: a name says nothing.
func TestPackedByContent(t *testing.T) {
	plain := plainPcap(testPackets(3))
	for name, pack := range testPackings {
		for _, file := range []string{"x.pcap", "x.gz", "x.zst"} {
			s := testSource(testFile(t, file, pack(t, plain)), nil)
			if got, err := readSource(s, bufferSize); err != nil || len(got) != 3 {
				t.Errorf("%s named %s: %d frames, %v", name, file, len(got), err)
			}
		}
	}
}

// TestZstdNeeds: a frame that asks for more memory than the bound is refused
// before it gets it, one with a dictionary is as well; neither is damaged.
func TestZstdNeeds(t *testing.T) {
	// RFC 8878 section 3.1.1.1: a frame header descriptor, a window descriptor
	// (0x98 = 2^(10+19) bytes), a dictionary's number; then an empty last block.
	for _, c := range []struct {
		file []byte
		want string
	}{
		{[]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x98, 0x01, 0x00, 0x00},
			"the zstd data needs a window of more than 128 MiB to be unpacked; unpack it first, or pipe it: zstd -dc --long=31 FILE | smtpscope analyze -"},
		{[]byte{0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x50, 0x07, 0x01, 0x00, 0x00},
			"the zstd data was packed with a dictionary; unpack it first, or pipe it: zstd -dc -D DICTIONARY FILE | smtpscope analyze -"},
	} {
		if _, _, err := readBytes(c.file); errorLine(err) != c.want {
			t.Errorf("got %q, want %q", errorLine(err), c.want)
		}
	}
}

// TestPackedTrailing: what stands behind packed data is said, after all in
// front of it was read.
func TestPackedTrailing(t *testing.T) {
	packets := testPackets(5)
	for name, pack := range testPackings {
		file := append(pack(t, plainPcap(packets)), bytes.Repeat([]byte("rubbish "), 4)...)
		got, _, err := readBytes(file)
		sameFrames(t, got, wanted(packets, 1, 1000))
		if err == nil {
			t.Errorf("%s: no word of what follows", name)
		}
	}
}

// TestBomb: what unpacks to far more than any capture does is an error that
// says so.
func TestBomb(t *testing.T) {
	head := plainPcap(testPackets(1))
	for _, name := range []string{"gzip", "zstd"} {
		bomb := testPackings[name](t, append(head, make([]byte, 160<<20)...))
		if len(bomb) > 200<<10 {
			t.Fatalf("%s: %d bytes are no bomb", name, len(bomb))
		}
		s := testSource(testFile(t, "x", bomb), nil)
		n, err := 0, s.open(bufferSize)
		for ; err == nil; n++ {
			err = s.advance()
		}
		if err == io.EOF || !strings.Contains(err.Error(), "decompression bomb") {
			t.Errorf("%s: ended with %v", name, err)
		}
		if n < 1 {
			t.Errorf("%s: what came first was not read", name)
		}
	}
}
