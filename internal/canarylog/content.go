package canarylog

import (
	"slices"
	"strings"
)

// lines of a mail's content; {P} is a secret.
var contents = []string{
	"Subject: {P}", "X-Password: {P}", "From: {P} <a@example.com>", "", "{P}", "{P} {P}", " {P}", "..{P}", ".{P}", "mail {P}", "MAIL {P}", "help {P}", "QUIT {P}", "quit {P}", "DATA {P}", "AUTH PLAIN {P}", "AUTH {P}", "250 {P}", "354 {P}", "221 {P}",
	"Hi {P},", "-- {P}", "> {P}", "< {P}", "{P}: {P}", "RSET {P}", "NOOP {P}", "EHLO {P}", "HELO {P}", "ehlo {P}", "VRFY {P}", "ETRN {P}", "RCPT TO:<{P}@example.org>", "Jan  2 03:04:05 {P} x: {P}", "220 {P}", "{P}.", "=", "BDAT {P}", "XFORWARD NAME={P}",
}

// ambiguous lines are commands wherever they are not known to be content.
var ambiguous = []string{"EHLO {P}", "HELO {P}", "ehlo {P}", "ETRN {P}", "XFORWARD NAME={P}", "RCPT TO:<{P}@example.org>", "VRFY {P}"}

// lines are some of a mail; astray are those that nobody asked for.
func (t *talk) lines(astray bool) (list []string) {
	for range 1 + t.r.IntN(6) {
		s := t.newSecret()
		form := contents[t.r.IntN(len(contents))]
		for (astray || t.lossy) && slices.Contains(ambiguous, form) {
			form = contents[t.r.IntN(len(contents))]
		}
		list = append(list, strings.ReplaceAll(form, "{P}", s.plain))
	}
	return list
}

func (t *talk) envelope() {
	t.c("MAIL FROM:<a@example.com> SIZE=100")
	t.s("250 2.1.0 Ok")
	t.c("RCPT TO:<b@example.org>")
	t.s("250 2.1.5 Ok")
}

func (t *talk) mail() {
	t.envelope()
	t.c(t.one("DATA", "data", "DATA "))
	t.s(t.one("354 End data with <CR><LF>.<CR><LF>", "354 go", "354"))
	if t.body {
		t.c("Received: from x")
		for _, line := range t.lines(false) {
			t.c(line)
		}
		if t.chance(5) { // the server has had enough, and the client goes on
			t.s("552 5.3.4 too much")
			for _, line := range t.lines(true) {
				t.c(line)
			}
		}
	}
	if !t.chance(6) {
		t.c(".")
	}
	s := t.newSecret()
	t.s(t.one("250 2.0.0 Ok: queued as 4FF5A94", "554 5.7.1 no", "421 4.4.2 timeout", t.finds("554 5.6.0 content", s.plain, s)[:len("554 5.6.0 content")]))
}

func (t *talk) chunks() {
	t.envelope()
	for _, head := range []string{"BDAT 100", "BDAT 33 LAST"} {
		t.c(head)
		if t.body {
			for _, line := range t.lines(false) {
				t.c(line)
			}
		}
		t.s("250 2.0.0 Ok")
	}
}

// withdrawn: DATA is refused, and the content comes all the same.
func (t *talk) withdrawn() {
	t.envelope()
	t.c("DATA")
	if t.body {
		for _, line := range t.lines(true) {
			t.c(line)
		}
	}
	t.s(t.one("554 5.5.1 Error: no valid recipients", "503 5.5.1 no", "451 4.3.0 later"))
	if t.body {
		for _, line := range t.lines(true) {
			t.c(line)
		}
		t.c(".")
		t.s("502 5.5.2 Error: command not recognized")
	}
}
