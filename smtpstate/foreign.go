package smtpstate

import (
	"bytes"
	"strings"
)

// What comes where a command is due and is none may be anything: a password
// whose AUTH went wrong, a line of a body whose DATA was refused. Of such lines
// only words are kept that say what went wrong: those of other protocols, and
// commands that were mistyped. That a word looks harmless is not enough: passwords
// do too.

// foreign are first words of other protocols that are met on mail ports (RFC
// 9110 section 9.3, RFC 1939, RFC 3501 section 6, RFC 959 section 4.1, RFC 3261
// section 7.1), and of mail servers that have more than the standard asks for
// (sendmail's and Exchange's X commands; RFC 821's relatives of MAIL stand in the table, its
// TURN, which takes no argument and which nobody offers any more, here).
var foreign = wordSet(
	"GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "TRACE", "PATCH", "PROPFIND",
	"USER", "PASS", "CAPA", "UIDL", "STAT", "LIST", "RETR", "DELE", "APOP", "STLS",
	"LOGIN", "LOGOUT", "CAPABILITY", "SELECT", "FETCH", "IDLE", "NAMESPACE",
	"PORT", "PASV", "EPSV", "TYPE", "SYST", "FEAT", "OPTS", "ACCT",
	"INVITE", "REGISTER", "DESCRIBE", "PING", "INFO", "PROXY",
	"ONEX", "VERB", "XVRB", "XUSR", "XADR", "XEXCH", "XSHADOW", "XPROXY", "XSESSION", "XMSG", "XRCPT", "XTND", "XAUTH",
	"DEBUG", "SHOWQ", "TICK", "EXIT", "CLOSE", "BYE", "HELLO", "DSN", "TURN",
)

// carrying are those of them behind which credentials stand: what servers say of
// anything is searched for these.
var carrying = wordSet("USER", "PASS", "APOP", "LOGIN", "ACCT", "XAUTH", "PROXY")

func wordSet(words ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		set[w] = true
	}
	return set
}

// knownWord reports whether the first word of a line that is no command may be
// kept: letters of one case that are a word of another protocol, or a verb with
// one letter wrong, missing, too many, or two in the wrong order.
func knownWord(word []byte) bool {
	if len(word) < 3 || len(word) > 12 {
		return false
	}
	upper := isUpper(word[0])
	for _, b := range word {
		if upper && !isUpper(b) || !upper && !isLower(b) {
			return false
		}
	}
	name := string(upperVerb(word))
	if foreign[name] || strings.Trim(name, name[:1]) == "" { // AAAA: somebody's try
		return true
	}
	for i := range rows {
		if mistyped(string(rows[i].verb), name) {
			return true
		}
	}
	return false
}

// masked reports whether a word is what a firewall makes of a command that it
// does not let through.
func masked(word []byte) bool { return len(word) >= 4 && len(bytes.Trim(word, "X")) == 0 }

// mistyped reports whether two words are one slip of a finger apart.
func mistyped(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
