package smtpstate

// lostGroupConversations: the replies to a pipelined group, and BDAT with its
// content, in missing bytes.
var lostGroupConversations = []conversation{
	{"hole holds a group's replies: a long greeting says nothing of their size", `
		S: 220 mx3.example.com ESMTP Postfix
		C: EHLO x
		S: 250-mx.example.com
		S: 250 PIPELINING
		C+ MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\nDATA\r\n | data-command
		gap S 79 | data-command!
		C: From: a
		C: . | dot!
		S: 250 2.0.0 Ok: queued as 8AFF9937 | ready
		C+ MAIL FROM:<f@b>\r\nRCPT TO:<g@d>\r\nDATA\r\n | data-command
		S: 250 2.1.0 Ok
		S: 250 2.1.5 Ok
		S: 354 go | data
		C: . | dot
		S: 250 2.0.0 Ok: queued as B303D948 | ready
		C: QUIT
		S: 221 bye
		= quit
		= unanswered 0
		= message <a@b> - to <c@d> - to <e@d> - by DATA 9 complete inferred final 250 id 8AFF9937
		= message <f@b> 250 to <g@d> 250 data 354 by DATA 0 complete final 250 id B303D948
	`},
	{"hole holds BDAT and the beginning of its chunk", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 2.1.0 Ok
		C: RCPT TO:<c@d>
		S: 250 2.1.5 Ok | rcpt
		gap C 1448 | unknown
		C+ he lazy dog\r\nJUMPS over\r\nQUICK\r\n\r\nbrown | unknown
		C+  fox\r\n | unknown
		S: 250 2.0.0 2157 octets received | unknown
		C+ BDAT 5 LAST\r\nabcde | dot
		S: 250 2.0.0 Ok: queued as 0F95BE3D | ready
		C: QUIT
		S: 221 bye
		= quit
		= unanswered 0
		= message <a@b> 250 to <c@d> 250 by BDAT 5 complete at-least final 250 id 0F95BE3D
		= heard S 220 to GREETING
		= heard C EHLO x
		= heard S 250 to EHLO
		= heard C MAIL FROM:<a@b>
		= heard S 250 to MAIL
		= heard C RCPT TO:<c@d>
		= heard S 250 to RCPT
		= heard S 250 to nothing
		= heard C BDAT 5 LAST
		= heard S 250 to BDAT
		= heard C QUIT
		= heard S 221 to QUIT
	`},
	{"hole holds the last chunk", `
		S: 220 mx
		C: EHLO x
		S: 250 CHUNKING
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 5\r\nabcde
		S: 250 5 octets received | data
		gap C 1025 | unknown
		S: 250 2.0.0 Ok: queued as AF3FB3CB | ready
		= message <a@b> 250 to <c@d> 250 data 250 by BDAT 5 complete at-least final 250 id AF3FB3CB
	`},
	{"421 behind a hole that held the last reply", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 2.1.0 Ok
		C: RCPT TO:<c@d>
		gap S 14 | rcpt!
		S: 421 4.4.2 timeout exceeded | rcpt!
		= message <a@b> 250 to <c@d> -
	`},
}
