package wirescript

import (
	"encoding/binary"
	"strings"
	"testing"
)

// plays are scripts with the frames that a capture next to the server shows:
// time in ms, side, flags, sequence number, payload.
var plays = []struct{ name, script, want string }{
	{"handshake, greeting, QUIT, both FINs", `
up to hello
quit`, `
9 C S 0
10 S SA 0 ack 1
30 C A 1 ack 1
30 S PA 1 ack 1 "220 mx.example.com ESMTP\r\n"
50 C PA 1 ack 27 "QUIT\r\n"
51 S PA 27 ack 7 "221 2.0.0 Bye\r\n"
71 C FA 7 ack 42
71 S FA 42 ack 8
91 C A 8 ack 43`},
	{"lines of one side share a segment, flush parts them", `
midstream
C: one
C: two
flush
C: three`, `
9 C PA 0 ack 0 "one\r\ntwo\r\n"
10 C PA 10 ack 0 "three\r\n"
10 S A 0 ack 17`},
	{"an odd segment is acknowledged after 40 ms", `
midstream
C: one
wait 1s
S: two`, `
9 C PA 0 ack 0 "one\r\n"
50 S A 0 ack 5
1010 S PA 0 ack 5 "two\r\n"
1070 C A 5 ack 5`},
	{"lost behind the capture: duplicate ACK, repetition, jump", `
midstream
lost-after C text "aaaa"
C text "bbbb"
C retransmit`, `
9 C PA 0 ack 0 "aaaa"
10 C PA 4 ack 0 "bbbb"
10 S A 0 ack 0
230 C PA 0 ack 0 "aaaa"
230 S A 0 ack 8`},
	{"lost before the capture", `
midstream
C text "aaaa"
lose C text "bbbb"
C text "cccc"
C retransmit`, `
9 C PA 0 ack 0 "aaaa"
10 C PA 8 ack 0 "cccc"
10 S A 0 ack 4
230 C PA 4 ack 0 "bbbb"
230 S A 0 ack 12`},
	{"missed by the capture, received all the same", `
midstream
miss C text "aaaa"
C text "bbbb"`, `
10 C PA 0 ack 0 "bbbb"
10 S A 0 ack 4`},
	{"SYN refused", `
C syn
S rst`, `
9 C S 0
10 S RA 0 ack 1`},
	{"SYN repeated with doubling gaps", `
C syn 4 times`, `
9 C S 0
1009 C S 0
3009 C S 0
7009 C S 0`},
	{"a RST silences its receiver", `
midstream
C text "aaaa"
C rst`, `
9 C PA 0 ack 0 "aaaa"
10 C RA 4 ack 0`},
	{"a bare RST bears the number that was acknowledged to it", `
midstream
S fin alone
C text "aaaa"
S rst bare`, `
0 S FA 0 ack 0
20 C PA 0 ack 1 "aaaa"
20 S R 1`},
	{"a forged RST leaves its alleged sender alone", `
midstream
C text "aaaa"
forged C rst
C text "bbbb"`, `
9 C PA 0 ack 0 "aaaa"
10 C RA 4 ack 0
10 C PA 4 ack 0 "bbbb"`},
	{"crossing: the FIN passes behind the reply that it does not know", `
midstream
S text "250"
cross C fin`, `
0 S PA 0 ack 0 "250"
9 C FA 0 ack 0
10 S FA 3 ack 1
30 C A 1 ack 4`},
	{"FIN joined to the last write", `
midstream
S text "421"
S fin joined
C rst`, `
0 S FPA 0 ack 0 "421"
20 C RA 0 ack 4`},
	{"pieces", `
midstream
pieces 2 C text "abcde"`, `
9 C A 0 ack 0 "ab"
10 C A 2 ack 0 "cd"
10 S A 0 ack 4
10 C PA 4 ack 0 "e"
50 S A 0 ack 5`},
	{"keep-alive", `
midstream
C keepalive`, `
9 C A 0 ack 0
10 S A 0 ack 1`},
	{"overlap does not move the sender's numbers", `
midstream
C text "abcd"
seq -2 C text "XY"
C text "ef"`, `
9 C PA 0 ack 0 "abcd"
10 C PA 2 ack 0 "XY"
10 S A 0 ack 4
10 C PA 4 ack 0 "ef"
50 S A 0 ack 6`},
	{"capture begins and ends", `
midstream
C text "aaaa"
capture begins
C text "bbbb"
capture ends
C text "cccc"`, `
10 C PA 0 ack 0 "bbbb"
10 S A 0 ack 4`},
	{"what came while the capture was switched is still waited for", `
midstream
C text "aaaa"
S text "bbbb"
capture on
C text "cccc"`, `
9 C PA 0 ack 0 "aaaa"
10 S PA 0 ack 4 "bbbb"
30 C PA 4 ack 4 "cccc"
70 S A 4 ack 8`},
	{"one-sided", `
one-sided server
midstream
C text "aaaa"
S text "bbbb"`, `
10 S PA 0 ack 0 "bbbb"`},
	{"filed late", `
midstream
filed-late 1 C text "aaaa"
C text "bbbb"`, `
10 C PA 0 ack 0 "bbbb"
9 C PA 4294967292 ack 0 "aaaa"
10 S A 0 ack 4`},
	{"captured at the client", `
at client
midstream
C text "aaaa"
S text "bbbb"`, `
0 C PA 0 ack 0 "aaaa"
20 S PA 0 ack 4 "bbbb"
60 C A 4 ack 4`},
}

func TestPlays(t *testing.T) {
	for _, test := range plays {
		t.Run(test.name, func(t *testing.T) {
			got := "\n" + strings.Join(summary(mustFrames(t, test.script)), "\n")
			if got != test.want {
				t.Errorf("got%s\nwant%s", got, test.want)
			}
		})
	}
}

// TestUpToIsADelivery pins what "up to" and "deliver" stand for.
func TestUpToIsADelivery(t *testing.T) {
	frames := mustFrames(t, "deliver 1000\nquit")
	streams := directions(frames)
	var client, server string
	for w, text := range streams {
		if w.dst.Port() == 25 {
			client = text
		} else {
			server = text
		}
	}
	wantServer := "220 mx.example.com ESMTP\r\n250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 20971520\r\n" +
		"250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-CHUNKING\r\n250 8BITMIME\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n" +
		"354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued as 4Zk0101B1\r\n221 2.0.0 Bye\r\n"
	if server != wantServer {
		t.Errorf("server said\n%s\nwant\n%s", server, wantServer)
	}
	head, rest, found := strings.Cut(client, "DATA\r\n")
	if want := "EHLO ns.example.com\r\nMAIL FROM:<sender@example.org>\r\nRCPT TO:<rcpt@example.com>\r\n"; !found || head != want {
		t.Errorf("client said\n%s\nwant\n%s", head, want)
	}
	content, tail, found := strings.Cut(rest, "\r\n.\r\n")
	if !found || tail != "QUIT\r\n" || len(content)+2 != 1000 {
		t.Errorf("content has %d bytes, then %q", len(content)+2, tail)
	}
	if !strings.Contains(content, "Message-ID: <1.1@ns.example.com>\r\n") {
		t.Error("no Message-ID in the content")
	}
}

// TestContentSizes: data makes exactly the bytes that it was asked for, whole
// lines, none of which begins with a dot.
func TestContentSizes(t *testing.T) {
	for _, n := range []int{1, 2, 3, 73, 74, 75, 76, 77, 148, 149, 150, 255, 256, 257, 1000, 41000} {
		p := &play{config: defaultConfig()}
		b := string(p.lines(&host{}, n))
		if len(b) != n {
			t.Errorf("data %d makes %d bytes", n, len(b))
		}
		if n > 1 && !strings.HasSuffix(b, "\r\n") {
			t.Errorf("data %d does not end a line: %q", n, b[max(0, n-5):])
		}
		if strings.HasPrefix(b, ".") || strings.Contains(b, "\n.") {
			t.Errorf("data %d has a line with a dot", n)
		}
	}
}

// TestHeaderFields: what a script says about header fields stands in the frame.
func TestHeaderFields(t *testing.T) {
	frames := mustFrames(t, `
isn client 4294967295 hops client 57
C syn
ttl 30 ipid 7 seq +100 window 9 S rst`)
	syn, _ := tcpView(frames[0])
	rst, _ := tcpView(frames[1])
	if syn.seq() != 4294967295 || syn.ip[8] != 57 {
		t.Errorf("SYN has seq %d, TTL %d", syn.seq(), syn.ip[8])
	}
	if rst.ip[8] != 30 || binary.BigEndian.Uint16(rst.ip[4:]) != 7 || rst.seq() != 100 ||
		binary.BigEndian.Uint16(rst.tcp[14:]) != 9 || rst.ackno() != 0 {
		t.Errorf("RST is % x", frames[1].Data)
	}
}

// TestSameScriptSameFrames: nothing is left to chance.
func TestSameScriptSameFrames(t *testing.T) {
	const script = "up to tls\nC tls-data 4000\nsession\ndeliver\nquit"
	a, b := mustFrames(t, script), mustFrames(t, script)
	for i := range a {
		if string(a[i].Data) != string(b[i].Data) || !a[i].Time.Equal(b[i].Time) {
			t.Fatalf("frame %d differs", i+1)
		}
	}
}
