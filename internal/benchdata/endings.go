package benchdata

// An ending is a way in which a session goes.
type ending struct {
	name    string
	weight  int // among the endings but the first
	how, by string
	plan    func(*planner)
}

// endings are every kind of end; the first is the ordinary one.
var endings = []ending{
	{"quit", 0, "quit", "client", func(p *planner) { p.mailsBefore(1); p.quit() }},

	{"client resets mid-data", 6, "rst", "client", func(p *planner) { p.breakData(); p.reset(client) }},
	{"server resets mid-data", 6, "rst", "server", func(p *planner) { p.breakData(); p.reset(server) }},
	{"client closes mid-data", 4, "fin", "client", func(p *planner) { p.breakData(); p.leave(client, true) }},
	{"server gives up mid-data", 4, "fin", "server", func(p *planner) {
		p.breakData()
		p.say(server, "421 4.4.2 mx.example.com Error: timeout exceeded\r\n", "")
		p.leave(server, true)
	}},
	{"client is silent mid-data", 5, "", "unknown", func(p *planner) { p.breakData() }},
	{"client resets mid-chunk", 3, "rst", "client", func(p *planner) { p.breakChunk(); p.reset(client) }},
	{"server resets after the dot", 5, "rst", "server", func(p *planner) { p.unanswered(); p.reset(server) }},
	{"client closes after the dot", 5, "fin", "client", func(p *planner) { p.unanswered(); p.leave(client, true) }},
	{"silence after the dot", 3, "", "unknown", func(p *planner) { p.unanswered() }},
	{"content refused", 5, "quit", "client", func(p *planner) {
		p.mailsBefore(0)
		m := p.transaction("rejected")
		p.data(m, "554 5.7.1 Message refused\r\n")
		p.quit()
	}},
	{"DATA refused", 3, "quit", "client", func(p *planner) {
		p.mailsBefore(0)
		p.transaction("rejected")
		p.say(client, "DATA\r\n", "data-command")
		p.say(server, "451 4.3.0 Try again later\r\n", "rcpt")
		p.say(client, "RSET\r\n", "ready")
		p.say(server, "250 2.0.0 Ok\r\n", "")
		p.quit()
	}},
	{"DATA unanswered", 2, "rst", "client", func(p *planner) {
		p.mailsBefore(0)
		p.transaction("aborted")
		p.say(client, "DATA\r\n", "data-command")
		p.reset(client)
	}},
	{"recipients refused", 6, "quit", "client", func(p *planner) {
		p.mailsBefore(0)
		m := p.mailFrom("refused", "250 2.1.0 Ok\r\n", "mail")
		for range 1 + p.rand.IntN(2) {
			p.rcptTo(m, "550 5.1.1 No such user\r\n")
		}
		p.quit()
	}},
	{"sender refused", 4, "quit", "client", func(p *planner) {
		p.mailsBefore(0)
		p.mailFrom("refused", "450 4.7.1 Greylisted\r\n", "ready")
		p.quit()
	}},
	{"withdrawn by RSET", 3, "quit", "client", func(p *planner) {
		p.mailsBefore(0)
		p.transaction("withdrawn")
		p.say(client, "RSET\r\n", "ready")
		p.say(server, "250 2.0.0 Ok\r\n", "")
		p.quit()
	}},
	{"withdrawn by QUIT", 3, "quit", "client", func(p *planner) {
		p.mailsBefore(0)
		p.transaction("withdrawn")
		p.quit()
	}},
	{"server gives up after RCPT", 3, "fin", "server", func(p *planner) {
		p.mailsBefore(0)
		p.transaction("aborted")
		p.say(server, "421 4.4.2 mx.example.com Error: timeout exceeded\r\n", "")
		p.leave(server, true)
	}},
	{"client resets after MAIL", 2, "rst", "client", func(p *planner) {
		p.mailsBefore(0)
		p.mailFrom("aborted", "250 2.1.0 Ok\r\n", "mail")
		p.reset(client)
	}},
	{"no QUIT", 6, "fin", "client", func(p *planner) { p.mailsBefore(1); p.leave(client, true) }},
	{"reset at rest", 4, "rst", "client", func(p *planner) { p.mailsBefore(1); p.reset(client) }},
	{"greeting refuses", 2, "quit", "client", func(p *planner) {
		p.tcp()
		p.say(server, "554 5.7.1 You are on a list\r\n", "hello")
		p.quit()
	}},
	{"client does not wait for the greeting", 3, "fin", "client", func(p *planner) { p.tcp(); p.leave(client, true) }},
	{"server resets before the greeting", 2, "rst", "server", func(p *planner) { p.tcp(); p.reset(server) }},
	{"client resets before EHLO", 3, "rst", "client", func(p *planner) { p.greet(); p.reset(client) }},
	{"SYN unanswered", 5, "syn-unanswered", "unknown", func(p *planner) {
		for i := range 4 {
			p.add(act{kind: actSYN, side: client, after: backoff(i)})
		}
	}},
	{"SYN refused", 3, "syn-refused", "server", func(p *planner) {
		p.add(act{kind: actSYN, side: client})
		p.add(act{kind: actRefuse, side: server, after: p.soon(), ends: true})
	}},
	{"TLS", 20, "fin", "client", func(p *planner) {
		p.startTLS()
		for range 1 + p.rand.IntN(3) {
			p.encrypted(client, p.bodySize())
			p.encrypted(server, 80)
		}
		p.leave(client, true)
	}},
	{"TLS, reset", 3, "rst", "server", func(p *planner) {
		p.startTLS()
		p.encrypted(client, p.bodySize())
		p.reset(server)
	}},
	{"TLS handshake fails", 3, "fin", "client", func(p *planner) {
		p.hello()
		p.truth.TLS = "begun"
		p.say(client, "STARTTLS\r\n", "")
		p.say(server, "220 2.0.0 Ready to start TLS\r\n", "tls-handshake")
		p.say(client, string(clientHello("mx.example.com")), "")
		p.leave(client, true)
	}},
	{"port used anew", 2, "replaced", "client", func(p *planner) { p.breakData(); p.bequeaths = true }},
}
