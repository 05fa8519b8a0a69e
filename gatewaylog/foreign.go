package gatewaylog

import (
	"bufio"
	"bytes"
	"fmt"
)

// A ForeignError is a file that is no log, and known by its first bytes: most
// often the capture, named in the log's place.
type ForeignError struct {
	What string // it is
	Do   string // about it
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("not a log but %s; %s", e.What, e.Do)
}

// Check says of a file whether it is known to be no log, without reading more
// than its beginning. A pipe is not looked at, for it can be read only once; a
// file that cannot be opened is a matter of the reading.
func (s *Source) Check() error {
	if s.Once {
		return nil
	}
	in, err := s.Open()
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	b, err := content(in)
	if err != nil {
		return nil
	}
	return foreignTo(b)
}

// foreignTo is the error of what is no log, nil of what may be one. It asks for
// four bytes only, because a log that is followed may have no more yet.
func foreignTo(b *bufio.Reader) error {
	head, _ := b.Peek(4)
	for i := range foreigners {
		if f := &foreigners[i]; len(head) == 4 && bytes.HasPrefix(head, []byte(f.magic)) {
			return &ForeignError{f.what, f.do}
		}
	}
	return nil
}

const (
	aCapture  = "a packet capture"
	doAnalyze = "a capture is given to smtpscope analyze, without --log in front of it"
	doUnpack  = "a log may be plain, gzip or zstd: "
)

// foreigners are known by their magic. Those of captures are libpcap's in both
// byte orders, for microseconds, nanoseconds and Kuznetzov's patched tcpdump
// (draft-ietf-opsawg-pcap; wiretap/libpcap.h), and pcapng's section header
// (draft-ietf-opsawg-pcapng section 4.1).
var foreigners = []struct{ magic, what, do string }{
	{"\xa1\xb2\xc3\xd4", aCapture, doAnalyze},
	{"\xd4\xc3\xb2\xa1", aCapture, doAnalyze},
	{"\xa1\xb2\x3c\x4d", aCapture, doAnalyze},
	{"\x4d\x3c\xb2\xa1", aCapture, doAnalyze},
	{"\xa1\xb2\xcd\x34", aCapture, doAnalyze},
	{"\x34\xcd\xb2\xa1", aCapture, doAnalyze},
	{"\x0a\x0d\x0d\x0a", aCapture, doAnalyze},
	{"snoo", aCapture + " (snoop)", doAnalyze},
	{"\x04\x22\x4d\x18", "an lz4 file", doUnpack + "lz4 -dc FILE | smtpscope log -"},
	{"\xfd7zX", "an xz file", doUnpack + "xz -dc FILE | smtpscope log -"},
	{"BZh", "a bzip2 file", doUnpack + "bzip2 -dc FILE | smtpscope log -"},
	{"PK\x03\x04", "a zip archive", "unpack it first (unzip)"},
	{"\x1f\x8b", "data that is compressed more than twice", "unpack it first"},
	{"\x28\xb5\x2f\xfd", "data that is compressed more than twice", "unpack it first"},
	{"LPKS", "systemd's journal", "let it be printed: journalctl -o short-iso --file FILE | smtpscope log -"},
}
