package capture

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// openLine is what Open says of one path: its error, with the folder of the
// test taken off.
func openLine(t *testing.T, path string) string {
	t.Helper()
	r, err := Open(Config{Paths: []string{path}})
	if err == nil {
		r.Close()
		return ""
	}
	var e *FileError
	if !errors.As(err, &e) {
		t.Errorf("%v is no *FileError", err)
	}
	return strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", "")
}

// TestNothingToRead has a line for each input that holds nothing.
func TestNothingToRead(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	os.WriteFile(in("empty.pcap"), nil, 0o600)
	os.Mkdir(in("folder"), 0o700)
	if err := syscall.Mkfifo(in("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", in("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, want := range map[string]string{
		"missing.pcap": "missing.pcap: no such file",
		"folder":       "folder: is a directory; name the capture files in it",
		"fifo":         "fifo: is a pipe that nobody writes to; start the writer first",
		"socket":       "socket: is a socket, not a file; name a capture file",
		"empty.pcap": "empty.pcap: is empty; a capture begins with a header; " +
			"tcpdump holds it back until its buffer is full, unless called with -U",
		"empty.pcap/x": "x: cannot be opened (not a directory)",
		"two\nlines":   "two?lines: no such file",
	} {
		got := openLine(t, in(name))
		if got = strings.TrimPrefix(got, dir+"/"); got != want {
			t.Errorf("%q:\n got %q\nwant %q", name, got, want)
		}
	}
}

// TestOpenProblem has the causes that a test which runs as root cannot bring
// about.
func TestOpenProblem(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: "x.pcap", Err: syscall.EACCES},
			"x.pcap: not allowed to read it; run as a user who may, or chmod a copy"},
		{&fs.PathError{Op: "open", Path: "x.pcap", Err: syscall.EMFILE},
			"x.pcap: too many open files; raise the limit (ulimit -n) or name fewer files that overlap in time"},
		{&fs.PathError{Op: "open", Path: "x.pcap", Err: syscall.EIO},
			"x.pcap: cannot be opened (input/output error)"},
	} {
		if got := openProblem("x.pcap", c.err).Error(); got != c.want {
			t.Errorf("\n got %q\nwant %q", got, c.want)
		}
	}
}

// TestNotACapture has a line for each kind of file that is taken for one.
func TestNotACapture(t *testing.T) {
	const unpack = "smtpscope reads gzip, zstd and lz4: unpack it first, or pipe it: "
	const convert = "; convert it: editcap -F pcap IN OUT"
	const asLog = "name it behind --log, beside the capture; alone: smtpscope log FILE"
	tar := append(make([]byte, 257), "ustar\x0000"...)
	tar[0] = 'a'
	for _, c := range []struct{ head, want string }{
		{"From root@localhost Mon", `not a capture file (starts with "From root@localh"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
		{"a\n\x1b[2J\xff", `not a capture file (starts with "a\n\x1b[2J\xff"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
		{"x", `not a capture file (starts with "x"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
		{"PK\x03\x04\x14\x00", "not a capture file but a zip archive; unpack it first (unzip)"},
		{"\xfd7zXZ\x00\x00", "not a capture file but an xz file; " + unpack + "xz -dc FILE | smtpscope analyze -"},
		{"BZh91AY&SY", "not a capture file but a bzip2 file; " + unpack + "bzip2 -dc FILE | smtpscope analyze -"},
		{"7z\xbc\xaf\x27\x1c\x00", "not a capture file but a 7z archive; unpack it first (7z x)"},
		{"Rar!\x1a\x07\x01\x00", "not a capture file but a rar archive; unpack it first (unrar x)"},
		{"\x1f\x9d\x90", "not a capture file but a compress (.Z) file; " + unpack + "gzip -dc FILE | smtpscope analyze -"},
		{string(tar), "not a capture file but a tar archive; unpack it first (tar -xf)"},
		{"snoop\x00\x00\x00\x00\x00\x00\x02", "not a capture file but a snoop file" + convert},
		{"RTSS\x01\x01", "not a capture file but a Microsoft Network Monitor 1 file" + convert},
		{"GMBU\x00\x02", "not a capture file but a Microsoft Network Monitor 2 file" + convert},
		{"TRSNIFF data    \x1a", "not a capture file but a Sniffer file" + convert},
		{"XCP\x00002.002", "not a capture file but a NetXRay file" + convert},
		{"iptrace 2.0", "not a capture file but an AIX iptrace file" + convert},
		{"0000  00 1b 21 0f 91 9b", "not a capture file but a hex dump; convert it: text2pcap IN OUT"},
		{"00000000: d4c3 b2a1 0200", "not a capture file but a hex dump; convert it: text2pcap IN OUT"},
		{"11:04:31.204811 IP 192.0.2.1.25 > ", "not a capture file but the text that tcpdump prints; let it write the packets instead: tcpdump -U -w -"},
		{"2014-08-14 11:04:31.204811 IP6 ::1", "not a capture file but the text that tcpdump prints; let it write the packets instead: tcpdump -U -w -"},
		{"Nov 22 17:28:10 mx1 postfix/smtpd[1]: connect", "not a capture file but what looks like a log; " + asLog},
		{"Sun Nov 22 17:28:10 2026 Info: New SMTP ICID", "not a capture file but what looks like a log; " + asLog},
		{"2026-11-22T17:28:10.123456+00:00 mx1 exim[1]:", "not a capture file but what looks like a log; " + asLog},
		{"2026-11-22 17:28:10 SMTP connection from", "not a capture file but what looks like a log; " + asLog},
		{"<22>Nov 22 17:28:10 mx1", "not a capture file but what looks like a log; " + asLog},
		{"#Software: Microsoft Exchange Server\n", "not a capture file but what looks like a log; " + asLog},
		{"\x4b\x30\x2e\x9f\x00\x49\x31\x3f\x02\x04\x00\x60\x00\x00\x00\x4e\x00\x00", "not a capture file but what looks like an ERF file" + convert},
		// What looks like one of these and is not.
		{"0000000000000000", `not a capture file (starts with "0000000000000000"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
		{"Nov 22 is the day", `not a capture file (starts with "Nov 22 is the da"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
		{"11:04:31 something", `not a capture file (starts with "11:04:31 somethi"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
	} {
		if got := openLine(t, testFile(t, "x", []byte(c.head))); got != "x: "+c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.head, got, "x: "+c.want)
		}
	}
}

// TestPackedNotACapture: the lines for what is inside of a packed file.
func TestPackedNotACapture(t *testing.T) {
	for name, pack := range testPackings {
		for _, c := range []struct {
			content []byte
			want    string
		}{
			{[]byte("From root@localhost"), `not a capture file (starts with "From root@localh"); smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4`},
			{testPackings["gzip"](t, []byte("x")), "not a capture file but data that is compressed twice; unpack it once first"},
			{nil, "holds nothing: the " + name + " data unpacks to no bytes"},
		} {
			if name == "zstd" && c.content == nil {
				continue // an encoder that is given nothing writes nothing
			}
			if got := openLine(t, testFile(t, "x", pack(t, c.content))); got != "x: "+c.want {
				t.Errorf("%s of %q:\n got %q\nwant %q", name, c.content, got, "x: "+c.want)
			}
		}
	}
}

// TestPackedDamage: everything in front of the damage is read, and the line
// says which data is cut or damaged and where.
func TestPackedDamage(t *testing.T) {
	packets := testPackets(3000)
	plain := plainPcap(packets)
	want := wanted(packets, 1, 1000)
	for name, pack := range testPackings {
		whole := pack(t, plain)
		damaged := bytes.Clone(whole)
		for i := len(damaged) / 2; i < len(damaged)/2+64; i++ {
			damaged[i] ^= 0xa5
		}
		for _, c := range []struct {
			file []byte
			line string
		}{
			{whole[:len(whole)-2], "the " + name + " data ends before it is complete"},
			{whole[:len(whole)/2], "the " + name + " data ends before it is complete"},
			{damaged, "the " + name + " data is damaged"},
		} {
			got, _, err := readBytes(c.file)
			line := errorLine(err)
			// Deflate has no checks inside: damage may read as other bytes.
			nonsense := name == "gzip" && strings.Contains(line, "the file is damaged")
			if !nonsense && !strings.HasPrefix(line, c.line) || !strings.Contains(line, " of the unpacked data, frame ") {
				t.Errorf("%s: got %q\nwant %q…", name, line, c.line)
			}
			if len(got) == 0 || len(got) > len(want) {
				t.Fatalf("%s: %d frames", name, len(got))
			}
			if c.line != "the "+name+" data is damaged" {
				sameFrames(t, got, want[:len(got)])
			}
		}
	}
}

// TestReadError: what the system says while reading is passed on.
func TestReadError(t *testing.T) {
	file := plainPcap(testPackets(3))
	broken := io.MultiReader(bytes.NewReader(file[:len(file)-1]), brokenReader{})
	frames, err := readSource(testSource(stdinPath, broken), bufferSize)
	want := "cannot be read further (input/output error), at offset 64, frame 3; everything before it was read"
	if line := errorLine(err); len(frames) != 2 || line != want {
		t.Errorf("%d frames, %q\nwant %q", len(frames), line, want)
	}
	if !errors.Is(err, syscall.EIO) {
		t.Error("the cause is lost")
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, syscall.EIO }

// TestOneLine: an error is one line, whatever the world names its files.
func TestOneLine(t *testing.T) {
	e := &FileError{Path: "a\r\nb\x1b[0m\xffc\u2028d", What: "is odd", Err: errors.New("x\ny")}
	if got, want := e.Error(), "a??b?[0m?c?d: is odd (x?y)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
