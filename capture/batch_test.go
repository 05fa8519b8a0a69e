package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestBatch: Batch gives what Next gives, in files of every kind, and all of
// it is still there when the batch is handed out.
func TestBatch(t *testing.T) {
	demo, _ := filepath.Glob("../testdata/demo/capture.pcap")
	inputs := map[string][]byte{}
	for _, path := range demo {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		inputs["demo"] = b
	}
	if len(inputs) == 0 {
		t.Fatal("the demo's capture is not there")
	}
	inputs["cut in a record"] = inputs["demo"][:len(inputs["demo"])-7]
	for name, data := range inputs {
		t.Run(name, func(t *testing.T) {
			for _, copies := range []int{1, 3} {
				one, err := Open(batchConfig(t, data, copies))
				if err != nil {
					t.Fatal(err)
				}
				many, err := Open(batchConfig(t, data, copies))
				if err != nil {
					t.Fatal(err)
				}
				longest := holdBatches(t, one, many)
				if copies == 1 && longest < maxBatch {
					t.Errorf("the longest batch has %d segments: nothing is read ahead", longest)
				}
				if a, b := fmt.Sprint(one.Summary()), fmt.Sprint(many.Summary()); copies == 1 && len(a) != len(b) {
					t.Errorf("summaries differ:\n%s\n%s", a, b)
				}
			}
		})
	}
}

// TestBatchLeftOut: where packet blocks are left out at the end of what was
// read, what was handed out before them stays as it is.
func TestBatchLeftOut(t *testing.T) {
	file := binary.LittleEndian.AppendUint32(nil, blockSection)
	for _, word := range []uint32{28, byteOrderMagic, 1, 0xffffffff, 0xffffffff, 28, blockInterface, 20, linkEthernet, 0, 20} {
		file = binary.LittleEndian.AppendUint32(file, word)
	}
	for i := 0; len(file) < 5*bufferSize; i++ {
		iface := uint32(0)
		if i%8 > 1 {
			iface = 7 // is not described
		}
		file = append(file, blockOf(iface, fmt.Sprintf("EHLO %06d\r\n", i))...)
	}
	path := filepath.Join(t.TempDir(), "left-out.pcapng")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	one, err := Open(Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	many, err := Open(Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	holdBatches(t, one, many)
}

// blockOf is an enhanced packet block with a segment on an interface.
func blockOf(iface uint32, words string) []byte {
	data := ethernetTCP(25, words)
	size := (len(data) + 3) &^ 3
	var b []byte
	for _, word := range []uint32{blockEnhanced, uint32(minBlockLen + enhancedLen + size), iface, 0, 0, uint32(len(data)), uint32(len(data))} {
		b = binary.LittleEndian.AppendUint32(b, word)
	}
	b = append(append(b, data...), make([]byte, size-len(data))...)
	return binary.LittleEndian.AppendUint32(b, uint32(minBlockLen+enhancedLen+size))
}

// batchConfig names files with the same packets; each but the first has its
// times a little later, so that their packets come in turns.
func batchConfig(t *testing.T, data []byte, copies int) Config {
	var cfg Config
	for i := range copies {
		b := bytes.Clone(data)
		for at := pcapHeaderLen; i > 0 && at+pcapRecordLen <= len(b); {
			b[at+4] += byte(i) // microseconds
			at += pcapRecordLen + int(word32(b[at+8:], false))
		}
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.pcap", i))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg.Paths = append(cfg.Paths, path)
	}
	return cfg
}

func holdBatches(t *testing.T, one, many *Reader) (longest int) {
	t.Helper()
	defer one.Close()
	defer many.Close()
	for {
		batch, err := many.Batch()
		if err != nil {
			if _, also := one.Next(); also != err {
				t.Errorf("Batch says %v, Next %v", err, also)
			}
			return longest
		}
		longest = max(longest, len(batch))
		for i := range batch {
			want, err := one.Next()
			if err != nil {
				t.Fatalf("Batch gives a segment where Next says %v", err)
			}
			if got := &batch[i]; got.Frame != want.Frame || got.Time != want.Time || got.Seq != want.Seq ||
				got.Src != want.Src || got.Source != want.Source || !bytes.Equal(got.Payload, want.Payload) {
				t.Fatalf("frame %d: %+v\nnot %+v", want.Frame, got, want)
			}
		}
	}
}

// TestDry: a reader is dry behind the last record that has come, and not before, however
// full the last Batch was.
func TestDry(t *testing.T) {
	file, err := os.ReadFile("../testdata/demo/capture.pcap")
	if err != nil {
		t.Fatal(err)
	}
	ends := []int{pcapHeaderLen} // of records
	for at := pcapHeaderLen; at < len(file); ends = append(ends, at) {
		at += pcapRecordLen + int(binary.LittleEndian.Uint32(file[at+8:]))
	}
	for _, records := range []int{1, maxBatch - 1, maxBatch, maxBatch + 1, 2 * maxBatch} {
		for _, more := range []int{0, 5} { // bytes of the next record
			in := &chunks{file[:ends[records]+more], file[ends[records]+more:]}
			r, err := Open(Config{Paths: []string{"-"}, Stdin: in})
			if err != nil {
				t.Fatal(err)
			}
			given := 0
			for dry := false; !dry; dry = r.Dry() {
				segments, err := r.Batch()
				if err != nil {
					t.Fatal(err)
				}
				given += len(segments)
			}
			if given != records {
				t.Errorf("%d records and %d bytes: dry behind %d", records, more, given)
			}
			r.Close()
		}
	}
}

// chunks gives one piece a Read.
type chunks [][]byte

func (c *chunks) Read(p []byte) (int, error) {
	if len(*c) == 0 {
		return 0, io.EOF
	}
	n := copy(p, (*c)[0])
	if (*c)[0] = (*c)[0][n:]; len((*c)[0]) == 0 {
		*c = (*c)[1:]
	}
	return n, nil
}
