package wirescript

import (
	"errors"
	"strings"
	"testing"
)

// wrong are scripts with the line and a piece of the message that they earn.
var wrong = []struct{ script, at, says string }{
	{"", "test:1", "no session"},
	{"# only a comment\n", "test:1", "no session"},
	{"expect ready quit client normal\n", "test:1", "no packet"},
	{"handshake\n\nbanana\n", "test:3", `unknown word "banana"`},
	{"handshake\nC banana\n", "test:2", `unknown action "banana"`},
	{"handshake\nC\n", "test:2", `unknown action ""`},
	{"handshake now\n", "test:1", "one word too many"},
	{"handshake\nC fin today\n", "test:2", "not a word for a packet's fields"},
	{"handshake\nlose handshake\n", "test:2", "a C or S is due"},
	{"client 192.0.2.10\nhandshake\n", "test:1", "not an address with a port"},
	{"handshake\nrtt 20ms\n", "test:2", "before the session's first packet"},
	{"client 192.0.2.10:1 banana\nhandshake\n", "test:1", "one word too many"},
	{"link token-ring\nhandshake\n", "test:1", "unknown link layer"},
	{"link raw vlan 12\nhandshake\n", "test:1", "raw cannot carry vlan"},
	{"link vlan\nhandshake\n", "test:1", "needs its VLAN numbers"},
	{"link vlan 5000\nhandshake\n", "test:1", `"5000"`},
	{"options fast\nhandshake\n", "test:1", "unknown TCP option"},
	{"mss-option nobody 1380\nhandshake\n", "test:1", "neither client nor server"},
	{"sack-shift server 5\nhandshake\n", "test:1", "not a shift"},
	{"at home\nhandshake\n", "test:1", "not a place"},
	{"start yesterday\nhandshake\n", "test:1", "yesterday"},
	{"expect data rst nobody aborted abnormal\nhandshake\n", "test:1", "is not a by"},
	{"expect dada rst client\nhandshake\n", "test:1", "is not a phase"},
	{"expect data rst client abandoned abnormal\nhandshake\n", "test:1", "is not an outcome"},
	{"expect data rst client aborted\nhandshake\n", "test:1", "normal or abnormal is due"},
	{"expect data capture-end unknown unknown normal\nhandshake\n", "test:1", "normal or abnormal is due"},
	{"expect ready quit client normal\nexpect ready quit client normal\nhandshake\n", "test:2", "line 1 has the first"},
	{"field a.b 1\nhandshake\n", "test:1", "after the session's expect"},
	{"unfit banana: why\nhandshake\n", "test:1", "unknown rewriter"},
	{"unfit reorder\nhandshake\n", "test:1", "needs a reason"},
	{"handshake\nC text \"abc\n", "test:2", "closing double quote"},
	{`handshake` + "\n" + `C text "\q"`, "test:2", `unknown escape \q`},
	{"handshake\nC hex 1\n", "test:2", "pairs of hexadecimal digits"},
	{"handshake\nC data\n", "test:2", "number of bytes is missing"},
	{"handshake\nC data -4\n", "test:2", `"-4"`},
	{"handshake\nC data 0\n", "test:2", "means nothing"},
	{"handshake\nwait soon\n", "test:2", "not a duration"},
	{"handshake\nseq 100 C rst\n", "test:2", "not a shift"},
	{"handshake\nup to mars\n", "test:2", `"mars"`},
	{"up to rcpt\nup to hello\n", "test:2", "beyond"},
	{"handshake\nicmp sunshine from 10.0.0.1\n", "test:2", "unknown ICMP error"},
	{"handshake\ncapture stops\n", "test:2", "begins, ends"},
	{"handshake\nacks maybe\n", "test:2", "on or off"},
	{"C syn 2\n", "test:1", "the word times is missing"},
	{"handshake\nC proxy v3 192.0.2.1:1\n", "test:2", "not a version"},
}

// wrongPlays parse, but what they ask for cannot be.
var wrongPlays = []struct{ script, at, says string }{
	{"C: EHLO x\n", "test:1", "no connection"},
	{"C rst\n", "test:1", "without a connection"},
	{"S ack\n", "test:1", "no connection"},
	{"S synack\n", "test:1", "without a SYN"},
	{"midstream\nC retransmit\n", "test:2", "nothing that could be repeated"},
	{"midstream\nC fin joined\n", "test:2", "write of the same side"},
	{"midstream\nicmp frag-needed from 10.0.0.1 to client\n", "test:2", "nothing that an ICMP"},
	{"midstream\nC: x\nicmp frag-needed from 2001:db8::1\n", "test:3", "different IP versions"},
	{"midstream\nlose C: x\n", "test:1", "nothing was captured"},
}

func TestWrongScripts(t *testing.T) {
	for _, test := range wrong {
		_, err := Parse(strings.NewReader(test.script), "test")
		checkError(t, test.script, err, test.at, test.says)
	}
	for _, test := range wrongPlays {
		script, err := Parse(strings.NewReader(test.script), "test")
		if err != nil {
			t.Errorf("%q does not parse: %v", test.script, err)
			continue
		}
		_, err = script.Frames()
		checkError(t, test.script, err, test.at, test.says)
	}
}

func checkError(t *testing.T, script string, err error, at, says string) {
	t.Helper()
	var e *Error
	switch {
	case err == nil:
		t.Errorf("%q: no error, want %s: %s", script, at, says)
	case !errors.As(err, &e):
		t.Errorf("%q: %v has no line", script, err)
	case !strings.HasPrefix(err.Error(), at+": ") || !strings.Contains(err.Error(), says):
		t.Errorf("%q: %v, want %s: ...%s...", script, err, at, says)
	}
}

func TestExpectation(t *testing.T) {
	script, err := Parse(strings.NewReader(`# pins something
# in two lines
unfit reorder one-byte: because
expect data rst client accepted aborted abnormal
field ended.inferred true
field messages.1.transfer.bytes 41000
field auth absent
up to data
session after 66m
expect none
handshake
`), "test")
	if err != nil {
		t.Fatal(err)
	}
	if script.About != "pins something\nin two lines" || script.Unfit["one-byte"] != "because" || len(script.Sessions) != 2 {
		t.Errorf("%q, %v, %d sessions", script.About, script.Unfit, len(script.Sessions))
	}
	if !script.Sessions[1].Expect.None {
		t.Error("the second session expects a record")
	}
	const good = `{"ended":{"phase":"data","how":"rst","by":"client","inferred":true},"abnormal":true,
		"messages":[{"outcome":"accepted"},{"outcome":"aborted","transfer":{"bytes":41000}}]}`
	e := script.Sessions[0].Expect
	if wrong := e.Check([]byte(good)); wrong != nil {
		t.Errorf("a good record: %q", wrong)
	}
	for _, change := range [][2]string{
		{`"phase":"data"`, `"phase":"dot"`}, {`"how":"rst"`, `"how":"fin"`}, {`"by":"client"`, `"by":"server"`},
		{`,"inferred":true`, ``}, {`"abnormal":true`, `"abnormal":false`}, {`"abnormal":true,`, ``},
		{`41000`, `41001`}, {`"outcome":"aborted"`, `"outcome":"unknown"`}, {`{"outcome":"accepted"},`, ``},
		{`"abnormal"`, `"auth":{},"abnormal"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good || len(e.Check([]byte(bad))) == 0 {
			t.Errorf("%s for %s is not noticed", change[1], change[0])
		}
	}
}

// FuzzParse: no input panics, and what parses either plays or names a line.
func FuzzParse(f *testing.F) {
	for _, test := range append(wrong, wrongPlays...) {
		f.Add(test.script)
	}
	for _, test := range plays {
		f.Add(test.script)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 || strings.Contains(text, "000") {
			t.Skip("large sizes only cost time")
		}
		script, err := Parse(strings.NewReader(text), "fuzz")
		if err != nil {
			return
		}
		frames, err := script.Frames()
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%v names no line", err)
		}
		for i, f := range frames {
			if len(f.Data) == 0 || f.Wire < len(f.Data) {
				t.Fatalf("frame %d has %d of %d bytes", i+1, len(f.Data), f.Wire)
			}
		}
	})
}
