package benchdata

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// tiny is a capture of a few seconds with every kind of ending.
var tiny = Profile{Name: "tiny", Sessions: 600, AtOnce: 40, Body: 600, Spread: 1, BodyMax: 20_000, Messages: 2,
	Pace: 1e9, Other: 0.1, Aborted: 0.8, Retransmitted: 0.01, Reordered: 0.01, Hidden: 0.002, Seed: 9}

func generate(t *testing.T, p Profile) (capture, truth []byte) {
	t.Helper()
	var c, w bytes.Buffer
	if err := Generate(p, &c, &w); err != nil {
		t.Fatal(err)
	}
	return c.Bytes(), w.Bytes()
}

// TestGenerateIsDeterministic: the same profile gives the same bytes, another
// seed others.
func TestGenerateIsDeterministic(t *testing.T) {
	c1, t1 := generate(t, tiny)
	c2, t2 := generate(t, tiny)
	if !bytes.Equal(c1, c2) || !bytes.Equal(t1, t2) {
		t.Error("two runs differ")
	}
	other := tiny
	other.Seed++
	if c3, _ := generate(t, other); bytes.Equal(c1, c3) {
		t.Error("another seed gives the same bytes")
	}
}

// TestEveryEnding: the capture has each kind of end.
func TestEveryEnding(t *testing.T) {
	_, truth := generate(t, tiny)
	for i := range endings {
		if !bytes.Contains(truth, []byte(`"kind":"`+endings[i].name+`"`)) {
			t.Errorf("no session ends by %q", endings[i].name)
		}
	}
}

// TestFrames: records are in the order of time, and IP headers have good
// checksums, as have TCP's.
func TestFrames(t *testing.T) {
	capture, _ := generate(t, tiny)
	last, frames := int64(0), 0
	err := records(bytes.NewReader(capture), func(seconds, micros uint32, frame []byte) error {
		frames++
		if at := int64(seconds)*1e6 + int64(micros); at < last {
			t.Fatalf("frame %d goes back in time", frames)
		} else {
			last = at
		}
		ip := frame[etherLen:]
		if got := fold(sum(ip[:ip4Len])); got != 0xffff {
			t.Fatalf("frame %d: IP checksum leaves %#x", frames, got)
		}
		tcp := ip[ip4Len:]
		check := add64(add64(sum(tcp), sum(ip[12:20])), uint64(6+len(tcp)))
		if got := fold(check); got != 0xffff {
			t.Fatalf("frame %d: TCP checksum leaves %#x", frames, got)
		}
		return nil
	})
	if err != nil || frames < 5000 {
		t.Fatalf("%d frames, %v", frames, err)
	}
}

// TestRepeat: n copies, one behind the other in time.
func TestRepeat(t *testing.T) {
	capture, _ := generate(t, tiny)
	var out bytes.Buffer
	if err := Repeat(&out, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(capture)), nil }, 3); err != nil {
		t.Fatal(err)
	}
	if got, want := out.Len(), 24+3*(len(capture)-24); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	last := uint64(0)
	if err := records(&out, func(seconds, micros uint32, _ []byte) error {
		if at := uint64(seconds)*1e6 + uint64(micros); at < last {
			t.Fatal("a copy goes back in time")
		} else {
			last = at
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestCompareFindsDifferences: a comparison that cannot fail proves nothing.
func TestCompareFindsDifferences(t *testing.T) {
	const truth = `{"session":5,"client":"10.0.0.1:4000","server":"192.0.2.1:25","how":"quit","by":"client","phase":"ready","frames":9,"bytes":[10,20],` +
		`"messages":[{"from":"a@b","recipients":1,"command":"DATA","bytes":300,"complete":true,"outcome":"accepted","queue_id":"A1"}]}` + "\n"
	const record = `{"type":"session","session":5,"client":{"ip":"10.0.0.1","port":4000},"server":{"ip":"192.0.2.1","port":25},"frames":{"count":9},` +
		`"bytes":{"client":10,"server":20},"messages":[{"from":"a@b","recipients":[{}],"outcome":"accepted","queue_id":"A1","transfer":{"command":"DATA","bytes":300,"complete":true}}],` +
		`"ended":{"how":"quit","by":"client","phase":"ready"}}` + "\n"
	for _, c := range []struct{ name, old, new string }{
		{"phase", `"phase":"ready"`, `"phase":"data"`},
		{"how", `"how":"quit"`, `"how":"fin"`},
		{"by", `"by":"client"`, `"by":"server"`},
		{"port", `"port":4000`, `"port":4001`},
		{"frames", `"count":9`, `"count":8`},
		{"bytes", `"server":20}`, `"server":21}`},
		{"content", `"bytes":300`, `"bytes":301`},
		{"outcome", `"outcome":"accepted"`, `"outcome":"unknown"`},
		{"queue id", `"queue_id":"A1"`, `"queue_id":"A2"`},
		{"sender", `"from":"a@b"`, `"from":"a@c"`},
		{"recipients", `"recipients":[{}]`, `"recipients":[]`},
		{"another session", `"session":5,"client":{`, `"session":6,"client":{`},
	} {
		changed := strings.Replace(record, c.old, c.new, 1)
		if changed == record {
			t.Fatal(c.name)
		}
		if got, err := Compare(strings.NewReader(truth), strings.NewReader(changed)); err != nil || got.Wrong == 0 {
			t.Errorf("%s: nothing wrong with %s (%v)", c.name, changed, err)
		}
	}
	const others = `{"type":"pattern","sessions":[5]}` + "\n" + `{"type":"capture","bytes":900,"sessions":1}` + "\n"
	if got, err := Compare(strings.NewReader(truth), strings.NewReader(record+others)); err != nil || got.Wrong != 0 || got.Right != 1 {
		t.Errorf("the right record is wrong: %+v, %v", got, err)
	}
	extra := strings.Replace(record, `"session":5,`, `"session":6,`, 1)
	if got, err := Compare(strings.NewReader(truth), strings.NewReader(record+extra)); err != nil || got.Wrong != 1 {
		t.Errorf("a session that never was passes: %+v, %v", got, err)
	}
	if _, err := Compare(strings.NewReader(truth), strings.NewReader(`{"type":"odd"}`)); err == nil {
		t.Error("a line of an unknown type passes")
	}
}
