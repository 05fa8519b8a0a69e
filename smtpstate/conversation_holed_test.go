package smtpstate

// holedConversations: snap lengths and holes.
var holedConversations = []conversation{
	{"the rest of a reply comes behind a hole", `
		S: 220 mx
		C: EHLO x
		S+ 250-mx\r\n250-SIZE 1\r\n250-ET
		gap S 4
		S+ 250-8BITMIME\r\n250 PIPELINING\r\n | ready
		C: NOOP
		S: 250 ok
		= hello EHLO x 250 SIZE 1,8BITMIME,PIPELINING
	`},
	{"snap length of 96", `
		S+ 220 mx1.gateway.example ESMTP
		cut S 9 | hello
		C+ EHLO mail-1.client.example\r\n | hello
		S+ 250-mx1.gateway.example\r\n250-P
		cut S 160 | ready
		C+ MAIL FROM:<alice.normal@sende
		cut C 20 | mail
		S+ 250 2.1.0 Ok\r\n | mail
		C+ RCPT TO:<bob@example.org>\r\n | rcpt
		S+ 250 2.1.5 Ok\r\n | rcpt
		C+ DATA\r\n | data-command
		S+ 354 End data with <CR><LF>.<CR
		cut S 7 | data
		C+ Date: Sun, 22 Nov 2026 11:08:2
		cut C 500 | unknown
		C+ it, the quick brown fox jumps\r
		cut C 500 | unknown
		S+ 250 2.0.0 Ok: queued as 6F0DDA
		cut S 4 | ready
		C+ QUIT\r\n | ready
		S+ 221 2.0.0 Bye\r\n | ready
		= quit
		= hello EHLO mail-1.client.example 250
		= message ? 250 to <bob@example.org> 250 data 354 by DATA 1057 complete at-least final 250
	`},
	{"snap length of 68", `
		S+ 22
		cut S 30 | hello
		C+ EH
		cut C 20 | hello
		S+ 25
		cut S 160 | ready
		C+ MA
		cut C 40 | mail
		S+ 25
		cut S 10 | mail
		C+ RC
		cut C 40 | rcpt
		S+ 25
		cut S 10 | rcpt
		C+ DA
		cut C 4 | data-command
		S+ 35
		cut S 30 | data
		C+ Da
		cut C 498 | unknown
		C+ it
		cut C 498 | unknown
		S+ 25
		cut S 30 | ready
		C+ QU
		cut C 4 | ready
		S+ 22
		cut S 13 | ready
		= quit
		= message ? 2?? to ? 2?? data 354 by DATA 997 complete at-least final 2??
	`},
	{"LMTP, the reply to RCPT comes behind a hole of the server's", `
		S: 220 mx
		C: LHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		gap S 30 | rcpt!
		S: 250 ok | rcpt
		C: DATA
		S: 354 go
		C: .
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250/250 data 354 by DATA 0 complete final 250
	`},
	{"hole in content, content goes on", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 100 | unknown
		C+ more\r\n | data
		C+ .\r\n | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 110 complete at-least final 250
	`},
	{"hole in content hides the dot, QUIT follows", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 100 | unknown
		C: QUIT | unknown
		S: 250 ok | ready
		= quit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 101 complete at-least final 250
	`},
	{"hole in content, refused behind it", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 100 | unknown
		S: 550 no | unknown
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 101 complete at-least final 550
	`},
	{"hole in content, refused behind it, and QUIT", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 100 | unknown
		S: 550 no | unknown
		C: QUIT | ready
		S: 221 bye | ready
		= quit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 101 complete at-least final 550
	`},
	{"hole holds the dot and its reply", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 3 | unknown
		gap S 29 | unknown
		C: MAIL FROM:<e@f> | mail!
		S: 250 ok | mail
		C: RCPT TO:<g@h> | rcpt
		S: 250 ok | rcpt
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete at-least missed
		= message <e@f> 250 to <g@h> 250
	`},
	{"hole holds the dot, its reply and the next MAIL", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap S 43 | data
		gap C 33 | unknown
		C: RCPT TO:<g@h> | rcpt!
		S: 250 ok | rcpt
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete at-least missed
		= message ? - to <g@h> 250
	`},
	{"hole holds all up to the reply to the next MAIL", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap S 29 | data
		gap C 20 | unknown
		S: 250 2.1.0 Ok | mail
		C: RCPT TO:<g@h> | rcpt
		S: 250 2.1.5 Ok | rcpt
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete at-least missed
		= message ? 250 to <g@h> 250
	`},
	{"hole in content, then quoted SMTP", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 100 | unknown
		C: RSET | unknown
		C: MAIL FROM:<e@f> | unknown
		C: said the client | data
		C: . | dot
		S: 250 queued as ABC | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 144 complete at-least final 250
	`},
	{"hole hides AUTH, 334 shows it", `
		S: 220 mx
		C: EHLO x
		S: 250 AUTH PLAIN | ready
		gap C 12
		S: 334 | auth
		C: AHNlY3JlAGFiY2RlZmc= | auth
		S: 235 ok | ready
		C: QUIT | ready
		S: 221 bye | ready
		= quit
		= unanswered 0
	`},
	{"hole from content to the next message's content", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n
		gap C 60 | unknown
		gap S 80 | unknown
		C: text | data!
		C: . | dot!
		S: 250 queued as ABC | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete at-least missed
		= message ? - by DATA 6 complete at-least inferred final 250
	`},
	{"hole too small for the dot", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi
		cut C 2 | data
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 at-least
	`},
	{"hole in replies of a group: 354 finds DATA", `
		S: 220 mx
		C: EHLO x
		S: 250 PIPELINING
		C+ MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n | data-command
		gap S 28 | data-command!
		S: 354 go | data
		= message <a@b> - to <c@d> - data 354
	`},
	{"hole in replies of a group: the floating reply lands", `
		S: 220 mx
		C: EHLO x
		S: 250 PIPELINING
		C+ MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\nDATA\r\n | data-command
		gap S 14
		S: 250 ok
		S: 550 no
		S: 354 go | data
		= message <a@b> - to <c@d> 250 to <e@d> 550 data 354
	`},
	{"hole hides a command", `
		S: 220 mx
		C: EHLO x
		S: 250 mx | ready
		gap C 30 | unknown
		S: 250 what | unknown
		C: NOOP | unknown
		S: 250 ok | unknown
		C: RCPT TO:<c@d> | rcpt
		S: 250 ok | rcpt
		= message ? - to <c@d> 250
	`},
	{"reply cut in its middle goes on in the next segment", `
		S: 220 mx
		C: EHLO x
		S+ 250-mx\r\n250-PIPEL
		cut S 20 | ready
		S+ 250-DSN\r\n250 SIZE 5\r\n | ready
		C: NOOP
		S: 250 ok | ready
		= unanswered 0
	`},
	{"QUIT's reply alone finds QUIT", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C+ MAIL FROM:<a@b>\r\nQUIT\r\n
		gap S 8
		S: 221 bye | mail!
		= quit
		= message <a@b> - withdrawn QUIT
	`},
	{"dot, and the reply is missing", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n.\r\n | dot
		gap S 37 | ready!
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete missed
	`},
}
