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
