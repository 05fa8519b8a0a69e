package diagnosis

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
)

// BenchmarkPatternsFound: a full accumulator whose sessions are as different
// as can be, so that every rule has most to compare.
func BenchmarkPatternsFound(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var p Patterns
	for i := range maxFacts {
		s := closed(i, time.Duration(r.Int64N(int64(time.Hour))), []string{"client", "server"}[i%2])
		s.Record.Start, s.Record.Ended.Time = madeAt(time.Duration(i)*300*time.Millisecond), madeAt(time.Duration(i)*300*time.Millisecond+time.Second)
		s.Record.Messages[0].Transfer.Bytes = r.Int64N(1 << 40)
		if i%4 > 0 { // one host with most, many with few
			s.Record.Client.IP = netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
		}
		p.Add(s)
		d := delivered(i, time.Duration(r.Int64N(int64(time.Hour))), "a")
		d.Record.Client.IP = netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		p.Add(d)
	}
	b.ResetTimer()
	for range b.N {
		p.Found()
	}
}

// BenchmarkPatternsAdd: what a session costs while it is read.
func BenchmarkPatternsAdd(b *testing.B) {
	b.ReportAllocs()
	var p Patterns
	s := closed(1, time.Minute, "server")
	for range b.N {
		p.Add(s)
	}
}
