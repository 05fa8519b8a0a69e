package report

import "strconv"

// appendNumber writes a decimal number: most numbers of a record have one
// digit.
func appendNumber(b []byte, n int64) []byte {
	if uint64(n) < 10 {
		return append(b, '0'+byte(n))
	}
	return strconv.AppendInt(b, n, 10)
}

// appendIPv4 writes an address in dotted form.
func appendIPv4(b []byte, a [4]byte) []byte {
	for i, n := range a {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(b, octets[n]...)
	}
	return b
}

// octets are the numbers of an IPv4 address as text.
var octets = func() (t [256]string) {
	for n := range t {
		t[n] = strconv.Itoa(n)
	}
	return t
}()
