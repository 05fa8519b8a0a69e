package smtpstate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// turn is what one side of a recorded TLS session wrote at once.
type turn struct {
	side byte
	data []byte
}

// tap records what two sides of a pipe write, in order.
type tap struct {
	net.Conn
	side  byte
	mu    *sync.Mutex
	turns *[]turn
}

func (p tap) Write(b []byte) (int, error) {
	p.mu.Lock()
	*p.turns = append(*p.turns, turn{p.side, bytes.Clone(b)})
	p.mu.Unlock()
	return p.Conn.Write(b)
}

// recordTLS runs a real TLS session: handshake, a line from each side, close.
func recordTLS(t testing.TB, client, server *tls.Config) (turns []turn) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"mx.example"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	server.Certificates = []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
	a, b := loopback(t)
	deadline := time.Now().Add(5 * time.Second)
	a.SetDeadline(deadline)
	b.SetDeadline(deadline)
	var mu sync.Mutex
	c := tls.Client(tap{a, 'C', &mu, &turns}, client)
	s := tls.Server(tap{b, 'S', &mu, &turns}, server)
	done := make(chan bool)
	go func() {
		defer close(done)
		buf := make([]byte, 100)
		if s.Handshake() == nil {
			if _, err := s.Read(buf); err == nil {
				s.Write([]byte("250 ok\r\n"))
				s.Read(buf)
			}
		}
		b.Close()
	}()
	if c.Handshake() == nil {
		c.Write([]byte("EHLO x\r\n"))
		c.Read(make([]byte, 100))
		c.Close()
	}
	a.Close()
	<-done
	mu.Lock()
	defer mu.Unlock()
	return turns
}

// loopback is a pair of connected sockets: a pipe would not buffer, and both
// sides may write at once.
func loopback(t testing.TB) (a, b net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial("tcp", l.Addr().String()); err == nil {
		b, err = l.Accept()
	}
	if err != nil {
		t.Fatal(err)
	}
	return a, b
}

var tlsSessions = []struct {
	name           string
	client, server *tls.Config
	handshake      string
	version        string
	offered        bool
	phase          Phase
	alert          bool
}{
	{"1.3", &tls.Config{InsecureSkipVerify: true, ServerName: "mx.example"}, &tls.Config{}, handshakeComplete, "TLS 1.3", false, PhaseTLS, false},
	{"1.2", &tls.Config{InsecureSkipVerify: true, ServerName: "mx.example", MaxVersion: tls.VersionTLS12}, &tls.Config{}, handshakeComplete, "TLS 1.2", false, PhaseTLS, false},
	{"1.3, another group asked for", &tls.Config{InsecureSkipVerify: true, ServerName: "mx.example", CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP384}},
		&tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}}, handshakeComplete, "TLS 1.3", false, PhaseTLS, false},
	{"1.3, certificate refused", &tls.Config{ServerName: "mx.example"}, &tls.Config{}, handshakeFailed, "TLS 1.3", false, PhaseTLSHandshake, false},
	{"1.2, certificate refused", &tls.Config{ServerName: "mx.example", MaxVersion: tls.VersionTLS12}, &tls.Config{}, handshakeFailed, "TLS 1.2", false, PhaseTLSHandshake, true},
	{"no common version", &tls.Config{InsecureSkipVerify: true, ServerName: "mx.example", MaxVersion: tls.VersionTLS12},
		&tls.Config{MinVersion: tls.VersionTLS13}, handshakeFailed, "TLS 1.2", true, PhaseTLSHandshake, true},
	{"1.3, client certificate", &tls.Config{InsecureSkipVerify: true, ServerName: "mx.example"}, &tls.Config{ClientAuth: tls.RequestClientCert}, handshakeComplete, "TLS 1.3", false, PhaseTLS, false},
}

func startTLSTurns() []turn {
	return []turn{{'S', []byte("220 mx\r\n")}, {'C', []byte("EHLO x\r\n")}, {'S', []byte("250-mx\r\n250 STARTTLS\r\n")}, {'C', []byte("STARTTLS\r\n")}, {'S', []byte("220 go\r\n")}}
}

func feedTurns(m *Machine, turns []turn, step int) {
	for _, turn := range turns {
		feed := m.Client
		if turn.side == 'S' {
			feed = m.Server
		}
		for data := turn.data; len(data) > 0; {
			n := len(data)
			if step > 0 {
				n = min(step, n)
			}
			feed(data[:n], Mark{})
			data = data[n:]
		}
	}
}

func TestTLS(t *testing.T) {
	for _, c := range tlsSessions {
		turns := recordTLS(t, c.client.Clone(), c.server.Clone())
		for _, mode := range []string{"starttls", "implicit"} {
			for _, step := range []int{0, 1, 100} {
				m := New(nil, Limits{})
				if mode == "starttls" {
					feedTurns(m, startTLSTurns(), step)
				}
				feedTurns(m, turns, step)
				checkTally(t, m)
				got := m.TLS()
				if got == nil {
					t.Fatalf("%s, %s: no TLS", c.name, mode)
				}
				if p, inferred := m.Phase(); p != c.phase || inferred {
					t.Errorf("%s, %s by %d: phase %v, inferred %v, want %v", c.name, mode, step, p, inferred, c.phase)
				}
				if got.Mode != mode || got.Handshake != c.handshake || got.Version != c.version || got.Offered != c.offered || got.SNI != "mx.example" || (got.AlertFrom != "") != c.alert {
					t.Errorf("%s, %s by %d: %+v", c.name, mode, step, *got)
				}
				var sums [2]int64
				for _, turn := range turns {
					sums[map[byte]int{'C': 0, 'S': 1}[turn.side]] += int64(len(turn.data))
				}
				if got.ClientBytes != sums[0] || got.ServerBytes != sums[1] {
					t.Errorf("%s, %s by %d: %d and %d bytes, want %v", c.name, mode, step, got.ClientBytes, got.ServerBytes, sums)
				}
			}
		}
	}
}

// TestTLSPrefixes: until the handshake is complete the phase says so, and no
// prefix of a session is taken for a complete one that is not.
func TestTLSPrefixes(t *testing.T) {
	for _, c := range tlsSessions[:2] {
		turns := recordTLS(t, c.client.Clone(), c.server.Clone())
		m := New(nil, Limits{})
		feedTurns(m, startTLSTurns(), 0)
		complete := -1
		for i, one := range turns {
			feedTurns(m, []turn{one}, 0)
			if p, _ := m.Phase(); p == PhaseTLS && complete < 0 {
				complete = i
			} else if p != PhaseTLS && p != PhaseTLSHandshake {
				t.Fatalf("%s: phase %v after turn %d", c.name, p, i)
			}
		}
		// The client's second flight completes TLS 1.3, the server's TLS 1.2.
		want := map[string]byte{"1.3": 'C', "1.2": 'S'}[c.name]
		if complete < 2 || turns[complete].side != want {
			t.Errorf("%s: complete at turn %d", c.name, complete)
		}
	}
}

// TestTLSOneSided: with one side alone, or with the bodies cut off, what is
// sent beyond the handshake shows that it was complete.
func TestTLSOneSided(t *testing.T) {
	for _, c := range tlsSessions[:2] {
		turns := recordTLS(t, c.client.Clone(), c.server.Clone())
		for _, unseen := range []byte{'C', 'S'} {
			m := New(nil, Limits{})
			feedTurns(m, startTLSTurns(), 0)
			for _, one := range turns {
				switch {
				case one.side != unseen:
					feedTurns(m, []turn{one}, 0)
				case unseen == 'C':
					m.ClientGap(int64(len(one.data)), false, Mark{})
				default:
					m.ServerGap(int64(len(one.data)), false, Mark{})
				}
			}
			if p, inferred := m.Phase(); p != PhaseTLS || !inferred {
				t.Errorf("%s without %c: %v, inferred %v, %+v", c.name, unseen, p, inferred, *m.TLS())
			}
		}
	}
}

func TestTLSSnapLength(t *testing.T) {
	for _, c := range tlsSessions[:2] {
		turns := recordTLS(t, c.client.Clone(), c.server.Clone())
		m := New(nil, Limits{})
		feedTurns(m, startTLSTurns(), 0)
		for _, one := range turns {
			seen := min(len(one.data), 30)
			feedTurns(m, []turn{{one.side, one.data[:seen]}}, 0)
			if gap := int64(len(one.data) - seen); gap > 0 && one.side == 'C' {
				m.ClientGap(gap, true, Mark{})
			} else if gap > 0 {
				m.ServerGap(gap, true, Mark{})
			}
		}
		if p, _ := m.Phase(); p != PhaseTLS {
			t.Errorf("%s: %v, %+v", c.name, p, *m.TLS())
		}
		checkTally(t, m)
	}
}

// naiveRecords is the reference for the record reader.
func naiveRecords(data []byte) (kinds []byte, lengths []int) {
	for len(data) >= 5 && (isTLSType(data[0]) || data[0] == recordHeartbeat) && data[1] == 3 && data[2] <= 4 {
		n := int(data[3])<<8 | int(data[4])
		if n > recordMax || len(data) < 5+n {
			break
		}
		kinds, lengths, data = append(kinds, data[0]), append(lengths, n), data[5+n:]
	}
	return kinds, lengths
}

// FuzzTLSRecords: the reader sees the records that the reference sees,
// however the bytes are cut, and survives any hello.
func FuzzTLSRecords(f *testing.F) {
	for _, c := range tlsSessions[:2] {
		for _, turn := range recordTLS(f, c.client.Clone(), c.server.Clone()) {
			f.Add(turn.data, uint8(9))
		}
	}
	f.Add([]byte("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03"), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		kinds, lengths := naiveRecords(data)
		for _, n := range []int{1, int(step) + 1, len(data) + 1} {
			var r recordReader
			seen := 0
			for rest := data; len(rest) > 0 && !r.lost; {
				k, done := r.read(rest[:min(n, len(rest))], true)
				rest = rest[k:]
				r.takeHello()
				if !done {
					continue
				}
				if seen >= len(kinds) || r.kind != kinds[seen] || r.length != lengths[seen] {
					t.Fatalf("by %d: record %d is %d of %d bytes, want %v %v", n, seen, r.kind, r.length, kinds, lengths)
				}
				seen++
			}
			if seen != len(kinds) {
				t.Fatalf("by %d: %d records, want %d", n, seen, len(kinds))
			}
			if len(r.hello.body) > helloMax {
				t.Fatal("too much of a hello is kept")
			}
		}
	})
}
