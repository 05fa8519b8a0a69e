package smtpstate

// opening is a conversation up to the 354.
const opening = `
	S: 220 mx
	C: HELO x
	S: 250 mx
	C: MAIL FROM:<a@b>
	S: 250 ok
	C: RCPT TO:<c@d>
	S: 250 ok
	C: DATA
	S: 354 go
`

// earlyConversations are refusals that come before the end of a message, and
// replies that cannot be the one to it.
var earlyConversations = []conversation{
	{"refused early, and the dot is not answered: the 221 is QUIT's", opening + `
		C+ abc\r\n
		S: 452 4.3.1 disk full | data
		C+ def\r\n.\r\n | dot
		C: QUIT | ready
		= quit
		S: 221 bye | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 10 complete early 452 final 452
		= unanswered 0
	`},
	{"the same, and no reply comes any more", opening + `
		C+ abc\r\n
		S: 452 4.3.1 disk full
		C+ .\r\n | dot
		C: QUIT | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 452 counts
		= quit
		= unanswered 1
	`},
	{"the same with QUIT in the dot's segment: the client may not have read it", opening + `
		C+ abc\r\n
		S: 452 4.3.1 disk full
		C+ .\r\nQUIT\r\n | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 452
		= noquit
		= unanswered 2
	`},
	{"refused early, the 250 is the next MAIL's", opening + `
		C+ abc\r\n
		S: 552 5.3.4 Message too big
		C+ .\r\n
		C: MAIL FROM:<e@f> | mail
		S: 250 2.0.0 Ok | mail
		C: RCPT TO:<g@h>
		S: 250 2.0.0 Ok | rcpt
		C: DATA
		S: 354 go | data
		C+ .\r\n
		S: 250 2.0.0 Ok: queued as 4FFFF1 | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 552 final 552
		= message <e@f> 250 to <g@h> 250 data 354 by DATA 0 complete final 250 id 4FFFF1
	`},
	{"refused early and once more behind the dot, and the client had gone on: both are the message's", opening + `
		C+ abc\r\n
		S: 552 5.3.4 Message too big
		C+ .\r\n
		C: RSET | ready
		S: 554 5.3.4 Message too big | ready
		S: 250 2.0.0 Reset | ready
		C: QUIT
		S: 221 bye
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 552 final 554
		= unanswered 0
	`},
	{"refused early, and the dot accepted all the same: a queue id is no other's", opening + `
		C+ abc\r\n
		S: 452 4.3.1 try again
		C+ .\r\n
		C: MAIL FROM:<e@f>
		S: 250 2.0.0 Ok: queued as 4FFFF1 | mail
		S: 250 2.1.0 Ok | mail
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 452 final 250 id 4FFFF1
		= message <e@f> 250
	`},
	{"refused early, and the next sender as well", opening + `
		C+ abc\r\n
		S: 552 5.3.4 Message too big
		C+ .\r\n
		C: MAIL FROM:<e@f>
		S: 550 5.1.8 Sender unknown | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 552 final 552
		= message <e@f> 550
	`},
	{"a 221 behind dot and QUIT is QUIT's, and the dot has no answer", opening + `
		C+ abc\r\n.\r\nQUIT\r\n | dot
		S: 221 closing | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete
		= noquit
		= unanswered 1
	`},
	{"the dot's answer behind that 221", opening + `
		C+ abc\r\n.\r\nQUIT\r\n
		S: 221 closing | dot
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete final 250
		= quit
	`},
	{"a 221 to the dot where no QUIT was sent says nothing of the mail", opening + `
		C+ abc\r\n.\r\n
		S: 221 thanks | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete
		= note odd reply to END-OF-DATA
	`},
	{"a dot between bare LFs, QUIT and a 221: the dot has no answer", opening + `
		C+ abc\n.\r\nQUIT\r\n
		S: 221 closing | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete
		= noquit
	`},
	{"a 421 from before the content came answers no message", opening + `
		C+ abc\r\n.\r\n | dot
		unheard C 8
		S: 421 4.4.2 timeout exceeded | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 421
		= unanswered 1
		= closing 421
	`},
	{"a 421 from before the dot came, the content having come", opening + `
		C+ abc\r\n
		C+ .\r\n
		unheard C 3
		S: 421 4.4.2 timeout exceeded | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 421
	`},
	{"a 421 behind half of the dot's line answers it", opening + `
		C+ abc\r\n.\r\n
		unheard C 2
		S: 421 4.3.0 dying | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete final 421
	`},
	{"a refusal that crosses the dot is what the client reads as its reply", opening + `
		C+ abc\r\n.\r\n
		unheard C 3
		S: 552 5.3.4 Message too big | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 552 counts
	`},
	{"the same, and the dot has a reply of its own", opening + `
		C+ abc\r\n.\r\n
		unheard C 3
		S: 552 5.3.4 Message too big
		S: 554 5.6.0 no | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete early 552 final 554
		= unanswered 0
	`},
	{"a 250 that crosses the dot accepts nothing", opening + `
		C+ abc\r\n.\r\n
		unheard C 8
		S: 250 ok | dot
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 5 complete
		= note reply that nothing asked for
	`},
	{"a 421 from before EHLO came", `
		S: 220 mx
		C: EHLO x
		unheard C 8
		S: 421 4.4.2 timeout exceeded | hello
		= hello EHLO x -
		= heard S 220 to GREETING
		= heard C EHLO x
		= heard S 421 to nothing
		= unanswered 1
	`},
	{"a 421 from before RCPT came: the client reads it as the reply", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		unheard C 15
		S: 421 4.4.2 timeout exceeded | rcpt
		= message <a@b> 250 to <c@d> 421
		= unanswered 1
	`},
	{"what crosses only the next command answers the one before", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		unheard C 15
		S: 421 4.3.2 shutting down | ready
		= message <a@b> 421 to <c@d> -
	`},
}
