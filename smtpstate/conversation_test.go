package smtpstate

import "testing"

var conversations = []struct{ name, script string }{
	{"a delivery", `
		S: 220 mx.example ESMTP Postfix | hello
		C: EHLO client.example | hello
		S: 250-mx.example | hello
		S: 250-PIPELINING | hello
		S: 250 SIZE 1000 | ready
		C: MAIL FROM:<a@b> SIZE=10 | mail
		S: 250 2.1.0 Ok | mail
		C: RCPT TO:<c@d> NOTIFY=NEVER | rcpt
		S: 250 2.1.5 Ok | rcpt
		C: DATA | data-command
		S: 354 End data with <CR><LF>.<CR><LF> | data
		C: Message-ID: <1@b> | data
		C: | data
		C: hi | data
		C: . | dot
		S: 250 2.0.0 Ok: queued as 6F0DDA8C | ready
		C: QUIT | ready
		S: 221 2.0.0 Bye | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 25 complete final 250 id 6F0DDA8C message-id <1@b>
		= quit
		= unanswered 0
		= hello EHLO client.example 250 PIPELINING,SIZE 1000
	`},
	{"dot and QUIT in one segment", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n.\r\nQUIT\r\n | dot
		= unanswered 2
		= said
		= noquit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete
	`},
	{"the same, answered", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\r\n.\r\nQUIT\r\n | dot
		S: 250 ok | ready
		= quit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete final 250
	`},
	{"552 in the middle of the content", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C: hi
		S: 552 too big | data
		C: more | data
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 10 early 552
	`},
	{"early reply, then dot and the reply again", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C: hi
		S: 552 too big | data
		C: . | dot
		S: 552 too big | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete early 552 final 552
	`},
	{"the whole script at once", `
		C+ HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n
		S: 220 mx | data-command
		S: 250 mx | data-command
		S: 250 ok | data-command
		S: 250 ok | data-command
		S: 354 go | dot
		S: 250 ok | ready
		S: 221 bye | ready
		= quit
		= note command before the greeting
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete final 250
	`},
	{"STARTTLS, no reply", `
		S: 220 mx
		C: EHLO x
		S: 250-mx
		S: 250 STARTTLS
		C: STARTTLS | ready
	`},
	{"STARTTLS, 220", `
		S: 220 mx
		C: EHLO x
		S: 250-mx
		S: 250 STARTTLS
		C: STARTTLS | ready
		S: 220 go | tls-handshake
		= tls starttls none
	`},
	{"STARTTLS refused", `
		S: 220 mx
		C: EHLO x
		S: 250-mx
		S: 250 STARTTLS
		C+ STARTTLS\r\nMAIL FROM:<a@b>\r\n | ready
		S: 454 no | mail
		S: 250 ok | mail
		= message <a@b> 250
	`},
	{"ClientHello on 25 after the greeting", `
		S: 220 mx | hello
		C+ \x16\x03\x01\x00\x10abcdef | hello
		= note TLS record where a command was due
	`},
	{"ClientHello before a greeting in plain text", `
		C+ \x16\x03\x01\x00\x10abcdef | tls-handshake
		S: 220 mx | hello
		S: 500 what | hello
	`},
	{"greeting 554", `
		S: 554 no | hello
		= greeting 554
	`},
	{"teaser greeting", `
		S: 220-mx | banner
		C: EHLO x | banner
		S: 521 5.5.1 Protocol error | hello
		= greeting 521
		= hello EHLO x -
		= note lines of one reply with different codes
	`},
	{"354 never sent, content pushed all the same", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		C: Subject: x | data-command
		C: | data-command
		C: . | data-command
		= message <a@b> 250 to <c@d> 250
	`},
	{"DATA refused, pipelined after it", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C+ MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nRSET\r\nQUIT\r\n | data-command
		S: 250 ok
		S: 550 no
		S: 554 no recipients | ready
		S: 250 ok
		S: 221 bye | ready
		= quit
		= message <a@b> 250 to <c@d> 550 data 554 withdrawn RSET
	`},
	{"BDAT in two chunks", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 5\r\nab\r\n. | data
		S: 250 ok | data
		C+ BDAT 3 LAST\r\nxy | data
		C+ z | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 250 by BDAT 8 complete final 250
	`},
	{"BDAT 0 LAST", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 5\r\nab\r\n.BDAT 0 LAST\r\nQUIT\r\n | dot
		S: 250 ok | dot
		S: 250 ok | ready
		= quit
		= message <a@b> 250 to <c@d> 250 data 250 by BDAT 5 complete final 250
	`},
	{"BDAT chunk refused", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 5\r\nabcde | data
		S: 552 too big | rcpt
		C: QUIT | rcpt
		S: 221 bye | rcpt
		= quit
		= message <a@b> 250 to <c@d> 250 data 552 by BDAT 5
	`},
	{"BDAT chunk refused while it comes", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 5\r\nabc | data
		S: 552 too big | data
		C+ de | rcpt
		= message <a@b> 250 to <c@d> 250 data 552 by BDAT 5 early 552
	`},
	{"RSET unanswered", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RSET | ready
		= message <a@b> 250 withdrawn RSET
	`},
	{"every RCPT refused, DATA refused, QUIT", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 550 no | rcpt
		C: DATA
		S: 554 no | rcpt
		C: QUIT | rcpt
		S: 221 bye | rcpt
		= quit
		= message <a@b> 250 to <c@d> 550 data 554 withdrawn QUIT
	`},
	{"421 to the only RCPT", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 421 bye | rcpt
		= message <a@b> 250 to <c@d> 421
	`},
	{"MAIL refused", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 550 no | ready
		= message <a@b> 550
	`},
	{"MAIL, RCPT and DATA in one segment", `
		S: 220 mx
		C: EHLO x
		S: 250 PIPELINING
		C+ MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n | data-command
		= unanswered 3
		= message <a@b> - to <c@d> -
	`},
	{"LMTP, two recipients, one reply", `
		S: 220 mx LMTP
		C: LHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: RCPT TO:<no@d>
		S: 550 no
		C: RCPT TO:<e@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ x\r\n.\r\n | dot
		S: 250 ok | dot
		= message <a@b> 250 to <c@d> 250/250 to <no@d> 550 to <e@d> 250 data 354 by DATA 3 complete final 250
	`},
	{"LMTP, both answered", `
		S: 220 mx LMTP
		C: LHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: RCPT TO:<e@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ x\r\n.\r\n | dot
		S: 250 ok | dot
		S: 452 full | ready
		= message <a@b> 250 to <c@d> 250/250 to <e@d> 250/452 data 354 by DATA 3 complete final 250
	`},
	{"nested MAIL refused", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: MAIL FROM:<second@b> | mail
		S: 503 nested | mail
		C: RCPT TO:<c@d>
		S: 250 ok | rcpt
		= message <a@b> 250 to <c@d> 250
		= message <second@b> 503
	`},
	{"nested MAIL and RCPT pipelined, MAIL refused", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C+ MAIL FROM:<second@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\n | rcpt
		S: 503 nested
		S: 250 ok | rcpt
		S: 550 no | rcpt
		= message <a@b> 250 to <c@d> 250 to <e@d> 550
		= message <second@b> 503
	`},
	{"nested MAIL accepted", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: MAIL FROM:<second@b>
		S: 250 ok | mail
		= message <a@b> 250 withdrawn MAIL
		= message <second@b> 250
	`},
	{"new EHLO in a transaction", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: EHLO y | mail
		S: 250 ok | ready
		= message <a@b> 250 withdrawn EHLO
		= hello EHLO y 250
	`},
	{"AUTH PLAIN", `
		S: 220 mx
		C: EHLO x
		S: 250 AUTH PLAIN
		C: AUTH PLAIN AGFsaWNlAHNlY3JldA== | auth
		S: 235 ok | ready
		= auth PLAIN 235
		= heard S 220 to GREETING
		= heard C EHLO x
		= heard S 250 to EHLO
		= heard C AUTH PLAIN <credentials>
		= heard S 235 to AUTH
	`},
	{"AUTH LOGIN, refused", `
		S: 220 mx
		C: EHLO x
		S: 250 AUTH PLAIN
		C: AUTH LOGIN | auth
		S: 334 VXNlcm5hbWU6 | auth
		C: YWxpY2U= | auth
		S: 334 UGFzc3dvcmQ6 | auth
		C: c2VjcmV0 | auth
		S: 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6 | ready
		C: QUIT | ready
		S: 221 bye
		= quit
		= auth LOGIN 535
	`},
	{"AUTH cancelled", `
		S: 220 mx
		C: EHLO x
		S: 250 AUTH PLAIN
		C: AUTH LOGIN | auth
		S: 334 VXNlcm5hbWU6 | auth
		C: * | auth
		S: 501 cancelled | ready
		= auth LOGIN 501 cancelled
	`},
	{"AUTH unanswered, mail pipelined behind it", `
		S: 220 mx
		C: EHLO x
		S: 250 AUTH PLAIN
		C+ AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nMAIL FROM:<a@b>\r\n
		S: 235 ok | mail
		S: 250 ok | mail
		= message <a@b> 250
		= auth PLAIN 235
	`},
	{"XCLIENT", `
		S: 220 mx
		C: EHLO x
		S: 250 XCLIENT
		C: XCLIENT ADDR=IPV6:2001:db8::1 PORT=1234 NAME=[UNAVAILABLE] HELO=spike.example
		S: 220 mx again | hello
		C: EHLO y
		S: 250 ok | ready
		= xclient 2001:db8::1 1234  spike.example
	`},
	{"bare LF dot accepted by the server", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\n.\n | data
		S: 250 ok: queued as ABCDEF12 | ready
		C: QUIT
		S: 221 bye
		= quit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 3 complete final 250 id ABCDEF12
		= note the server took a dot between bare LFs for the end
	`},
	{"bare LF dot and QUIT behind it", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\n.\r\nQUIT\r\n | data
		S: 250 ok | ready
		S: 221 bye | ready
		= quit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 3 complete final 250
	`},
	{"bare LF dot not taken for the end", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ hi\n.\nho\r\n.\r\n | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 9 complete final 250
		= note a dot between bare LFs in content: an end for some servers
	`},

	// Missing bytes.
	{"client side only; content", `
		gap S 30 | hello!
		C: EHLO x | hello!
		gap S 100 | unknown
		C: MAIL FROM:<a@b> | mail!
		gap S 14 | mail!
		C: RCPT TO:<c@d> | rcpt!
		gap S 14 | rcpt!
		C: DATA | data-command!
		gap S 37 | data-command!
		C: Subject: x | data!
		C: hi | data!
		= message <a@b> - to <c@d> - by DATA 16 inferred
	`},
	{"client side only; to the end", `
		gap S 30
		C: EHLO x
		gap S 100
		C: MAIL FROM:<a@b>
		gap S 14
		C: RCPT TO:<c@d>
		gap S 14
		C: DATA
		gap S 37
		C: Subject: x
		C: . | dot!
		gap S 37 | ready!
		C: QUIT | ready!
		= quit
		= message <a@b> - to <c@d> - by DATA 12 complete inferred missed
	`},
	{"client side only; DATA refused", `
		gap S 30
		C: EHLO x
		gap S 100
		C: MAIL FROM:<a@b>
		gap S 14
		C: RCPT TO:<c@d>
		gap S 14
		C: DATA
		gap S 37
		C: QUIT | rcpt!
		= quit
		= message <a@b> - to <c@d> - withdrawn QUIT
	`},
	{"server side only: 354, then nothing", `
		S: 220 mx | hello
		gap C 8 | unknown
		S: 250-mx
		S: 250-PIPELINING
		S: 250 SIZE 1000 | ready
		gap C 20 | unknown
		S: 250 2.1.0 ok | mail
		gap C 20 | unknown
		S: 250 2.1.5 ok | rcpt
		gap C 6 | unknown
		S: 354 go | data
		gap C 1000 | unknown
		= message ? 250 to ? 250 data 354 by DATA 1000 at-least
	`},
	{"server side only: to the end", `
		S: 220 mx | hello
		gap C 8 | unknown
		S: 250 mx | ready
		gap C 20 | unknown
		S: 250 ok | unknown
		gap C 20 | unknown
		S: 250 ok | unknown
		gap C 6 | unknown
		S: 354 go | data
		gap C 1000 | unknown
		S: 250 ok: queued as 6F0DDA8C | ready
		gap C 6 | unknown
		S: 221 bye | ready
		= quit
		= message ? - data 354 by DATA 1000 complete at-least final 250 id 6F0DDA8C
	`},
	{"starts mid-DATA; dot, 250 queued, QUIT", `
		midstream | unknown
		C+ umps\r\nline 16 of the body\r\nline 17 of the body\r\nline | data!
		C+  18\r\n.\r\n | dot!
		S: 250 2.0.0 Ok: queued as 6F0DDA8C | ready
		C: QUIT | ready
		S: 221 2.0.0 Bye | ready
		= quit
		= message ? - by 57 complete at-least inferred final 250 id 6F0DDA8C
	`},
	{"starts at the dot", `
		midstream | unknown
		C+ .\r\n | unknown
		S: 250 2.0.0 Ok: queued as 6F0DDA8C | ready
		C: QUIT | ready
		= quit
		= message ? - by DATA 0 complete at-least inferred final 250 id 6F0DDA8C
	`},
	{"starts after the dot", `
		midstream | unknown
		S: 250 2.0.0 Ok: queued as 6F0DDA8C | ready
		C: MAIL FROM:<a@b> | mail
		S: 250 2.1.0 Ok | mail
		= message ? - final 250 id 6F0DDA8C
		= message <a@b> 250
	`},
	{"starts with MAIL", `
		midstream | unknown
		C: MAIL FROM:<a@b> | mail
		S: 250 2.1.0 Ok | mail
		C: RCPT TO:<c@d> | rcpt
		S: 250 2.1.5 Ok | rcpt
		= message <a@b> 250 to <c@d> 250
	`},
	{"starts with RCPT", `
		midstream | unknown
		C: RCPT TO:<c@d> | rcpt
		S: 250 2.1.5 Ok | rcpt
		= message ? - to <c@d> 250
	`},
	{"starts inside AUTH LOGIN", `
		midstream | unknown
		C: YWxpY2U= | unknown
		S: 334 UGFzc3dvcmQ6 | auth
		C: c2VjcmV0 | auth
		S: 235 ok | ready
		= auth  235
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
		= message ? 250 to <bob@example.org> 250 data 354 by DATA 1060 complete at-least final 250
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
		= message ? 2?? to ? 2?? data 354 by DATA 1000 complete at-least final 2??
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
		C: QUIT | dot
		S: 250 ok | ready
		= quit
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 104 complete at-least final 250
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
		S: 550 no | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 104 complete at-least final 550
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

func TestConversations(t *testing.T) {
	for _, c := range conversations {
		t.Run(c.name, func(t *testing.T) { run(t, c.script) })
	}
}
