package capture

import (
	"bytes"
	"testing"
)

// BenchmarkRecords reads records of mail-like sizes, without decoding them.
// pcapng should cost about the same as pcap.
func BenchmarkRecords(b *testing.B) {
	sizes := []int{66, 66, 96, 120, 66, 1466, 1466, 66, 86, 1466}
	packets := make([]testPacket, 20000)
	for i := range packets {
		packets[i] = testPacket{at: 1704067200e9 + Time(i)*1e6, data: make([]byte, sizes[i%len(sizes)])}
	}
	plain := plainPcap(packets)
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"pcap", plain},
		{"pcapng", plainPcapng(little, packets)},
		{"gzip", testPackings["gzip"](b, plain)},
		{"zstd", testPackings["zstd"](b, plain)},
		{"lz4", testPackings["lz4"](b, plain)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(plain)))
			for b.Loop() {
				s := testSource(stdinPath, bytes.NewReader(c.file))
				if err := s.open(bufferSize); err != nil {
					b.Fatal(err)
				}
				for s.advance() == nil {
				}
			}
		})
	}
}
