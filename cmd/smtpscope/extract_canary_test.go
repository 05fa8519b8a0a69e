package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/internal/wirescript"
)

// Every secret of these sessions is written with the one letter ~, which
// stands in nothing else. So however a capture cuts, repeats or overlaps its
// segments: no byte of the copy's payload may be a ~.
const tildeScript = `
session
server 198.51.100.5:587
up to ready
C: AUTH PLAIN ~~~~~~~~~~~~~~~~
S: 235 2.7.0 ok
deliver 100
quit

session
server 198.51.100.5:587
up to ready
C: AUTH PLAIN
S: 334 
pieces 1 C: ~~~~~~~~~~~~~~~~
S: 535 5.7.8 no
C: ~~~~~~~~ ~~~~~~
S: 500 what?
C: AUTH ~~~~~~~~~~
S: 504 5.5.4 no such thing
quit

session
server 198.51.100.5:587
up to ready
C: AUTH LOGIN
S: 334 ~~~~~~~~
lost-after C: ~~~~~~~~~~~~~
C retransmit
S: 334 ~~~~~~~~
twice C: ~~~~~~~~~~~~~
S: 235 ok
quit

session
server 198.51.100.5:587
up to ready
C: AUTH CRAM-MD5
S: 334 ~~~~~~~~~~~~~~~~~~
C: *
S: 501 5.7.0 cancelled
C: AUTH XOAUTH2 ~~~~~~~~~~~~~
S: 334 ~~~~~~~~
C: 
S: 535 no
quit

session
server 198.51.100.5:587
handshake
S: 220 mx.example.com ESMTP
C: EHLO ns.example.com
cross C: AUTH PLAIN ~~~~~~~~~~
cross C: AUTH LOGIN
cross C: ~~~~~~~~~
cross C: ~~~~~~~~~
S: 250-mx.example.com
S: 250 AUTH PLAIN LOGIN
S: 503 no
S: 334
S: 334
S: 235 ok
quit

session
up to data-command
S: 354 go
C: Subject: ~~~~~~~
C: X-Secret: ~~~~~
C:
C: ~~~ ~~~~ ~~
C: ..~~~~
C: ...
C: ~~~~
C dot
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit

session
up to data-command
S: 354 go
C: Message-ID: <1@example.org> (~~~~~)
C: Received: ~~~~~~~
lose C fill 3000 ~
C fill 1000 ~
C retransmit all
C: 
C dot
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit

session
up to data-command
S: 354 go
miss C fill 3000 ~
C: 
C: ~~~~
C: QUIT ~~~
C: ~~~~~
C dot
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit

session
up to rcpt
C: BDAT 20
C fill 20 ~
S: 250 ok
C: BDAT 300 LAST
pieces 7 C fill 300 ~
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit

session
up to data-command
cross C fill 500 ~
wait 1s
S: 354 go
C fill 500 ~
C rst

session
up to data-command
cross C: ~~~~ ~~~~~
S: 554 5.7.1 no
C: ~~~~~~~~~
S: 500 what
quit

session
midstream
C fill 2000 ~
C: 
C: ~~~~~~~
C: ~~~~~~~
C dot
S: 250 2.0.0 Ok: queued as 4Zk0101B1
quit

session
midstream
C: ~~~~~~~~~~~~~~
S: 235 2.7.0 ok
quit

session
up to ready
miss C: AUTH PLAIN
S: 334
C: ~~~~~~~~~~~
S: 235 ok
quit

session
up to ready
C: NOOP
seq -6 C fill 6 ~
S: 250 ok
seq -500 C fill 520 ~
quit

session
up to ready
C: STARTTLS
S: 220 go
C: ~~~~ ~~~~~
S: ~~~~~~~
C rst

session
up to ready
C fill 20 ~
C fin
S: 500 what

session
up to data-command
S: 354 go
fragment 64 C fill 900 ~
C: 
lost-after C fill 1400 ~
icmp frag-needed mtu 1300 from 10.0.0.1 to client
C rst

session
up to ready
C: XCLIENT NAME=a.example LOGIN=~~~~~~~ ADDR=192.0.2.7
S: 220 mx.example.com
C: xclient login=~~~~~~~
S: 501 5.5.4 no
C: X-EXPS NTLM ~~~~~~~~~
S: 334 ~~~~~~~~
C: ~~~~~~~~~
S: 535 no
quit

session
up to ready
S: ~~~~ 
S fill 30 ~
C rst
`

func TestNoSecretInEvidence(t *testing.T) {
	script, err := wirescript.Parse(strings.NewReader(strings.Replace(tildeScript, "\nsession\n", "\n", 1)), "tilde")
	if err != nil {
		t.Fatal(err)
	}
	frames, err := script.Frames()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("plain", func(t *testing.T) { noTilde(t, frames) })
	for _, r := range wirescript.Rewriters {
		t.Run(r.Name, func(t *testing.T) { noTilde(t, r.Do(frames)) })
	}
	for _, n := range []int{70, 80, 100, 300} {
		t.Run(fmt.Sprintf("snaplen %d", n), func(t *testing.T) { noTilde(t, wirescript.Snap(frames, n)) })
	}
}

// noTilde cuts all sessions out of a capture, in every way that hides secrets,
// and looks for the letter.
func noTilde(t *testing.T, frames []wirescript.Frame) {
	dir := t.TempDir()
	name := filepath.Join(dir, "capture.pcap")
	if err := os.WriteFile(name, captureBytes(t, frames), 0o600); err != nil {
		t.Fatal(err)
	}
	there := tildes(t, name)
	if there < 30 {
		t.Fatal("the capture itself has no secrets")
	}
	raw := filepath.Join(dir, "raw.pcap")
	if r := invoke(nil, "extract", name, "--client", "0.0.0.0/0", "--raw", "-o", raw); r.code != 0 {
		t.Fatal(r.stderr)
	}
	if n := tildes(t, raw); n > there || n < there*9/10 { // fragments that nobody completes are nobody's
		t.Errorf("--raw has %d bytes of secrets, the capture %d", n, there)
	}
	for _, how := range []string{"", "--redact", "--redact=ips"} {
		out := filepath.Join(dir, "evidence"+how+".pcapng")
		args := []string{"extract", name, "--client", "0.0.0.0/0", "-o", out}
		if how != "" {
			args = append(args, how)
		}
		if r := invoke(nil, args...); r.code != 0 {
			t.Fatalf("%v: %s", args, r.stderr)
		}
		if n := tildes(t, out); n > 0 {
			t.Errorf("%s: %d bytes of secrets", how, n)
		}
	}
}

// tildes counts the letter in what the packets of a capture carry. Headers are
// left out: their numbers may be anything.
func tildes(t *testing.T, name string) (n int) {
	r, err := capture.Open(capture.Config{Paths: []string{name}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		f, err := r.NextFrame()
		if err != nil {
			return n
		}
		data, from := f.Data, 0
		for _, l := range f.Layers {
			switch l.Kind {
			case capture.LayerTCP:
				from = l.At + int(data[l.At+12]>>4)*4
			case capture.LayerQuoteTCP:
				from = l.At + 20
			}
		}
		if f.Fragment != nil {
			from = f.Fragment.At + 60
		}
		if from > 0 && from < len(data) {
			if k := bytes.Count(data[from:], []byte("~")); k > 0 {
				n += k
				if strings.HasSuffix(name, "ng") {
					t.Logf("%s: frame %d (was %d): %q", filepath.Base(name), f.Number, f.Original, data[from:])
				}
			}
		}
	}
}
