package redact

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"smtpscope/session"
)

func testKey(t testing.TB, text string) Key {
	t.Helper()
	key, err := NewKey([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func testRedactor(t testing.TB, kinds Kinds) *Redactor {
	return New(testKey(t, "a key that only the test knows"), kinds)
}

// TestText: what is a name and what is none. In the wanted text, names stand
// as {kind}, which the test replaces by whatever the redactor has put there.
func TestText(t *testing.T) {
	for _, c := range []struct{ in, gone, stays string }{
		{"to=<jane.doe@corp.example.org>, relay=mx1.corp.example.org[192.0.2.7]:25, status=sent", "jane doe corp mx1 192.0.2.7", "to=< >, relay= status=sent ]:25"},
		{"250-mx.corp.org Hello [2001:db8::7]", "corp 2001:db8::7", "250- Hello"},
		{"client:192.0.2.1, ip=10.20.30.40.", "192.0.2.1 10.20.30.40", "client: ip="},
		{"<joe@[192.0.2.1]> and <joe@[IPv6:2001:db8::1]>", "joe 192.0.2.1 2001:db8::1", "IPv6: > and <"},
		{`"john doe"@corp.org's mail`, "john corp", "'s mail"},
		{"...corp.org", "corp", "..."},
		{"message-id=<20260102.1@corp.org>", "20260102 corp", "message-id=<"},
		{"postmaster@corp.org. Bye", "corp", ". Bye"},
		{"queued at 12:34:56 in 0.2 s, frames 1 to 40", "", "queued at 12:34:56 in 0.2 s, frames 1 to 40"},
		{"4.4.2 Error: timeout exceeded (Postfix 3.7.11)", "", "4.4.2 Error: timeout exceeded (Postfix 3.7.11)"},
		{"mail.pcap and maillog.gz", "", "mail.pcap and maillog.gz"},
		{"mail.log.1.gz a.b.c.log ring_00001_2026.pcap", "", "mail.log.1.gz a.b.c.log ring_00001_2026.pcap"},
		{"mx1.corp.org.pcap", "mx1 corp", ".pcap"},
		{"dump-mx1.corp.org-2024_3.pcap.gz", "mx1 corp", "-2024_3.pcap.gz"},
		{"corp.org-bounces=x", "corp", "-bounces=x"},
		{"connect from localhost[127.0.0.1]", "", "localhost[127.0.0.1]"},
		{"from=prvs=1234567890=joe@corp.org", "joe@ corp.org", "from="},
		{"rfc822;Jané@müller.example.de", "Jan ller", "rfc822;"},
	} {
		got := testRedactor(t, All).Text(c.in)
		for _, word := range strings.Fields(c.gone) {
			if strings.Contains(got, word) {
				t.Errorf("%q became %q: %q is still there", c.in, got, word)
			}
		}
		for _, word := range strings.Fields(c.stays) {
			if !strings.Contains(got, word) {
				t.Errorf("%q became %q: %q is gone", c.in, got, word)
			}
		}
		if c.gone == "" && got != c.in {
			t.Errorf("%q became %q", c.in, got)
		}
	}
}

// TestKnown: what was learned is found without its form, in any case, but not
// inside of words.
func TestKnown(t *testing.T) {
	r := testRedactor(t, All)
	r.Learn(QueueIDs, "4F2A1C8")
	r.Learn(Hosts, "WIN-7KQ2")
	r.Learn(Addresses, "jane.doe@corp.org")
	for in, gone := range map[string]string{
		"2.0.0 Ok: queued as 4F2A1C8":    "4F2A1C8",
		"Hello win-7kq2, nice to meet":   "win-7kq2",
		"unknown user: JANE.DOE":         "JANE",
		"relaying denied for (corp.org)": "corp",
	} {
		if got := r.Text(in); strings.Contains(got, gone) {
			t.Errorf("%q became %q", in, got)
		}
	}
	for _, in := range []string{"x4F2A1C8", "4F2A1C8x", "WIN-7KQ2b"} {
		if got := r.Text(in); got != in {
			t.Errorf("%q became %q: that is another word", in, got)
		}
	}
}

// TestUsers: who logged in, as each product's log names them, is known in every
// other text; what is everybody's name is not.
func TestUsers(t *testing.T) {
	for _, line := range []string{
		"Nov 14 22:13:20 mx postfix/smtpd[7]: 4FF5A94: client=unknown[192.0.2.10], sasl_method=PLAIN, sasl_username=zaunkoenig",
		"Nov 14 22:13:20 mx postfix/smtpd[7]: warning: unknown[192.0.2.10]: SASL LOGIN authentication failed: x, sasl_username=zaunkoenig",
		"553 5.7.1 <a@b.example>: Sender address rejected: not owned by user zaunkoenig; from=<a@b.example>",
		"2023-11-14 22:13:20 login authenticator failed for (x) [192.0.2.10]: 535 Incorrect authentication data (set_id=zaunkoenig)",
		"2023-11-14 22:13:20 1r2abc-0000AB-CD <= a@b.example H=x [192.0.2.10] P=esmtpsa A=plain_server:zaunkoenig S=100",
		"Nov 14 22:13:20 mx sendmail[9]: AUTH=server, relay=x [192.0.2.10], authid=zaunkoenig, mech=LOGIN, bits=0",
		"Nov 14 22:13:20 mx sendmail[9]: AUTH failure (LOGIN): checkpass failed, user=zaunkoenig, relay=[192.0.2.10]",
		"Nov 14 22:13:20 mx smtpd[11]: 88166f7f21c951f4 smtp authentication user=zaunkoenig result=permfail",
		"Tue Nov 14 22:13:20 2023 Info: SMTP Auth: (ICID 7) failed for user: zaunkoenig",
		`2023-11-14T22:13:27.000Z,MX\Default,08D9,7,198.51.100.5:25,192.0.2.10:40000,*,,"Inbound AUTH LOGIN failed because of LogonDenied [User: CORP\zaunkoenig]"`,
		`2023-11-14T22:13:27.000Z,MX\Default,08D9,7,198.51.100.5:25,192.0.2.10:40000,*,CORP\zaunkoenig,authenticated`,
	} {
		r := testRedactor(t, All)
		r.LearnLine(line)
		for _, in := range []string{line, "235 2.7.0 Welcome zaunkoenig", "user Zaunkoenig."} {
			if got := r.Text(in); strings.Contains(strings.ToLower(got), "zaunkoenig") {
				t.Errorf("of %q: %q became %q", line, in, got)
			}
		}
	}
	r := testRedactor(t, All)
	r.LearnLine("postfix/smtpd[7]: 4FF5A94: client=unknown[192.0.2.10], sasl_username=admin")
	if got := r.Text("the admin was told"); got != "the admin was told" {
		t.Errorf("%q", got)
	}
}

// TestKinds: only the kinds asked for are replaced.
func TestKinds(t *testing.T) {
	const in = "joe@corp.org mx.corp.org 192.0.2.1 id=<7@corp.org> 4F2A1C8"
	for kinds, gone := range map[Kinds][]string{
		Addresses: {"joe"}, IPs: {"192.0.2.1"}, Hosts: {"mx.corp"}, QueueIDs: {"4F2A1C8"}, MessageIDs: {"<7@"},
	} {
		r := testRedactor(t, kinds)
		r.Learn(QueueIDs, "4F2A1C8")
		got := r.Text(in)
		for _, name := range []string{"joe", "mx.corp", "192.0.2.1", "<7@", "4F2A1C8"} {
			wanted := false
			for _, g := range gone {
				wanted = wanted || g == name
			}
			if strings.Contains(got, name) == wanted && !(kinds == Hosts && name != "mx.corp") && !(kinds == Addresses && name == "<7@") {
				t.Errorf("kinds %b: %q became %q; %q", kinds, in, got, name)
			}
		}
	}
}

func TestParseKinds(t *testing.T) {
	for in, want := range map[string]Kinds{"": All, "all": All, "ips": IPs, "Addresses, ips": Addresses | IPs, "queue-ids,message-ids,hosts": QueueIDs | MessageIDs | Hosts} {
		if got, bad := ParseKinds(in); got != want || bad != "" {
			t.Errorf("%q: %b %q", in, got, bad)
		}
	}
	if _, bad := ParseKinds("ips,phones"); bad != "phones" {
		t.Errorf("phones: %q", bad)
	}
}

// TestSubnets: two addresses share as many bits as their pseudonyms do (from
// the 16th on, where ranges that keep their meaning end), and stay in their
// range.
func TestSubnets(t *testing.T) {
	r := testRedactor(t, All)
	groups := [][]string{
		{"192.0.2.1", "192.0.2.2", "192.0.2.129", "192.0.3.1", "192.0.130.1"},
		{"10.1.2.3", "10.1.2.4", "10.1.3.3", "10.200.0.1"},
		{"2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db8:8000::1", "2a00::1"},
		{"fe80::1", "fe80::2:1"},
	}
	for _, g := range groups {
		for i := range g {
			for j := range i {
				a, b := netip.MustParseAddr(g[i]), netip.MustParseAddr(g[j])
				if want, got := shared(a, b), shared(r.IP(a), r.IP(b)); want >= 16 && want != got {
					t.Errorf("%s and %s share %d bits, %s and %s %d", a, b, want, r.IP(a), r.IP(b), got)
				}
			}
		}
	}
	for _, private := range []string{"10.1.2.3", "172.16.5.5", "192.168.7.7", "fd12::1"} {
		ip := netip.MustParseAddr(private)
		if got := r.IP(ip); !got.IsPrivate() || got == ip {
			t.Errorf("%s became %s", ip, got)
		}
	}
	for _, same := range []string{"127.0.0.1", "::1", "0.0.0.0", "::"} {
		if got := r.IP(netip.MustParseAddr(same)); got.String() != same {
			t.Errorf("%s became %s", same, got)
		}
	}
	if v4, mapped := r.IP(netip.MustParseAddr("192.0.2.1")), r.IP(netip.MustParseAddr("::ffff:192.0.2.1")); mapped.Unmap() != v4 {
		t.Errorf("mapped %s, plain %s", mapped, v4)
	}
}

func shared(a, b netip.Addr) (n int) {
	x, y := a.AsSlice(), b.AsSlice()
	for n < len(x)*8 && x[n/8]>>(7-n%8)&1 == y[n/8]>>(7-n%8)&1 {
		n++
	}
	return n
}

// TestKeys: the same key gives the same pseudonyms, another one others, and
// no text of a Redactor has the key.
func TestKeys(t *testing.T) {
	const secret = "0123456789abcdef-secret"
	a, b := New(testKey(t, secret), All), New(testKey(t, secret+"\n"), All)
	other := New(testKey(t, secret+"x"), All)
	const in = "joe@corp.org 192.0.2.1 mx.corp.org"
	if a.Text(in) != b.Text(in) || a.Fingerprint() != b.Fingerprint() {
		t.Error("the same key gives other pseudonyms")
	}
	if a.Text(in) == other.Text(in) || a.Fingerprint() == other.Fingerprint() {
		t.Error("another key gives the same pseudonyms")
	}
	if x, y := New(RandomKey(), All), New(RandomKey(), All); x.Text(in) == y.Text(in) {
		t.Error("two random keys are the same")
	}
	key := testKey(t, secret)
	if s := fmt.Sprintf("%v %+v %#v %s", key, key, key, a.Fingerprint()); strings.Contains(s, "secret") || strings.Contains(s, "[") {
		t.Errorf("a key shows: %s", s)
	}
	if _, err := NewKey([]byte("short")); err == nil || strings.Contains(err.Error(), "short\"") {
		t.Errorf("a short key: %v", err)
	}
}

// TestSession: nothing of the session is left, and the session is untouched.
func TestSession(t *testing.T) {
	s := planted("jane.doe", "corp.org", "mx7", "192.0.2.99", "4F2A1C8B", "m20260102")
	before, _ := json.Marshal(s)
	r := testRedactor(t, All)
	got, err := json.Marshal(r.Session(s))
	if err != nil {
		t.Fatal(err)
	}
	if after, _ := json.Marshal(s); string(after) != string(before) {
		t.Error("the session itself was changed")
	}
	for _, name := range []string{"jane", "doe", "corp.org", "mx7", "192.0.2.99", "4F2A1C8B", "m20260102"} {
		if strings.Contains(strings.ToLower(string(got)), strings.ToLower(name)) {
			t.Errorf("%q is still in %s", name, got)
		}
	}
	want := []Count{{"addresses", "mail address", 1}, {"ips", "IP address", 1}, {"message-ids", "Message-ID", 1}, {"queue-ids", "queue id", 1}}
	var counts []Count
	for _, c := range r.Counts() {
		if c.Kind != "hosts" {
			counts = append(counts, c)
		}
	}
	counts[0].N = min(counts[0].N, 1) // the local part alone counts too
	counts[0].Name = "mail address"
	if !reflect.DeepEqual(counts, want) {
		t.Errorf("counts %v, want %v", counts, want)
	}
}

// planted is a session that has the names in every field that can hold one.
func planted(local, domain, host, ip, queue, id string) *session.Session {
	address, fqdn, mid := local+"@"+domain, host+"."+domain, "<"+id+"@"+domain+">"
	all := strings.Join([]string{address, fqdn, ip, "queued as " + queue, "message-id=" + mid, local, host}, " ")
	addr, _ := netip.ParseAddr(ip)
	end := session.Endpoint{IP: addr, Port: 25}
	return &session.Session{
		Record: session.Record{
			Source: "/var/" + fqdn + "/capture.pcap", Client: end, Server: end,
			Origin: &session.Origin{By: "proxy", IP: addr, Name: fqdn},
			Banner: &session.Banner{Code: 220, Text: fqdn + " ESMTP " + ip}, Hello: &session.Hello{Verb: "EHLO", Name: fqdn, Extensions: []string{"X " + all}},
			TLS: &session.TLS{SNI: fqdn},
			Messages: []*session.Message{{From: &address, QueueID: queue, MessageID: mid, Reply: &session.Reply{Code: 250, Text: all},
				Recipients: []*session.Recipient{{Address: address, Text: all, Final: &session.Reply{Text: all}}}}},
			Ended:    session.Ended{Unasked: &session.Unasked{Text: all}},
			Findings: []session.Finding{{Summary: all, Against: all, Elsewhere: all, Advice: all}},
			Gateways: map[string]string{"Postfix": all}, Notes: []string{all},
			Log: &session.Log{Gateway: fqdn, Difference: all, Words: all, Connection: all, Messages: []string{queue}, Reason: all,
				Candidates: []session.LogCandidate{{Connection: all, Messages: []string{queue}, File: "/log/" + fqdn}},
				Entries:    []session.LogEntry{{File: "/log/" + fqdn + "/maillog", Text: "Jan  2 03:04:05 " + host + " postfix/smtpd[1]: " + all}}},
		},
		Events: []session.Event{{Text: "MAIL FROM:<" + address + ">"}, {Text: "250-" + all + "\n250 " + all}},
	}
}

// TestLongNames: of a name that no host has and no server takes nothing stays
// either, wherever it stands.
func TestLongNames(t *testing.T) {
	for _, n := range []int{maxName - 1, maxName, maxName + 1, 5000} {
		name := strings.Repeat("Ab cd", n/5+1)[:n-len("needle")] + "needle"
		r := New(testKey(t, "0123456789abcdef"), All)
		r.LearnCommand("EHLO " + name)
		for _, text := range []string{name, "EHLO " + name + "\r\n250 ok", "250 hello " + strings.ToUpper(name) + ", pleased"} {
			for what, got := range map[string]string{"a text": r.Text(text), "a stream": string(r.Stream([]byte(text)))} {
				if strings.Contains(strings.ToLower(got), "cdab cd") || strings.Contains(strings.ToLower(got), "needle") {
					t.Errorf("a name of %d bytes: in %s it became %.60q … %.60q", n, what, got, got[max(0, len(got)-60):])
				}
				if rest := strings.HasSuffix(text, "250 ok"); rest && !strings.HasSuffix(got, "\r\n250 ok") {
					t.Errorf("a name of %d bytes took the next line with it: %.60q", n, got[max(0, len(got)-60):])
				}
			}
			if got := r.Stream([]byte(text)); len(got) != len(text) {
				t.Errorf("a stream of %d bytes became %d", len(text), len(got))
			}
		}
	}
}

// FuzzSession plants names made of what the fuzzer gives: none of them is left,
// the same again gives the same, and streams keep their length.
func FuzzSession(f *testing.F) {
	f.Add("jane.doe", "corp", "mx7", uint32(0xc0000263), "4F2A1C8B", "key")
	f.Add("o'neil+tag", "xn--mller-kva", "host-1", uint32(0x0a000001), "10HmaX-000000005vi-0000", "")
	f.Add("zoë", "müller", "WIN-A", uint32(1), "k9sm10841846wro.80", "x")
	f.Fuzz(func(t *testing.T, local, domain, host string, ip uint32, queue, key string) {
		local, domain, host, queue = word(local, ".+'-_"), word(domain, "-"), word(host, "-"), word(queue, ".-")
		for _, w := range []string{local, domain, host, queue} {
			if len(w) < 5 || words[strings.ToLower(w)] || allDigits(w) {
				t.Skip()
			}
		}
		key = key[:min(len(key), maxKey/2)]
		addr := netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)})
		if addr.IsLoopback() || ip>>24 == 0 || ip == 1<<32-1 {
			t.Skip()
		}
		s := planted(local, domain+".org", host, addr.String(), queue, "m"+queue+"1")
		r := New(testKey(t, "0123456789abcdef"+key), All)
		got, _ := json.Marshal(r.Session(s))
		again, _ := json.Marshal(New(testKey(t, "0123456789abcdef"+key), All).Session(s))
		if string(got) != string(again) {
			t.Fatalf("the same key and session give\n%s\n%s", got, again)
		}
		for _, name := range []string{local + "@", "@" + domain, host + "." + domain, " " + addr.String() + " ", "queued as " + queue + " "} {
			if strings.Contains(strings.ToLower(string(got)), strings.ToLower(name)) {
				t.Errorf("%q is still in %s", name, got)
			}
		}
		for _, e := range s.Events {
			if n := len(r.Stream([]byte(e.Text))); n != len(e.Text) {
				t.Errorf("a stream of %d bytes became %d", len(e.Text), n)
			}
		}
	})
}

// word keeps letters, digits and some more of what the fuzzer gave; it begins
// and ends with a letter or digit.
func word(s, more string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && inName(byte(r)) || r >= 0xc0 && r < 0x250 || strings.ContainsRune(more, r) {
			return r
		}
		return -1
	}, s)
	for strings.Contains(s, "..") {
		s = strings.ReplaceAll(s, "..", ".")
	}
	return strings.Trim(s[:min(len(s), 30)], more+"\xc3\xc4\xc5\xc6\xc7\xc8\xc9")
}

// FuzzStream: whatever the bytes are, as many come back, and their line ends
// stand where they stood.
func FuzzStream(f *testing.F) {
	for _, s := range []string{"MAIL FROM:<joe@corp.org>\r\n", "250-mx.corp.org [192.0.2.1]\r\n250 ::1\r\n", "a@b", "@@..", "\"@x", "<@a,@b:c@d>", "1.2.3.4:5", "[IPv6:2001:db8::1]"} {
		f.Add([]byte(s))
	}
	r := New(RandomKey(), All)
	f.Fuzz(func(t *testing.T, b []byte) {
		got := r.Stream(b)
		if len(got) != len(b) {
			t.Fatalf("%q became %q", b, got)
		}
		for i := range b {
			if (b[i] == '\n') != (got[i] == '\n') {
				t.Fatalf("%q became %q: a line end moved", b, got)
			}
		}
		walked := forms{text: string(b)}
		for i := range b { // what is found does not hang on where the search began
			fresh := forms{text: string(b)}
			n, kind := walked.at(i)
			if m, other := fresh.at(i); n != m || kind != other {
				t.Fatalf("%q: at %d %d bytes of kind %v, looked at alone %d of %v", b, i, n, kind, m, other)
			}
		}
		if text := r.Text(string(b)); strings.Count(text, "\n") != strings.Count(string(b), "\n") {
			t.Fatalf("%q became %q", b, text)
		}
	})
}

// TestNothingStays: over many keys an address keeps none of its bits more often
// than chance has it, and never all of them.
func TestNothingStays(t *testing.T) {
	const keys = 2000
	for _, in := range []string{"10.0.0.1", "192.0.2.1", "2001:db8::1"} {
		ip := netip.MustParseAddr(in)
		before := ip.AsSlice()
		kept := make([]int, len(before)*8)
		for i := range keys {
			s := newScrambler(testKey(t, fmt.Sprintf("0123456789abcdef%d", i)))
			out := s.addr(ip)
			if out == ip {
				t.Errorf("%s became itself", ip)
			}
			after := out.AsSlice()
			for j := range kept {
				if before[j/8]>>(7-j%8)&1 == after[j/8]>>(7-j%8)&1 {
					kept[j]++
				}
			}
		}
		for j := 10; j < len(kept); j++ { // the first ones tell the range
			if kept[j] < keys/2-200 || kept[j] > keys/2+200 {
				t.Errorf("%s: bit %d stayed with %d of %d keys", ip, j, kept[j], keys)
			}
		}
	}
}

// TestHalfGreeting: a server whose greeting never ended has no banner, and its
// name need not look like one.
func TestHalfGreeting(t *testing.T) {
	r := testRedactor(t, All)
	s := &session.Session{Events: []session.Event{{Kind: session.EventNote, Text: session.NoteHalfGreeting + ", code 220: Klappstuhl ESMTP"}}}
	got := r.Session(s).Events[0].Text
	if strings.Contains(got, "Klappstuhl") || !strings.HasSuffix(got, " ESMTP") || !strings.HasPrefix(got, session.NoteHalfGreeting) {
		t.Errorf("%q became %q", s.Events[0].Text, got)
	}
}

// TestParameters: whom a transaction's parameters and the server's words about them
// name is replaced in all that is shown.
func TestParameters(t *testing.T) {
	s := &session.Session{Events: []session.Event{
		{Kind: session.EventCommand, Text: "MAIL FROM:<jane@corp.org> AUTH=janedoe+40corp.org ENVID=QQ314159 RET=HDRS"},
		{Kind: session.EventReply, Text: "553 5.7.1 <jane@corp.org>: Sender address rejected: not owned by user jdoe7"},
		{Kind: session.EventCommand, Text: "RCPT TO:<bob@corp.org> ORCPT=rfc822;robert+2Bx@corp.org"},
		{Kind: session.EventReply, Text: "550 5.1.1 no robert+x, JDOE7 asked for QQ314159 and janedoe"},
	}}
	var all strings.Builder
	for _, e := range testRedactor(t, All).Session(s).Events {
		all.WriteString(e.Text + "\n")
	}
	for _, name := range []string{"jane", "janedoe", "QQ314159", "jdoe7", "JDOE7", "robert"} {
		if strings.Contains(all.String(), name) {
			t.Errorf("%s is still there:\n%s", name, all.String())
		}
	}
	for _, word := range []string{"AUTH=", "ENVID=", "ORCPT=rfc822;", "RET=HDRS", "not owned by user "} {
		if !strings.Contains(all.String(), word) {
			t.Errorf("%s is gone:\n%s", word, all.String())
		}
	}
}
