package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/session"
)

// trialExplained are the streams of the public captures of which the commands
// or codes that somebody else read differ from ours, and why.
var trialExplained = map[string]string{
	"PcapPlusPlus/Packet++Test__PacketExamples__Smtp.pcap 0": "smtpscope is right: the same addresses meet again 14 years later: that EHLO is another session's",
	"suricata-verify/smtp-bdat-bad-tail-next-mail.pcap 0":    "smtpscope is right: the second BDAT stands in what the client sent as content of the first, after the refusal",
	"suricata-verify/smtp-bug-5989.pcap 0":                   "both are right: the server's segments all begin at one sequence number; no 354 came, so QUIT stands in bytes that wait for it",
	"suricata-verify/smtp-bug-6053.pcap 0":                   "both are right: the greeting has no line end; the 250 behind it is a reply of its own",
	"suricata-verify/smtp-long-command.pcap 0":               "smtpscope is right: QUIT answers a 334: inside an AUTH exchange every line is a response (RFC 4954 section 4)",
	"zeek/smtp__smtp-bdat-cmd-invalid.pcapng 0":              "smtpscope is right: a BDAT without an argument is a command too",
	"zeek/smtp__smtp-bdat-cmd-invalid.pcapng 1":              "smtpscope is right: BDAT 1234 SCRAMBLE announced 1234 bytes, and QUIT is among them",
}

// TestTrialTruth holds the commands and reply codes of every public capture
// against those that an independent reading found at the line starts
// (../shared/pcaps/truth.tsv). It runs under make trial.
func TestTrialTruth(t *testing.T) {
	if os.Getenv("SMTPSCOPE_TRIAL") != "1" {
		t.Skip("runs with SMTPSCOPE_TRIAL=1, where ../shared is")
	}
	dir := filepath.Join("..", "..", "..", "shared", "pcaps")
	compared := 0
	defer func() { t.Logf("compared\tcommands and codes\t%d sessions", compared) }()
	for _, row := range truthRows(t, filepath.Join(dir, "truth.tsv")) {
		path := filepath.Join(dir, row["file"])
		if _, err := os.Stat(path); err != nil || row["kind"] != "smtp" {
			continue
		}
		name := row["file"] + " " + row["stream"]
		verbs, codes := spoken(t, path, row["client"], row["server"])
		got := verbs + " / " + codes
		want := row["raw_verbs_at_line_start"] + " / " + row["raw_final_reply_codes"]
		compared++
		switch why := trialExplained[name]; {
		case got == want:
		case why == "":
			t.Errorf("%s\n got %s\nwant %s", name, got, want)
		default:
			t.Logf("difference\tcommands and codes\t%s stream %s\t%s, other reading %s\t%s", row["file"], row["stream"], got, want, why)
		}
	}
}

func truthRows(t *testing.T, path string) (rows []map[string]string) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	head, err := r.Read()
	for err == nil {
		var fields []string
		if fields, err = r.Read(); err == nil {
			row := map[string]string{}
			for i, v := range fields {
				row[head[i]] = v
			}
			rows = append(rows, row)
		}
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	return rows
}

// spoken gives the verbs and the reply codes of one session, runs as VERB*n.
func spoken(t *testing.T, path, client, server string) (verbs, codes string) {
	r, err := capture.Open(capture.Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var said, answered []string
	tracker := session.NewTracker(session.Config{Events: true, Emit: func(s *session.Session) {
		if s.Record.Client.String() != client || s.Record.Server.String() != server {
			return
		}
		for _, e := range s.Events {
			switch e.Kind {
			case session.EventCommand:
				if verb, _, _ := strings.Cut(e.Text, " "); !strings.HasPrefix(verb, "<") {
					said = append(said, strings.ToUpper(verb))
				}
			case session.EventReply:
				answered = append(answered, e.Text[:3])
			}
		}
	}})
	for seg, err := r.Next(); err == nil; seg, err = r.Next() {
		tracker.Segment(seg)
	}
	tracker.Close()
	return runs(said), runs(answered)
}

func runs(words []string) string {
	var out []string
	for i := 0; i < len(words); {
		n := i
		for n < len(words) && words[n] == words[i] {
			n++
		}
		if word := words[i]; n-i > 1 {
			out = append(out, fmt.Sprintf("%s*%d", word, n-i))
		} else {
			out = append(out, word)
		}
		i = n
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, " ")
}
