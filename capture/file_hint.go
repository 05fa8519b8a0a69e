package capture

import (
	"bytes"
	"encoding/binary"
)

// isHexDump knows a dump by its first line: an offset of zero in four to
// eight digits, and then bytes in hexadecimal (od, hexdump, xxd, Wireshark's
// text export).
func isHexDump(head []byte) bool {
	zeros := 0
	for zeros < len(head) && head[zeros] == '0' {
		zeros++
	}
	if zeros < 4 || zeros > 8 {
		return false
	}
	rest := bytes.TrimLeft(head[zeros:], ": \t")
	if len(rest) == len(head[zeros:]) || len(rest) < 3 {
		return false
	}
	return isHex(rest[0]) && isHex(rest[1]) && (rest[2] == ' ' || isHex(rest[2]))
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isPacketText knows lines as tcpdump prints them: "11:04:31.204811 IP …",
// with a date in front of it with -tttt.
func isPacketText(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	words := bytes.Fields(line)
	for i, word := range words[:min(len(words), 2)] {
		if isClock(word) {
			return i+1 < len(words)
		}
	}
	return false
}

// isClock matches hh:mm:ss.ffffff.
func isClock(word []byte) bool {
	const shape = "00:00:00.000000"
	if len(word) != len(shape) {
		return false
	}
	for i := range word {
		digit := word[i] >= '0' && word[i] <= '9'
		if digit != (shape[i] == '0') || !digit && word[i] != shape[i] {
			return false
		}
	}
	return true
}

// isLogText knows a log by the time at the head of its first line, as syslog
// (RFC 3164, RFC 5424), ctime (Cisco's text logs), Exim and Exchange write it.
func isLogText(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	for _, shape := range []string{
		"Aaa 00 00:00:00 ", "Aaa  0 00:00:00 ", "Aaa Aaa 00 00:00:00 0000 ", "Aaa Aaa  0 00:00:00 0000 ",
		"0000-00-00T00:00:00", "0000-00-00 00:00:00", "<00>Aaa ", "<00>1 0000-00-00T", "#Software: Microsoft Exchange",
	} {
		if hasShape(line, shape) {
			return true
		}
	}
	return false
}

// hasShape matches the beginning of a line: "A" and "a" stand for a letter of
// that case, "0" for a digit, and all else for itself, as does what is behind "#".
func hasShape(line []byte, shape string) bool {
	if shape[0] == '#' {
		return bytes.HasPrefix(line, []byte(shape))
	}
	if len(line) < len(shape) {
		return false
	}
	for i, c := range line[:len(shape)] {
		switch like := shape[i]; {
		case like == 'A' && c >= 'A' && c <= 'Z', like == 'a' && c >= 'a' && c <= 'z', like == '0' && c >= '0' && c <= '9':
		case like == 'A', like == 'a', like == '0', like != c:
			return false
		}
	}
	return true
}

// isERF tries a file as an ERF record (Endace's extensible record format):
// time in little-endian, fraction first; then type, flags, record length,
// loss counter and wire length in network order. There is no magic, so the
// values must make sense together.
func isERF(head []byte) bool {
	const (
		headerLen  = 16
		year1990   = 631152000
		year2100   = 4102444800
		typeMask   = 0x7f
		lastType   = 48
		extension  = 8  // bytes of each extension header
		maxPadding = 32 // of a record, and headers between its own and the frame
	)
	if len(head) < headerLen || isText(head[:headerLen]) {
		return false
	}
	seconds := binary.LittleEndian.Uint32(head[4:])
	kind := head[8] & typeMask
	size, wire := int(binary.BigEndian.Uint16(head[10:])), int(binary.BigEndian.Uint16(head[14:]))
	return seconds > year1990 && seconds < year2100 &&
		kind >= 1 && kind <= lastType &&
		size > headerLen && wire > 0 && size <= headerLen+wire+8*extension+maxPadding
}

// isText reports whether b holds nothing but printable ASCII and white space.
func isText(b []byte) bool {
	for _, c := range b {
		if (c < ' ' || c > '~') && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}
