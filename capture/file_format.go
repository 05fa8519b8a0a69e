package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// errEmpty is a stream without a byte; the source knows what to say of it.
var errEmpty = errors.New("empty")

const (
	magicLen = 4 // bytes that tell a capture, or a compression
	// hintLen is how much of a file that is no capture is looked at to say
	// what it is: up to the magic of tar, at 257.
	hintLen = 264
	// shownLen is how much of it is shown.
	shownLen = 16
)

// openRecords tells by its first bytes what a stream holds and begins to read
// it. An error is a *FileError without a path.
func openRecords(in *inputBuffer, report func(*FileError)) (recordReader, error) {
	head, err := in.need(magicLen)
	if err != nil && len(head) == 0 {
		if err = in.ending(err, "file header", 0, magicLen); err == io.EOF {
			err = errEmpty
		}
		return nil, err
	}
	if _, _, ok := pcapMagic(head); ok {
		return openPcap(in)
	}
	if len(head) == magicLen && word32(head, false) == blockSection {
		return openPcapng(in, report)
	}
	return nil, in.foreign()
}

// foreign is the error of a file that is no capture.
func (b *inputBuffer) foreign() error {
	head, err := b.need(hintLen)
	if errors.Is(err, errStopped) {
		return errStopped
	}
	for _, h := range hints {
		if h.is(head) {
			return &FileError{What: "not a capture file but " + h.what, Do: h.do}
		}
	}
	shown := strconv.QuoteToASCII(string(head[:min(len(head), shownLen)]))
	return &FileError{What: fmt.Sprintf("not a capture file (starts with %s)", shown),
		Do: "smtpscope reads pcap and pcapng, plain or gzip/zstd/lz4"}
}

// hint knows a kind of file that people take for a capture.
type hint struct {
	is       func(head []byte) bool
	what, do string
}

const (
	doEditcap = "convert it: editcap -F pcap IN OUT"
	doPipe    = "unpack it first, or pipe it: "
	doDecode  = "smtpscope reads gzip, zstd and lz4: " + doPipe
)

// hints are asked in this order; those without a magic come last.
var hints = []hint{
	{begins("PK\x03\x04"), "a zip archive", "unpack it first (unzip)"},
	{begins("\xfd7zXZ\x00"), "an xz file", doDecode + "xz -dc FILE | smtpscope analyze -"},
	{begins("BZh"), "a bzip2 file", doDecode + "bzip2 -dc FILE | smtpscope analyze -"},
	{begins("7z\xbc\xaf\x27\x1c"), "a 7z archive", "unpack it first (7z x)"},
	{begins("Rar!\x1a\x07"), "a rar archive", "unpack it first (unrar x)"},
	{begins("\x1f\x9d"), "a compress (.Z) file", doDecode + "gzip -dc FILE | smtpscope analyze -"},
	{isPacked, "data that is compressed twice", "unpack it once first"},
	{isTar, "a tar archive", "unpack it first (tar -xf)"},
	{begins("snoop\x00\x00\x00"), "a snoop file", doEditcap},
	{begins("RTSS"), "a Microsoft Network Monitor 1 file", doEditcap},
	{begins("GMBU"), "a Microsoft Network Monitor 2 file", doEditcap},
	{begins("TRSNIFF data    \x1a"), "a Sniffer file", doEditcap},
	{begins("XCP\x00"), "a NetXRay file", doEditcap},
	{begins("iptrace "), "an AIX iptrace file", doEditcap},
	{isHexDump, "a hex dump", "convert it: text2pcap IN OUT"},
	{isPacketText, "the text that tcpdump prints", "let it write the packets instead: tcpdump -U -w -"},
	{isLogText, "what looks like a log", "name it behind --log, beside the capture; alone: smtpscope log FILE"},
	{isERF, "what looks like an ERF file", doEditcap},
}

func begins(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

func isPacked(head []byte) bool { return packedWith(head) != nil }

// isTar knows a tar archive by the magic of POSIX and GNU at 257.
func isTar(head []byte) bool { return len(head) >= 262 && string(head[257:262]) == "ustar" }
