package smtpstate

import (
	"strings"
	"testing"
	"unsafe"
)

// TestLexicon: what servers tell everybody is in memory once; what may repeat a
// credential never comes into the lexicon, and what is said once does not stay.
func TestLexicon(t *testing.T) {
	var store Store
	said := func(turns ...string) *Machine {
		m := store.Machine(nil, Limits{})
		for _, turn := range turns {
			feed := m.Client
			if turn[0] == 'S' {
				feed = m.Server
			}
			feed([]byte(turn[1:]), Mark{})
		}
		return m
	}
	session := func(id string) *Machine {
		return said("S220 mx.example.com ESMTP\r\n", "CEHLO x\r\n", "S250-mx\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n",
			"CAUTH PLAIN "+canary+"\r\n", "S235 ok "+canary+"\r\n", "CAUTH LOGIN\r\n", "S334 "+canary+"\r\n", "C*\r\n", "S500 "+canary+"\r\n",
			"CVRFY a\r\n", "S252 "+id+"\r\n", "CNOOP\r\n", "S250 ok\r\n")
	}
	var last *Machine
	for _, id := range []string{"one", "two", "three", "four"} {
		last = session(id)
	}
	before := session("five")
	if a, b := before.Greeting().Text, last.Greeting().Text; a != "mx.example.com ESMTP" || unsafe.StringData(a) != unsafe.StringData(b) {
		t.Errorf("greetings %q and %q are not shared", a, b)
	}
	if a, b := before.Hello().Extensions, last.Hello().Extensions; len(a) != 2 || &a[0] != &b[0] {
		t.Errorf("keywords %q and %q are not shared", a, b)
	}
	all := ""
	for _, e := range store.lexicon.entries {
		if e.phrase != nil {
			all += e.phrase.wire + "|"
		}
	}
	leaks(t, "the lexicon", all)
	for _, word := range []string{"one", "five"} {
		if strings.Contains(all, word) {
			t.Errorf("%q was said once and stays", word)
		}
	}
}

// TestSizes: thousands of machines are open at once, and a packet pays for every
// cache line of them that it needs.
func TestSizes(t *testing.T) {
	for name, is := range map[string][2]uintptr{
		"Machine":   {unsafe.Sizeof(Machine{}), 640},
		"Command":   {unsafe.Sizeof(Command{}), 128},
		"Reply":     {unsafe.Sizeof(Reply{}), 96},
		"Message":   {unsafe.Sizeof(Message{}), 352},
		"Recipient": {unsafe.Sizeof(Recipient{}), 96},
	} {
		if is[0] > is[1] {
			t.Errorf("%s takes %d bytes, not %d", name, is[0], is[1])
		}
	}
	if end := unsafe.Offsetof(contentScan{}.header) + unsafe.Offsetof(headerScan{}.seen); end > 128 {
		t.Errorf("a segment of content needs the first %d bytes of its state, not two cache lines", end)
	}
}
