package smtpstate

var authConversations = []conversation{
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
}
