package session

import "testing"

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name, server, client string
		want                 judgement
	}{
		{"nothing said", "", "", undecided},
		{"a greeting that names SMTP", "220 mx.example.com ESMTP\r\n", "", isMail},
		{"the name in the second word, lower case", "220 smtp.example.com ready\r\n", "", isMail},
		{"a greeting still being sent", "220 mx.example.com ES", "", undecided},
		{"FTP greets with 220 too", "220 ftp.example.com FTP server ready\r\n", "USER ann\r\n", isOther},
		{"a silent greeting, the client's hello decides", "220 ready\r\n", "EHLO ns.example.com\r\n", isMail},
		{"half of the hello", "220 ready\r\n", "EH", undecided},
		{"LMTP", "220 ready\r\n", "lhlo a\r\n", isMail},
		{"HTTP", "", "GET / HTTP/1.0\r\n", isOther},
		{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", "", isOther},
		{"two digits of a code", "22", "", undecided},
		{"another code", "554 no service\r\n", "", isOther},
		{"a PROXY header first", "", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", undecided},
		{"a hello without a greeting", "", "EHLO a\r\n", undecided},
	} {
		if got := judge([]byte(c.client), []byte(c.server)); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

func TestLooksLikeReply(t *testing.T) {
	for text, want := range map[string]bool{
		"220 x": true, "250-x": true, "354": true, "250\r\n": true,
		"22": false, "199 x": false, "600 x": false, "2500": false, "260 x": false, "EHLO": false,
	} {
		if got := looksLikeReply([]byte(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
