package smtpstate

// oddConversations are what the standard does not describe and servers and
// clients do all the same.
var oddConversations = []conversation{
	{"354, then nothing", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go | data
		= message <a@b> 250 to <c@d> 250 data 354
	`},
	{"354, then 421 out of the blue", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		S: 421 4.4.2 timeout | data
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 0 early 421
		= closing 421
	`},
	{"a dot between bare LFs was the end for the server: it refuses, and answers what came behind it", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ abc\n.\r\nMAIL FROM:<e@f>\r\n
		S: 552 5.3.4 Error: message file too big
		S: 250 2.1.0 Ok | mail
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete final 552
		= message <e@f> 250
	`},
	{"a refusal amid content that goes on is none of a dot between bare LFs", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ abc\n.\r\nand so on\r\n
		S: 552 5.3.4 Error: message file too big | data
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 18 early 552
	`},
	{"QUIT with an argument is refused, and the mail goes on", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: QUIT now
		S: 501 unexpected argument data | mail
		C: RCPT TO:<c@d>
		S: 250 ok | rcpt
		= noquit
		= message <a@b> 250 to <c@d> 250
	`},
	{"421 within a chunk: it waits for the rest in vain", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 50 LAST\r\nabc
		S: 421 4.4.2 timeout | data
		= message <a@b> 250 to <c@d> 250 by BDAT 3 early 421
		= closing 421
		= unanswered 1
		= heard S 220 to GREETING
		= heard C EHLO x
		= heard S 250 to EHLO
		= heard C MAIL FROM:<a@b>
		= heard S 250 to MAIL
		= heard C RCPT TO:<c@d>
		= heard S 250 to RCPT
		= heard C BDAT 50 LAST
		= heard S 421 to nothing
	`},
	{"421 to an idle client", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		S: 421 4.4.2 timeout | ready
		= closing 421
		= unanswered 0
		= heard S 220 to GREETING
		= heard C HELO x
		= heard S 250 to HELO
		= heard S 421 to nothing
	`},
	{"white space around commands, and small letters", `
		S: 220 mx
		C+ ehlo x \r\n
		S: 250 mx
		C+ NOOP \r\n
		S: 250 ok
		C+ \tnoop\t\r\n
		S: 250 ok
		C+ Mail\t From : < a@b >  SIZE=1 \r\n
		S: 250 ok
		C+ QUIT\t\r\n
		S: 221 bye
		= message < a@b > 250 withdrawn QUIT
		= heard S 220 to GREETING
		= heard C ehlo x
		= heard S 250 to EHLO
		= heard C NOOP
		= heard S 250 to NOOP
		= heard C noop
		= heard S 250 to NOOP
		= heard C Mail From : < a@b >  SIZE=1
		= heard S 250 to MAIL
		= heard C QUIT
		= heard S 221 to QUIT
	`},
	{"HTTP on 25", `
		S: 220 mx
		C: GET / HTTP/1.1 | hello
		S: 221 2.7.0 Error: I can break rules, too. Goodbye. | hello
		= heard S 220 to GREETING
		= heard C GET <11 bytes>
		= heard S 221 to GET
		= noquit
		= tally groups=0 bare=0 nul=0 long=0 unknown=1
	`},
	{"ESA: every line of the content is answered after the 552", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C: X-Long: header
		S: 552 #5.3.4 message header size exceeds limit | data
		S: 500 #5.5.1 command not recognized | data
		S: 421 Exceeded bad SMTP command limits | data
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 16 early 421
	`},
	{"a reply before its command", `
		S: 220 mx
		S: 250 what | hello
		C: EHLO x | hello
		= unanswered 1
		= note reply that nothing asked for
	`},
	{"words that lack their code", `
		S: 220 mx
		C: EHLO x
		S: 5.7.1 you again | hello
		S: welcome | hello
		= unanswered 1
		= note server line that is no reply: 5.7.1 you again
		= note server line that is no reply
	`},
	{"words that lack their code and may repeat a secret", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: AUTH PLAIN AGEAcGFzc3dvcmQ= | auth
		S: 5.5.2 AGEAcGFzc3dvcmQ= is not understood | auth
		= note server line that is no reply
	`},
	{"MAIL refused, RCPT and DATA behind it unanswered", `
		S: 220 mx
		C: EHLO x
		S: 250 PIPELINING
		C+ MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n
		S: 550 no | ready
		= message <a@b> 550 to <c@d> -
	`},
	{"EHLO refused, HELO", `
		S: 220 mx
		C: EHLO x | hello
		S: 502 no | hello
		C: HELO y | hello
		S: 250 ok | ready
		= hello HELO y 250
	`},
	{"MAIL behind an unanswered EHLO", `
		S: 220 mx
		C+ EHLO x\r\nMAIL FROM:<a@b>\r\n | mail
		= message <a@b> -
	`},
	{"spaces, small letters, no brackets", `
		S: 220 mx
		C: ehlo x
		S: 250 mx
		C: mail  from: a@b SIZE=5
		S: 250 ok | mail
		C: rcpt to : <c@d>
		S: 250 ok | rcpt
		= message <a@b> 250 to <c@d> 250
	`},
	{"DATA answered with 250", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 250 ok | rcpt
		= note odd reply to DATA
		= message <a@b> 250 to <c@d> 250 data 250
	`},
	{"BDAT of a size that no chunk has", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C+ BDAT 99999999999999999999999 LAST\r\nQUIT\r\n
		S: 501 no
		S: 221 bye
		= quit
		= note BDAT without a size
		= message <a@b> 250 data 501 withdrawn QUIT
	`},
	{"a message taken back between its chunks, and another", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 21\r\nMessage-ID: <1@b>\r\n\r\n | data
		S: 250 ok
		C: RSET
		S: 250 ok | ready
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 21 LAST\r\nMessage-ID: <2@b>\r\n\r\n | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 250 by BDAT 21 message-id <1@b> withdrawn RSET
		= message <a@b> 250 to <c@d> 250 by BDAT 21 complete final 250 message-id <2@b>
	`},
	{"refused BDAT of which no byte was sent", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: BDAT 5 X | data
		S: 521 5.5.4 Syntax: BDAT count [LAST] | rcpt
		= message <a@b> 250 to <c@d> 250 data 521 by BDAT 0
	`},
	{"refused BDAT and a command in place of its bytes", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: BDAT 1234 LAST | data
		S: 552 5.3.4 too big | rcpt
		C: RSET | ready
		S: 250 ok
		C: QUIT
		S: 221 bye
		= quit
		= message <a@b> 250 to <c@d> 250 data 552 by BDAT 0 withdrawn RSET
	`},
	{"refused BDAT of which the bytes come all the same", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: BDAT 5 LAST | data
		S: 552 5.3.4 too big | rcpt
		C+ abc | data
		C+ de | rcpt
		C: QUIT | rcpt
		S: 221 bye
		= quit
		= message <a@b> 250 to <c@d> 250 data 552 by BDAT 5 complete early 552
	`},
	{"second chunk refused before its first byte", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 5\r\nabcde
		S: 250 ok | data
		C: BDAT 900 | data
		S: 552 5.3.4 too big | rcpt
		= message <a@b> 250 to <c@d> 250 data 552 by BDAT 5
	`},
	{"a greeting without a line end", `
		S+ 220 mx ESMTP AAAA
		C: EHLO x | banner
		S+ 2 | banner
		S+ 50- | hello
		S: one | hello
		S: 250 two | ready
		= heard C EHLO x
		= heard S 220 to GREETING
		= heard S 250 to EHLO
		= note reply without a line end
	`},
	{"no reply has a line end", `
		S+ 220 mx
		C: EHLO x
		S+ 250 mx
		C: MAIL FROM:<a@b> | mail
		S+ 550 no
		C: QUIT | mail
		S: 221 bye | ready
		= quit
		= message <a@b> 550 withdrawn QUIT
	`},
	{"a greeting in pieces, and a client that does not wait", `
		S+ 220 mx
		C: EHLO x | banner
		S+  25
		C: MAIL FROM:<a@b> | banner
		S: 0 250-ESMTP | mail
		S: 250 mx | mail
		S: 250 ok | mail
		= heard C EHLO x
		= heard C MAIL FROM:<a@b>
		= heard S 220 to GREETING
		= heard S 250 to EHLO
		= heard S 250 to MAIL
		= message <a@b> 250
	`},
	{"a piece that only begins like a reply", `
		S+ 220 mx
		C: EHLO x
		S+ 250.
		C: NOOP
		S: 250 years | ready
		= greeting 220
		= heard C EHLO x
		= heard C NOOP
		= heard S 220 to GREETING
		= heard S 250 to EHLO
		= note reply without a line end
	`},
	{"a reply without its last line", `
		S: 220 mx
		C: EHLO x
		S: 250-mx | hello
		C: AUTH LOGIN | auth
		S: 334 VXNlcm5hbWU6 | auth
		C: *
		S: 501 no | ready
		= hello EHLO x 250
		= auth LOGIN 501 cancelled
		= note reply without its last line
	`},
	{"a client that does not wait for the last line of a reply", `
		S: 220 mx
		C: EHLO x
		S: 250-mx
		C: MAIL FROM:<a@b>
		S: 250 PIPELINING | mail
		S: 250 ok
		= hello EHLO x 250 PIPELINING
		= message <a@b> 250
	`},
	{"354 while a RCPT is unanswered", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		S: 250 ok
		C: RCPT TO:<e@d>
		S: 250 ok
		C: DATA
		S: 354 go | data
		C: .
		S: 250 ok | ready
		= note 354 before earlier commands were answered
		= message <a@b> 250 to <c@d> 250 to <e@d> - data 354 by DATA 0 complete final 250
	`},
	{"no greeting", `
		C: EHLO x | banner
		S: 250 mx | ready
		C: RSET
		C: STARTTLS
		S: 250 ok | ready
		S: 220 go | tls-handshake
		= greeting -
		= hello EHLO x 250
		= note no greeting
	`},
	{"no greeting, and no hello either", `
		C: NOOP | banner
		S: 250 ok | hello
		= unanswered 0
		= note no greeting
	`},
	{"a refusal is a greeting", `
		C: EHLO x
		S: 554 no | hello
		= greeting 554
		= unanswered 1
	`},
	{"a greeting with the wrong code", `
		S: 250 mx | hello
		C: EHLO x
		= greeting 250
		= unanswered 1
	`},
	{"421 crosses the next RCPT", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 550 no
		S: 421 4.7.0 too many errors | rcpt
		C: RCPT TO:<e@d> | rcpt
		C: RCPT TO:<f@d> | rcpt
		= closing 421
		= unanswered 2
		= message <a@b> 250 to <c@d> 550 to <e@d> 421 to <f@d> -
	`},
	{"421, and a reply to the next RCPT all the same", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		S: 421 4.3.2 going down | mail
		C: RCPT TO:<c@d>
		S: 250 ok | rcpt
		= unanswered 0
		= message <a@b> 250 to <c@d> 250
	`},
	{"421 to the command that waits", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 421 4.7.0 too many errors | rcpt
		C: RCPT TO:<e@d> | rcpt
		= message <a@b> 250 to <c@d> 421 to <e@d> -
	`},
	{"LMTP with BDAT", `
		S: 220 mx
		C: LHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: RCPT TO:<e@d>
		S: 250 ok
		C+ BDAT 3 LAST\r\nabc | dot
		S: 250 ok | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250/250 to <e@d> 250/250 by BDAT 3 complete final 250
	`},
}
