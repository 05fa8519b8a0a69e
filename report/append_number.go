package report

import (
	"strconv"

	"smtpscope/session"
)

// appendNumber writes a decimal number.
func appendNumber(b []byte, n int64) []byte {
	if n < 0 {
		b = append(b, '-')
		n = -n // the least one stays what it is, which is right as uint64
	}
	return session.AppendDecimal(b, uint64(n))
}

// float writes a number that need not be whole. The rarest, which want an
// exponent, go through encoding/json.
func (f *fields) float(lead string, v float64) error {
	f.key(lead)
	if v == 0 || 1e-6 <= v && v < 1e21 {
		f.b = strconv.AppendFloat(f.b, v, 'f', -1, 64)
		return nil
	}
	text, err := encoded(v)
	f.b = append(f.b, text...)
	return err
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
