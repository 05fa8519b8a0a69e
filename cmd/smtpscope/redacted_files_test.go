package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// nameless is a session in which the client names itself and others in
// commands that come to nothing, so that no field of the record has them.
const nameless = `
client 192.0.2.77:41000
server 198.51.100.5:25
handshake
S: 220 mx.example.com ESMTP
C: EHLO WERNERS-LAPTOP
S: 554 5.7.1 werners-laptop is not welcome
C: HELO Klappstuhl Drei
S: 554 5.7.1 Klappstuhl Drei: go away
C: VRFY quastenflosser
S: 252 2.0.0 who is quastenflosser
C: MAIL FROM:<zwergdackel>
S: 503 5.5.1 Error: send HELO first, zwergdackel
C fin
S fin
`

// namesOfTheDemo are what the demo's capture and log name.
var namesOfTheDemo = []string{"198.18.1.", "192.0.2.25", "alice", "bob@", "mx1", "example.net", "example.org", "client-3",
	"4FF5A94", "9955D93", "06F7595", "B593A96", "EB00791", "normal.1.1", "rst-mid-data.1.1", "fin-mid-data.1.1"}

// TestRedactedFiles searches every file that report and extract write with
// --redact for every name of the input: of packets, log lines, EHLO, banners,
// the names of the files and of their folders, and the filters that were typed.
func TestRedactedFiles(t *testing.T) {
	in, out := filepath.Join(t.TempDir(), "globex-corp"), t.TempDir()
	if err := os.Mkdir(in, 0o700); err != nil {
		t.Fatal(err)
	}
	capture, log, odd := filepath.Join(in, "dump-mx1.example.org-2026.pcap"), filepath.Join(in, "mx1.example.org.log"), filepath.Join(in, "odd.pcap")
	for from, to := range map[string]string{"capture.pcap": capture, "gateway.log": log} {
		b, err := os.ReadFile(filepath.Join(casesDir, "demo", from))
		if err == nil {
			err = os.WriteFile(to, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	script := filepath.Join(in, "nameless.txt")
	if err := os.WriteFile(script, []byte(nameless), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeWire(script, odd, ""); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		args  []string
		names []string
	}{
		"demo": {[]string{capture, "--log", log, "--client", "198.18.0.0/15", "--from", "ali,@example.net"}, append([]string{"globex", "--from ali"}, namesOfTheDemo...)},
		"id":   {[]string{capture, "--log", log, "--id", "4FF5A94"}, append([]string{"globex"}, namesOfTheDemo...)},
		"odd":  {[]string{odd, "--client", "192.0.2.77"}, []string{"globex", "192.0.2.77", "198.51.100.5", "mx.example", "werner", "laptop", "klappstuhl", "drei", "quastenflosser", "zwergdackel"}},
	} {
		for _, form := range append([]string{"zip", "pcapng"}, reportFormats...) {
			file := filepath.Join(out, name+"."+form)
			args := append([]string{"report", "-q", "--redact"}, one.args...)
			switch form {
			case "zip":
				args = append(args, "--bundle", file)
			case "pcapng":
				if name != "odd" { // what a log knows is not known to extract
					continue
				}
				args = append(append([]string{"extract"}, args[1:]...), "-o", file)
			default:
				args = append(args, "-o", file)
			}
			if r := invoke(nil, args...); r.code != exitDone {
				t.Fatalf("%q: %d\n%s", args, r.code, r.stderr)
			}
			named(t, file, one.names)
		}
	}
}

// aFingerprint is what a pseudonym's key is shown as, in which anything may
// stand.
var aFingerprint = regexp.MustCompile(`\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b`)

// named searches a finished file, and all files of a zip, for names.
func named(t *testing.T, file string, names []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{filepath.Base(file): string(b)}
	if filepath.Ext(file) == ".zip" {
		parts = unzipped(t, b)
	}
	for part, text := range parts {
		text = strings.ToLower(aFingerprint.ReplaceAllString(text, ""))
		for _, name := range names {
			if at := strings.Index(text, strings.ToLower(name)); at >= 0 {
				t.Errorf("%s, %s: %q in %q", filepath.Base(file), part, name, text[max(0, at-60):min(len(text), at+60)])
			}
		}
		if len(text) == 0 {
			t.Errorf("%s: %s is empty", filepath.Base(file), part)
		}
	}
}
