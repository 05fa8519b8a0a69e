package wirescript

import (
	"fmt"
	"sort"
	"testing"
	"time"
)

// busy is a script with everything that a rewriter may trip over.
const busy = `
isn client 4294966000
up to data-command
S: 354 go
C data 3052
lost-after C data 1448
C data 4500
C retransmit
icmp frag-needed mtu 1400 from 10.0.0.1 to client
C dot
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit
session after 50ms
client [2001:db8::10]:41234 server [2001:db8::25]:25
ip-options
up to data 20000
C rst
`

func TestRewritersKeepWhatWasSaid(t *testing.T) {
	frames := mustFrames(t, busy)
	want := spoken(frames)
	for _, r := range Rewriters {
		t.Run(r.Name, func(t *testing.T) {
			got := r.Do(frames)
			if r.Name == "gre" || r.Name == "erspan" || r.Name == "vxlan" || r.Name == "geneve" {
				return // tshark looks into those
			}
			if s := spoken(got); s != want {
				t.Errorf("was\n%s\nis\n%s", want, s)
			}
			if again := spoken(frames); again != want {
				t.Error("the input was changed")
			}
		})
	}
}

// spoken is the bytes of each direction in a form to compare.
func spoken(frames []Frame) string {
	var lines []string
	for w, text := range directions(frames) {
		lines = append(lines, fmt.Sprintf("%v to %v: %d bytes, sum %d", w.src, w.dst, len(text), sum16(0, []byte(text))))
	}
	sort.Strings(lines)
	return fmt.Sprintf("%q", lines)
}

// TestRewrittenScriptsForTshark: no rewriting makes a malformed packet or a
// wrong checksum.
func TestRewrittenScriptsForTshark(t *testing.T) {
	frames := mustFrames(t, busy)
	if c := complaints(t, frames); c != nil {
		t.Fatalf("before rewriting: %q", c)
	}
	want := streams(t, frames)
	for _, r := range Rewriters {
		if r.Name == "one-byte" {
			continue // as seven-byte, and slow in tshark
		}
		t.Run(r.Name, func(t *testing.T) {
			got := r.Do(frames)
			for _, line := range complaints(t, got) {
				t.Error(line)
			}
			if n := streams(t, got); n != want {
				t.Errorf("%s, before %s", n, want)
			}
		})
	}
}

func TestOneByteSegments(t *testing.T) {
	frames := OneByteSegments(mustFrames(t, "options mss\none-sided client\nmidstream\nC text \"abc\"\nC fin joined\nlost-after C rst"))
	want := []string{
		`C A 0 "a"`, `C A 1 "b"`, `C FPA 2 "c"`, `C RA 4`,
	}
	ids := map[string]bool{}
	var last time.Time
	var got []string
	for _, f := range frames {
		v, _ := tcpView(f)
		line := fmt.Sprintf("C %s %d", flagLetters(v.flags()), v.seq()-firstSeq(frames))
		if len(v.payload) > 0 {
			line += fmt.Sprintf(" %q", v.payload)
		}
		got = append(got, line)
		ids[string(v.ip[4:6])] = true
		if f.Time.Before(last) {
			t.Errorf("%s goes back in time", line)
		}
		last = f.Time
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	if len(ids) != len(frames) {
		t.Errorf("%d IP-IDs in %d frames", len(ids), len(frames))
	}
}

func firstSeq(frames []Frame) uint32 {
	v, _ := tcpView(frames[0])
	return v.seq()
}

// TestResegmentedMirror: the second copy of a packet stays a second copy.
func TestResegmentedMirror(t *testing.T) {
	once := OneByteSegments(mustFrames(t, "up to data"))
	seen := map[string]int{}
	for _, f := range OneByteSegments(mustFrames(t, "mirror\nup to data")) {
		seen[string(f.Data)]++
	}
	for i, f := range once {
		if seen[string(f.Data)] != 2 {
			t.Fatalf("frame %d is there %d times", i+1, seen[string(f.Data)])
		}
	}
}

// TestReorderBound: the same frames, none further than the window allows.
func TestReorderBound(t *testing.T) {
	frames := mustFrames(t, busy)
	for seed := range uint64(20) {
		for _, shuffled := range [][]Frame{Reorder(frames, 4, seed), ReorderSafely(frames, 4, seed)} {
			place, moved := map[string]int{}, 0
			for i, f := range shuffled {
				place[f.Time.String()+string(f.Data)] = i
			}
			for i, f := range frames {
				at, ok := place[f.Time.String()+string(f.Data)]
				if !ok || at-i > 3 || i-at > 3 {
					t.Fatalf("seed %d: frame %d went to %d", seed, i, at)
				}
				if at != i {
					moved++
				}
			}
			if moved == 0 {
				t.Errorf("seed %d: nothing moved", seed)
			}
		}
	}
}

// TestReorderSafelyKeepsEnds: around SYN, FIN and RST a connection keeps its
// order.
func TestReorderSafelyKeepsEnds(t *testing.T) {
	frames := mustFrames(t, "up to data 8000\nC rst\ncross S: 421 bye\nS rst")
	for seed := range uint64(20) {
		var ends string
		for _, line := range summary(ReorderSafely(frames, 8, seed)) {
			ends = line
		}
		if want := summary(frames)[len(frames)-1]; ends != want {
			t.Fatalf("seed %d: the last frame is %s, was %s", seed, ends, want)
		}
	}
}

func TestDuplicate(t *testing.T) {
	frames := mustFrames(t, "up to ready")
	got := Duplicate(frames, true, time.Millisecond)
	if len(got) != 2*len(frames) {
		t.Fatalf("%d frames of %d", len(got), len(frames))
	}
	first, second := got[0], got[1]
	a, _ := tcpView(first)
	var b frameView
	for _, f := range got[1:] {
		if v, ok := tcpView(f); ok && v.seq() == a.seq() {
			second, b = f, v
			break
		}
	}
	if b.ip[8] != a.ip[8]-1 || string(b.ip[4:6]) != string(a.ip[4:6]) || second.Time.Sub(first.Time) != time.Millisecond {
		t.Errorf("second copy has TTL %d after %d, %v later", b.ip[8], a.ip[8], second.Time.Sub(first.Time))
	}
}

// TestWrapISN: numbers of both sides pass 2^32 at the wanted byte.
func TestWrapISN(t *testing.T) {
	wrapped := map[Side]bool{}
	for _, f := range WrapISN(mustFrames(t, "deliver 3000\nquit"), 100) {
		v, ok := tcpView(f)
		if ok && len(v.payload) > 0 && before(v.seq()-1, 0) != before(v.seq()+uint32(len(v.payload)), 0) {
			wrapped[senderOf(f)] = true
		}
	}
	if !wrapped[Client] || !wrapped[Server] {
		t.Errorf("wrapped: %v", wrapped)
	}
}

func TestOneSided(t *testing.T) {
	frames := mustFrames(t, "up to data")
	c, s := OneSided(frames, Client), OneSided(frames, Server)
	if len(c) == 0 || len(s) == 0 || len(c)+len(s) != len(frames) {
		t.Fatalf("%d + %d of %d", len(c), len(s), len(frames))
	}
	for _, f := range c {
		if senderOf(f) != Client {
			t.Fatal("a frame of the server")
		}
	}
}
