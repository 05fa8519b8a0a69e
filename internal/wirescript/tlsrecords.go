package wirescript

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"time"
)

// TLS record types (RFC 8446 section 5.1).
const (
	recordCCS       = 20
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23
)

func record(kind byte, body []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{kind, 3, 3}, uint16(len(body)))
	return append(b, body...)
}

// handshakeMessage puts type and 24-bit length before body.
func handshakeMessage(kind byte, body []byte) []byte {
	return append([]byte{kind, byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body))}, body...)
}

// noise is n bytes that stand for random or encrypted ones, always the same.
func noise(n int) []byte {
	b := make([]byte, n)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x >> 8)
	}
	return b
}

// with16 and with8 put a length before b.
func with16(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}
func with8(b []byte) []byte { return append([]byte{byte(len(b))}, b...) }

func extension(kind uint16, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, kind), with16(body)...)
}

func (l *lexer) tlsVersion() (is13 bool) {
	return !l.take("1.2") && (l.take("1.3") || true)
}

// readClientHello reads "tls-clienthello [1.2|1.3] [sni NAME]".
func readClientHello(l *lexer) (maker, error) {
	is13 := l.tlsVersion()
	var sni string
	if l.take("sni") {
		sni = l.word()
	}
	return fixed(clientHello(sni, is13)), nil
}

func clientHello(sni string, is13 bool) []byte {
	body := append([]byte{3, 3}, noise(32)...)
	body = append(body, with8(noise(32))...)
	suites := []byte{0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x30, 0, 0xff}
	if is13 {
		suites = append([]byte{0x13, 1, 0x13, 2}, suites...)
	}
	body = append(append(body, with16(suites)...), 1, 0)
	var ext []byte
	if sni != "" { // RFC 6066 section 3
		ext = append(ext, extension(0, with16(append([]byte{0}, with16([]byte(sni))...)))...)
	}
	ext = append(ext, extension(10, []byte{0, 2, 0, 29})...)            // supported_groups: x25519
	ext = append(ext, extension(13, []byte{0, 6, 4, 3, 8, 4, 8, 7})...) // signature_algorithms
	ext = append(ext, extension(11, []byte{1, 0})...)                   // ec_point_formats
	if is13 {
		ext = append(ext, extension(43, []byte{4, 3, 4, 3, 3})...) // supported_versions
		ext = append(ext, extension(51, with16(append([]byte{0, 29}, with16(noise(32))...)))...)
	}
	return record(recordHandshake, handshakeMessage(1, append(body, with16(ext)...)))
}

// readServerHello reads "tls-serverhello [1.2|1.3]": the server's first flight.
func readServerHello(l *lexer) (maker, error) {
	is13 := l.tlsVersion()
	return func(*play, *host) []byte { return serverFlight(is13) }, nil
}

func serverFlight(is13 bool) []byte {
	body := append([]byte{3, 3}, noise(32)...)
	body = append(body, with8(noise(32))...)
	if is13 {
		ext := extension(43, []byte{3, 4})
		ext = append(ext, extension(51, append([]byte{0, 29}, with16(noise(32))...))...)
		body = append(append(body, 0x13, 1, 0), with16(ext)...)
		b := record(recordHandshake, handshakeMessage(2, body))
		b = append(b, record(recordCCS, []byte{1})...)
		return append(b, record(recordData, noise(1100))...)
	}
	body = append(append(body, 0xc0, 0x2b, 0), with16(extension(11, []byte{1, 0}))...)
	cert := certificate()
	entry := append([]byte{byte(len(cert) >> 16), byte(len(cert) >> 8), byte(len(cert))}, cert...)
	list := append([]byte{byte(len(entry) >> 16), byte(len(entry) >> 8), byte(len(entry))}, entry...)
	keys := append([]byte{3, 0, 29}, with8(noise(32))...)
	keys = append(append(keys, 8, 7), with16(noise(64))...)
	b := record(recordHandshake, handshakeMessage(2, body))
	b = append(b, record(recordHandshake, handshakeMessage(11, list))...)
	b = append(b, record(recordHandshake, handshakeMessage(12, keys))...)
	return append(b, record(recordHandshake, handshakeMessage(14, nil))...)
}

// certificate is a self-signed one, the same every time: Ed25519 signatures
// need no randomness.
func certificate() []byte {
	key := ed25519.NewKeyFromSeed(noise(ed25519.SeedSize))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "mx.example.com"},
		NotBefore:    time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC),
		DNSNames:     []string{"mx.example.com"},
	}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		panic("wirescript: " + err.Error()) // constant input
	}
	return der
}

// readTLSFinish reads "tls-finish [1.2|1.3]": what the side sends to end the
// handshake.
func readTLSFinish(l *lexer) (maker, error) {
	is13 := l.tlsVersion()
	return func(_ *play, h *host) []byte {
		switch {
		case is13 && h.side == Client:
			return append(record(recordCCS, []byte{1}), record(recordData, noise(53))...)
		case is13: // session tickets
			return append(record(recordData, noise(234)), record(recordData, noise(234))...)
		}
		var b []byte
		if h.side == Client {
			b = record(recordHandshake, handshakeMessage(16, with8(noise(32))))
		}
		b = append(b, record(recordCCS, []byte{1})...)
		return append(b, record(recordHandshake, noise(40))...)
	}, nil
}

// readTLSData reads "tls-data N": encrypted records of N bytes in all, each
// with at most 16 KiB.
func readTLSData(l *lexer) (maker, error) {
	n, err := l.count("a number of bytes")
	var b []byte
	for left := n; left > 0; left -= 1 << 14 {
		b = append(b, record(recordData, noise(min(left, 1<<14)))...)
	}
	return fixed(b), err
}

// readTLSAlert reads "tls-alert LEVEL DESCRIPTION" in clear, by number
// (RFC 8446 section 6), or "tls-alert encrypted".
func readTLSAlert(l *lexer) (maker, error) {
	if l.take("encrypted") {
		return fixed(record(recordAlert, noise(26))), nil
	}
	level, err := l.number("an alert level", 2)
	if err != nil {
		return nil, err
	}
	description, err := l.number("an alert description", 255)
	return fixed(record(recordAlert, []byte{byte(level), byte(description)})), err
}
