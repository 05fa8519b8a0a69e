package smtpstate

// plainConversations are what RFC 5321 and its relatives describe, and the
// worked situations of record.md.
var plainConversations = []conversation{
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
	{"nested MAIL refused, DATA on its way", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C+ RCPT TO:<c@d>\r\nMAIL FROM:<second@b>\r\nRCPT TO:<e@d>\r\nDATA\r\n
		S: 250 ok
		S: 503 nested
		S: 250 ok
		S: 354 go | data
		C: . | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 to <e@d> 250 data 354 by DATA 0 complete final 250
		= message <second@b> 503
	`},
	{"two nested MAILs refused, RSET on its way", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C+ MAIL FROM:<second@b>\r\nMAIL FROM:<third@b>\r\nRSET\r\n
		S: 503 nested
		S: 503 nested
		S: 250 ok | ready
		= message <a@b> 250 withdrawn RSET
		= message <second@b> 503 withdrawn MAIL
		= message <third@b> 503 withdrawn RSET
	`},
	{"nested MAIL refused, QUIT on its way", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C+ MAIL FROM:<second@b>\r\nQUIT\r\n
		S: 503 nested
		S: 221 bye
		= quit
		= message <a@b> 250 withdrawn QUIT
		= message <second@b> 503 withdrawn QUIT
	`},
	{"nested MAIL refused, chunks on their way", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ MAIL FROM:<second@b>\r\nBDAT 5\r\nabcdeBDAT 3 LAST\r\nfgh
		S: 503 nested
		S: 250 ok
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 250 by BDAT 8 complete final 250
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
}
