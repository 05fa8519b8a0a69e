package smtpstate

// oneSidedConversations: one side only, or from the middle on.
var oneSidedConversations = []conversation{
	{"client side only, TLS behind a greeting that was missed", `
		gap S 39
		C+ \x16\x03\x01\x02\x00\x01 | hello!
		= note TLS record where a command was due
	`},
	{"client side only, from inside an AUTH exchange", `
		midstream
		C: c2VjcmV0dXNlcg== | unknown
		gap S 18
		C: c2VjcmV0cGFzcw== | unknown
		gap S 8
		C: QUIT | unknown
		= quit
	`},
	{"group in one segment, cut at 30 bytes", `
		S: 220 mx
		C: EHLO x
		S: 250 PIPELINING
		C+ MAIL FROM:<alice.pipelined@sen
		cut C 106
		S+ 250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n55
		cut S 148
		C+ Date: Sun, 22 Nov 2026 11:08:3
		cut C 1246 | unknown
		C: QUIT
		S+ 250 2.0.0 Ok: queued as EB60FB
		cut S 4 | ready
		S: 221 2.0.0 Bye | ready
		= quit
		= message ? 250 to ? 250 by DATA 1273 complete at-least inferred final 250
	`},
	{"client side only: STARTTLS taken", `
		gap S 30
		C: EHLO x
		gap S 100
		C: STARTTLS | ready!
		gap S 30 | unknown
		C+ \x16\x03\x01\x00\x10abcdef | tls-handshake!
		= tls starttls begun
	`},
	{"client side only: STARTTLS refused", `
		gap S 30
		C: EHLO x
		gap S 100
		C: STARTTLS
		gap S 30 | unknown
		C: MAIL FROM:<a@b> | mail!
		= message <a@b> -
		= tls none
	`},
	{"client side only: MAIL, QUIT", `
		gap S 30
		C: EHLO x
		gap S 100
		C: MAIL FROM:<a@b>
		gap S 30 | mail!
		C: QUIT | unknown
		= quit
		= message <a@b> - withdrawn QUIT
	`},
	{"client side only: two messages", `
		gap S 30
		C: HELO x
		gap S 10
		C: MAIL FROM:<a@b>
		gap S 8
		C: RCPT TO:<c@d>
		gap S 8
		C: DATA
		gap S 8
		C: x
		C: . | dot!
		gap S 8 | ready!
		C: MAIL FROM:<e@b> | mail!
		gap S 8
		C: RCPT TO:<f@d> | rcpt!
		= message <a@b> - to <c@d> - by DATA 3 complete inferred missed
		= message <e@b> - to <f@d> -
	`},
	{"server side only: AUTH", `
		S: 220 mx
		gap C 8
		S+ 250-mx\r\n250 AUTH LOGIN\r\n | ready
		gap C 12 | unknown
		S: 334 VXNlcm5hbWU6 | auth
		gap C 10 | auth
		S: 334 UGFzc3dvcmQ6 | auth
		gap C 10 | auth
		S: 535 no | ready
		= auth  535
	`},
	{"starts inside TLS", `
		midstream
		C+ \x17\x03\x03\x00\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
		S+ \x17\x03\x03\x00\x20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | tls!
	`},
	{"starts at the greeting, without the handshake", `
		midstream
		S: 220 mx ESMTP | hello
		C: EHLO x | hello
		S: 250 ok | ready
		= greeting 220
	`},
	{"smuggled: the server counts two messages", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ one\n.\r\nMAIL FROM:<evil@b>\r\nRCPT TO:<c@d>\r\nDATA\r\ntwo\r\n.\r\n | dot
		S: 250 ok | ready
		S: 250 ok | ready
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 53 complete final 250
		= note a dot between bare LFs in content: an end for some servers
		= note reply that nothing asked for
	`},
	{"smuggled one by one: the server takes the bare LF", `
		S: 220 mx
		C: HELO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: DATA
		S: 354 go
		C+ one\n.\r\nMAIL FROM:<evil@b>\r\n | data
		S: 250 ok | mail
		S: 250 ok | mail
		= message <a@b> 250 to <c@d> 250 data 354 by DATA 4 complete final 250
		= message <evil@b> 250
	`},
	{"BDAT whose size was cut", `
		S: 220 mx
		C: EHLO x
		S: 250 mx
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C+ BDAT 12
		cut C 900 | unknown
		S: 250 2.0.0 Ok: queued as 6F0DDA8C | ready
		C: QUIT
		S: 221 bye | ready
		= quit
		= message <a@b> 250 to <c@d> 250 by BDAT 898 complete at-least final 250 id 6F0DDA8C
	`},
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
		= message ? - data 354 by DATA 997 complete at-least final 250 id 6F0DDA8C
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
}
