package capture

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// captureAt writes a capture with packets at the given seconds, each marked
// with the name of its file, and gives its path.
func captureAt(t testing.TB, dir, name string, seconds ...int) string {
	t.Helper()
	var packets []testPacket
	for _, s := range seconds {
		packets = append(packets, testPacket{at: Time(s) * 1e9, data: []byte(name)})
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, plainPcap(packets), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// order reads all and tells which file each frame is from, and when.
func order(t testing.TB, r *Reader) []string {
	t.Helper()
	var got []string
	for {
		s, err := r.merge.next()
		if err == io.EOF {
			return got
		}
		frame := r.count(s)
		if frame.frame != int64(len(got)+1) {
			t.Fatalf("frame %d is numbered %d", len(got)+1, frame.frame)
		}
		if from := filepath.Base(r.sources[frame.source].info.Path); from != string(frame.data) {
			t.Fatalf("frame %d of %s is said to be of %s", frame.frame, frame.data, from)
		}
		got = append(got, fmt.Sprintf("%s%d@%d", frame.data, frame.sourceFrame, frame.time/1e9))
	}
}

func TestMergeOrder(t *testing.T) {
	for _, c := range []struct {
		name      string
		files     [][]int // a, b, c …: seconds of their packets
		want      string
		unordered int64
	}{
		{"one", [][]int{{1, 2, 3}}, "a1@1 a2@2 a3@3", 0},
		{"a ring named backwards", [][]int{{5, 6}, {3, 4}, {1, 2}}, "c1@1 c2@2 b1@3 b2@4 a1@5 a2@6", 0},
		{"overlap", [][]int{{1, 4, 7}, {2, 5, 8}, {3, 6}}, "a1@1 b1@2 c1@3 a2@4 b2@5 c2@6 a3@7 b3@8", 0},
		{"ties by argument", [][]int{{1, 2}, {1, 2}, {1}}, "a1@1 b1@1 c1@1 a2@2 b2@2", 0},
		{"one within another", [][]int{{1, 9}, {2, 3}}, "a1@1 b1@2 b2@3 a2@9", 0},
		{"times that go back", [][]int{{10, 5, 20}, {7, 8}}, "b1@7 b2@8 a1@10 a2@5 a3@20", 1},
		{"without packets", [][]int{{}, {2}, {}, {1}}, "d1@1 b1@2", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			var paths []string
			for i, seconds := range c.files {
				paths = append(paths, captureAt(t, dir, string(rune('a'+i)), seconds...))
			}
			r, err := Open(Config{Paths: paths})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := fmt.Sprint(order(t, r)); got != "["+c.want+"]" {
				t.Errorf("\n got %s\nwant [%s]", got, c.want)
			}
			if got := r.Summary(); got.Unordered != c.unordered || len(got.Sources) != len(paths) || len(got.Errors) != 0 {
				t.Errorf("%d unordered, %d sources, errors %v", got.Unordered, len(got.Sources), got.Errors)
			}
		})
	}
}

// TestMergeFormats: files of any format and packing are read as one.
func TestMergeFormats(t *testing.T) {
	packets := testPackets(60)
	dir := t.TempDir()
	parts := [3][]testPacket{}
	for i, p := range packets {
		parts[i%3] = append(parts[i%3], p)
	}
	files := map[string][]byte{
		"a": testPackings["zstd"](t, plainPcapng(big, parts[0])),
		"b": pcapStyle{order: big, magic: 0xa1b23c4d, link: 1}.file(parts[1]),
		"c": testPackings["gzip"](t, plainPcapng(little, parts[2])),
	}
	var paths []string
	for _, name := range []string{"c", "a", "b"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	r, err := Open(Config{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []frameCopy
	for s, err := r.merge.next(); err == nil; s, err = r.merge.next() {
		got = append(got, copyOf(r.count(s)))
	}
	sameFrames(t, got, wanted(packets, 1, 1))
}

// TestMergeDescriptors: a ring of many files is read with few descriptors.
func TestMergeDescriptors(t *testing.T) {
	const files = 300
	dir := t.TempDir()
	var paths []string
	for i := range files {
		// Each file overlaps the next one by a packet.
		paths = append(paths, captureAt(t, dir, fmt.Sprintf("%03d.", i), 10*i, 10*i+5, 10*i+11))
	}
	r, err := Open(Config{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	frames, most := 0, 0
	for s, err := r.merge.next(); err == nil; s, err = r.merge.next() {
		r.count(s)
		frames++
		open := 0
		for _, s := range r.sources {
			if s.file != nil {
				open++
			}
		}
		most = max(most, open)
	}
	if frames != 3*files || r.unordered != 0 {
		t.Errorf("%d frames, %d unordered", frames, r.unordered)
	}
	if most > 2 {
		t.Errorf("%d files open at once", most)
	}
}

// TestMergeDamage: what is wrong with one file does not end the reading of
// the others.
func TestMergeDamage(t *testing.T) {
	dir := t.TempDir()
	a := captureAt(t, dir, "a", 1, 4)
	b := captureAt(t, dir, "b", 2, 5)
	c := captureAt(t, dir, "c", 3, 6)
	if err := os.Truncate(b, 24+17+16); err != nil { // into its second packet
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none")
	text := testFile(t, "text", []byte("some text"))
	r, err := Open(Config{Paths: []string{none, a, text, b, filepath.Join(dir, ".", "a"), c}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, want := order(t, r), []string{"a1@1", "b1@2", "c1@3", "a2@4", "c2@6"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	var lines []string
	for _, e := range r.Summary().Errors {
		lines = append(lines, e.Error())
	}
	want := []string{
		none + ": no such file",
		a + ": is named twice; it is read once",
		text + `: not a capture file (starts with "some text"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`,
		b + ": the file ends inside a record, of which 16 of 17 bytes are there, at offset 41, frame 2; everything before it was read",
	}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("\n got %q\nwant %q", lines, want)
	}
}

// TestMergeGone: a file that a ring overwrote or removed since Open looked at
// it is an error, and not the end.
func TestMergeGone(t *testing.T) {
	dir := t.TempDir()
	a, b, c := captureAt(t, dir, "a", 1), captureAt(t, dir, "b", 2), captureAt(t, dir, "c", 3)
	r, err := Open(Config{Paths: []string{a, b, c}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	os.Remove(b)
	if got := fmt.Sprint(order(t, r)); got != "[a1@1 c1@3]" {
		t.Error(got)
	}
	if errs := r.Summary().Errors; len(errs) != 1 || errs[0].Error() != b+": no such file" {
		t.Error(errs)
	}
}

// TestSameFile: two names of one file are found out.
func TestSameFile(t *testing.T) {
	dir := t.TempDir()
	a := captureAt(t, dir, "a", 1)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(a, link); err != nil {
		t.Fatal(err)
	}
	r, err := Open(Config{Paths: []string{a, link}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := fmt.Sprint(order(t, r)); got != "[a1@1]" {
		t.Error(got)
	}
	want := link + ": is the same file as " + a + "; it is read once"
	if errs := r.Summary().Errors; len(errs) != 1 || errs[0].Error() != want {
		t.Errorf("got %v, want %s", errs, want)
	}
}

// TestMergeStdin: standard input is one of the files. It cannot be opened a
// second time, so it stays open; where it has no packet, that is no error.
func TestMergeStdin(t *testing.T) {
	dir := t.TempDir()
	file := captureAt(t, dir, "file", 1, 3)
	stdin := []testPacket{{at: 2e9, data: []byte("-")}, {at: 4e9, data: []byte("-")}}
	whole := plainPcap(stdin)
	for _, c := range []struct {
		stdin  []byte
		frames string
		errors string
	}{
		{whole, "[file1@1 -1@2 file2@3 -2@4]", "[]"},
		{whole[:24], "[file1@1 file2@3]", "[]"},
		{whole[:30], "[file1@1 file2@3]", "[standard input: the file ends inside a record header, of which 6 of 16 bytes are there, at offset 24, frame 1; everything before it was read]"},
	} {
		r, err := Open(Config{Paths: []string{file, "-"}, Stdin: bytes.NewReader(c.stdin)})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(order(t, r)); got != c.frames {
			t.Errorf("got %s, want %s", got, c.frames)
		}
		if got := fmt.Sprint(r.Summary().Errors); got != c.errors {
			t.Errorf("got %s, want %s", got, c.errors)
		}
		r.Close()
	}
}
