package diagnosis

import (
	"slices"
	"strings"
	"testing"
)

// seedPhrases are all words of logs and products in the project's five
// reference articles (seeds 000 to 004), and the page that each leads to.
// Written by hand from the articles.
var seedPhrases = []struct{ seed, words, page string }{
	{"000", "Abort message", "abort-message"},
	{"000", `"Abort message" entries in Message Audit Log (MAL)`, "abort-message"},
	{"000", "Session Timeout", "symantec-session-timeout"},
	{"000", "Connection Timeout", "symantec-session-timeout"},
	{"000", "Enable Reverse DNS lookup", "symantec-session-timeout"},
	{"000", "Application Intelligence for SMTP within Checkpoint NG Firewall", "smtp-filtering-firewalls"},
	{"000", "Smart defense for SMTP within Checkpoint Firewalls", "smtp-filtering-firewalls"},
	{"000", "ESMTP Inspect on Cisco ASA 7.xx or later", "smtp-filtering-firewalls"},
	{"000", "Mailguard and ESMTP Inspect within Cisco PIX", "smtp-filtering-firewalls"},
	{"000", "Message Audit Log (MAL)", "abort-message"},
	{"000", "partial entries in the Mail Audit Log", "abort-message"},
	{"000", "Restart the SMG operating system", "abort-message"},
	{"001", "abort", "puremessage-abort"},
	{"001", "timeout errors in the message_log", "puremessage-abort"},
	{"001", "an abort entry in the message_log", "puremessage-abort"},
	{"001", "ABORT callback", "puremessage-abort"},
	{"001", "aborted messages", "puremessage-abort"},
	{"001", "milter_", "sendmail-milter"},
	{"002", "New SMTP ICID 10293 interface Management (192.168.0.199) address 192.168.0.200 reverse dns host ns.example.com verified no", "cisco-injection-lines"},
	{"002", "ICID 10293 RELAY SG RELAY_SG match 192.168.0.200 SBRs not enabled", "cisco-injection-lines"},
	{"004", "ICID 10293 RELAY SG RELAY_SG match 192.168.0.200 SBRS not enabled", "cisco-injection-lines"},
	{"002", "Thu Aug 14 11:04:51 2014 Info: Start MID 1404 ICID 10293", "cisco-injection-lines"},
	{"002", "Thu Aug 14 11:04:51 2014 Info: MID 1404 ICID 10293 From: <user@domain.com>", "cisco-injection-lines"},
	{"002", "Thu Aug 14 11:05:00 2014 Info: MID 1404 ICID 10293 RID 0 To: <end_user@example.com>", "cisco-injection-lines"},
	{"002", "Thu Aug 14 11:05:36 2014 Info: ICID 10293 lost", "cisco-icid-lost"},
	{"002", "Thu Aug 14 11:05:36 2014 Info: Message aborted MID 1404 Receiving aborted", "receiving-aborted"},
	{"002", "Thu Aug 14 11:05:36 2014 Info: Message finished MID 1404 aborted", "cisco-message-aborted"},
	{"002", "Thu Aug 14 11:05:36 2014 Info: ICID 10293 close", "cisco-icid-close"},
	{"002", "Wed Aug 20 22:25:07 2014 Info: Message aborted MID 1558778 Receiving aborted", "receiving-aborted"},
	{"002", "Thu Aug 14 13:09:06 2014 Info: Message aborted MID 1412 Receiving aborted by sender", "receiving-aborted-by-sender"},
	{"002", "「Receiving aborted」", "receiving-aborted"},
	{"002", "MID XXX Receiving aborted", "receiving-aborted"},
	{"002", "「MID XXX Receiving aborted by sender」", "receiving-aborted-by-sender"},
	{"002", "インバウンド接続失敗のタイムアウト", "cisco-inbound-timeout"},
	{"002", "インジェクション デバッグ ログ", "cisco-injection-debug-log"},
	{"003", "421 4.4.0 Unable to connect to DNS - try again later", "symantec-ptr-failure"},
	{"003", "554 5.1.2 Recipient address rejected: User unknown", "symantec-ptr-failure"},
	{"002", "アプライアンスでパケット キャプチャを実行する", "cisco-injection-debug-log"},
	{"004", "exécuter une capture de paquet sur l'appliance", "cisco-injection-debug-log"},
	{"003", "a DNS PTR record lookup results in failure", "symantec-ptr-failure"},
	{"003", "Mail Acceptance list", "symantec-ptr-failure"},
	{"004", "réception abandonnée", "receiving-aborted"},
	{"004", "La « réception du MID XXX abandonnée »", "receiving-aborted"},
	{"004", "« réception abandonnée par l'expéditeur »", "receiving-aborted-by-sender"},
	{"004", "« délai d'attente pour les connexions entrantes infructueuses »", "cisco-inbound-timeout"},
	{"004", "L'injection mettent au point des logs", "cisco-injection-debug-log"},
}

// TestSeedPhrases: every vendor phrase has its page.
func TestSeedPhrases(t *testing.T) {
	for _, c := range seedPhrases {
		checkPage(t, c.words, c.page)
	}
}

// TestFindArticles: other products' lines, names of pages, and near misses.
func TestFindArticles(t *testing.T) {
	for _, c := range []struct{ words, page string }{
		{"receiving ABORTED", "receiving-aborted"},
		{"  Receiving   aborted by sender ", "receiving-aborted-by-sender"},
		{"RECEIVING-ABORTED", "receiving-aborted"},
		{"MID-DATA", "mid-data"},
		{"data", "mid-data"},
		{"before data", "before-data"},
		{"rst", "rst"},
		{"connection-refused", "connection-refused"},
		{"ICID lost", "cisco-icid-lost"},
		{"Abort message (message timed out)", "abort-message-timed-out"},
		{"ML-REJECT: Rejection on: 192.0.2.123:25, sent to host: 198.51.100.124:15154, Audit ID ac110023-b3, 421 4.4.2 service timed out.#015", "abort-message-timed-out"},
		{"2007-01-27T16:48:58 q=i0S0miXk018339 f=<a@example.com> a=d/abort", "puremessage-abort"},
		{"s1IHYWxQ005589: Milter (pmx): timeout before data read, where=eom", "sendmail-milter"},
		{"milter_read(pmx): socket closed", "sendmail-milter"},
		{"Feb 18 12:34:44 server sm-mta[5589]: s1IHYWxQ005589: lost input channel from [198.51.100.74] to MTA after rcpt", "sendmail-lost-input-channel"},
		{"s1IHYWxQ005589: collect: premature EOM: Connection reset by mail.example.org", "sendmail-premature-eom"},
		{"SYSERR(root): collect: relay=mail.example.org, from=<a@example.org>, info=read timeout", "sendmail-premature-eom"},
		{"to=<b@example.org>, delay=00:00:00, pri=0, stat=aborted by sender", "sendmail-aborted-by-sender"},
		{"Oct  8 19:16:18 mx1 postfix/smtpd[1991]: lost connection after DATA (0 bytes) from mail.example.com[198.51.100.3]", "postfix-lost-connection"},
		{"timeout after END-OF-MESSAGE from mail.example.com[198.51.100.3]", "postfix-timeout"},
		{"421 4.7.0 mx.example.org Error: too many errors", "postfix-too-many-errors"},
		{"unexpected disconnection while reading SMTP command from (x) [198.51.100.254] (error: Connection reset by peer)", "exim-unexpected-disconnection"},
		{"SMTP connection from (c) [198.51.100.2] lost D=0s", "exim-unexpected-disconnection"},
		{"SMTP connection from (c) [198.51.100.2] lost while reading message data (header)", "exim-lost-while-reading"},
		{"1xVD1D-00001n-0g SMTP connection lost after final dot H=(c) [198.51.100.55]:20056 P=esmtp", "exim-lost-after-final-dot"},
		{"SMTP data timeout (message abandoned) on connection from (c) [198.51.100.2] F=<a@example.net>", "exim-timeout"},
		{`88166f7f21c951f4 smtp disconnected reason="io-error: Connection reset by peer"`, "opensmtpd-disconnected"},
		{`2024-03-13T09:01:19.461Z,C,08DC,13,192.0.2.25:25,198.51.100.30:62136,-,,Remote(ConnectionReset)`, "exchange-disconnected"},
		{"ICID 3 disconnected address 198.51.100.9, no messages injected within timeout period", "cisco-inbound-timeout"},
		{"421", "reply-421"},
		{"450 4.2.0 try later", "reply-450"},
		{"550-5.7.1 no", "reply-550"},
		{"5.7.1", "reply-enhanced"},
		{"warning: 198.51.100.9 said: 552 5.3.4 big", "reply-552"},
		{"450 4.7.1 Greylisted", "greylisted"}, // a phrase says more than a code
		{"354", "reply-positive"},
	} {
		checkPage(t, c.words, c.page)
	}
	for _, words := range []string{"", "  ", "5.7", "5.7.1.2", "198.51.100.9", "5.a.1", "600", "4210", "x421", "mid-dat", "aborting", "unabortable", "xyzzy", "connect from mail.example.org", "Receiving"} {
		if found := FindArticles(words); len(found) > 0 {
			t.Errorf("%q leads to %s", words, found[0].Key)
		}
	}
}

func checkPage(t *testing.T, words, page string) {
	t.Helper()
	found := FindArticles(words)
	if len(found) == 0 || found[0].Key != page {
		var keys []string
		for _, a := range found {
			keys = append(keys, a.Key)
		}
		t.Errorf("%q leads to %v, want %s", words, keys, page)
	}
}

// recordWords are the words of the tables in docs/record.md.
var recordWords = map[ArticleKind][]string{
	PhaseArticle:   {"connect", "banner", "hello", "tls-handshake", "tls", "auth", "ready", "mail", "rcpt", "data-command", "data", "mid-data", "before-data", "dot", "unknown"},
	HowArticle:     {"quit", "fin", "rst", "syn-refused", "syn-unanswered", "silence", "replaced", "evicted", "capture-end"},
	OutcomeArticle: {"accepted", "refused", "rejected", "withdrawn", "unanswered", "aborted", "unknown", "abnormal"},
	SureArticle:    {"proven", "strong", "likely", "hint", "Proven", "How sure", "likely: it fits, and so may something else", "matched", "ambiguous"},
}

// TestVerdictWords: every word of a verdict has a page of its kind, by its own
// name.
func TestVerdictWords(t *testing.T) {
	for kind, words := range recordWords {
		for _, word := range words {
			found := FindArticles(word)
			if len(found) != 1 || found[0].Kind != kind && word != "unknown" {
				t.Errorf("%s %q leads to %v", kind, word, found)
			}
		}
	}
}

// TestArticleFields: related pages are there, kinds are known, and no name, and
// no phrase of the gateways' pages, belongs to two pages.
func TestArticleFields(t *testing.T) {
	kinds := []ArticleKind{CauseArticle, PhaseArticle, HowArticle, OutcomeArticle, SureArticle, ReplyArticle, WordsArticle}
	pages := Articles()
	owner := map[string]string{}
	for _, a := range pages {
		if !slices.Contains(kinds, a.Kind) {
			t.Errorf("%s: kind %q", a.Key, a.Kind)
		}
		if a.Kind == WordsArticle && len(a.Phrases) == 0 {
			t.Errorf("%s has no phrase", a.Key)
		}
		names := append([]string{a.Key}, a.Also...)
		if a.Kind == WordsArticle {
			names = append(names, a.Phrases...)
		}
		for _, name := range names {
			name = plainWords(name)
			if owner[name] != "" {
				t.Errorf("%q is of %s and %s", name, owner[name], a.Key)
			}
			owner[name] = a.Key
		}
		for _, key := range a.See {
			if !slices.ContainsFunc(pages, func(b Article) bool { return b.Key == key }) || key == a.Key {
				t.Errorf("%s: see %s", a.Key, key)
			}
		}
	}
}

// FuzzFindArticles: no words make it fail, blanks around them change nothing,
// and a line that has a page's phrase somewhere leads to a page.
func FuzzFindArticles(f *testing.F) {
	for _, c := range seedPhrases {
		f.Add(c.words, uint8(3))
	}
	f.Add("\xff…", uint8(0))
	f.Add("milter_…", uint8(200))
	pages := Articles()
	f.Fuzz(func(t *testing.T, words string, n uint8) {
		found := FindArticles(words)
		if padded := FindArticles("  " + words + "\n"); len(padded) != len(found) {
			t.Errorf("%q: %d pages, with blanks around it %d", words, len(found), len(padded))
		}
		page := pages[int(n)%len(pages)]
		for _, phrase := range page.Phrases {
			line := words + " " + strings.ReplaceAll(phrase, "…", " 1404 ") + " " + words
			if len(FindArticles(line)) == 0 {
				t.Errorf("%q has %q, and leads nowhere", line, phrase)
			}
		}
	})
}

// TestFindVerdict: what is shown of a session is explained as it stands, whole or
// in parts; a line of a log that holds such words is not taken for a verdict.
func TestFindVerdict(t *testing.T) {
	for words, want := range map[string]string{
		"before DATA (after RCPT)": "rcpt",
		"after the dot":            "dot",
		"after the mail":           "ready",
		"mid-DATA, inferred: FIN from client after 3.0 kB":                          "mid-data fin",
		"mid-DATA: RST from client after 20 kB, 0.3 s":                              "mid-data rst",
		"after the mail: QUIT from client, 1 accepted, 2 rejected with 550 and 451": "ready quit accepted rejected",
		"before DATA (after RCPT): QUIT from client, message withdrawn":             "rcpt quit withdrawn",
		"phase unknown: FIN from server":                                            "unknown fin",
		"no connection: SYN without answer":                                         "connect syn-unanswered",
		"SYN-ACK never acknowledged":                                                "syn-unanswered",
		"RST from client, 36.1 s":                                                   "rst",
		"still open when the capture ended":                                         "capture-end",
		"client":                                                                    "by",
		"server":                                                                    "by",
		"0.3 s after last byte":                                                     "pause",
		"30.0 s of silence":                                                         "pause",
		"came too late":                                                             "unanswered",
		"no mail (probe)":                                                           "probe",
		"inferred":                                                                  "inferred",
		"lost connection after DATA (20 bytes)":                                     "postfix-lost-connection",
	} {
		var keys []string
		for _, a := range FindArticles(words) {
			keys = append(keys, a.Key)
		}
		if got := strings.Join(keys, " "); got != want && !strings.HasPrefix(got, want+" postfix") {
			t.Errorf("%q leads to %q, want %q", words, got, want)
		}
	}
}
