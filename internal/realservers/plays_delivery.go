//go:build linux

package realservers

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const bob, carol, unknown = "bob@example.org", "carol@example.org", "unknown@example.org"

func playNormal(c *client) { c.hello(); c.deliver(1200, bob); c.quit() }

func playHelo(c *client) { c.greet(); c.helo(); c.deliver(1200, bob); c.quit() }

func playLarge(c *client) { c.hello(); c.deliver(150_000, bob); c.quit() }

func playMulti(c *client) {
	c.hello()
	c.deliver(800, bob)
	c.mail(c.from())
	c.rcpt(bob)
	c.rset()
	c.deliver(900, bob, carol)
	c.deliver(1000, carol)
	c.quit()
}

func playDots(c *client) {
	c.toData()
	c.headers("dots")
	c.content([]byte(".\r\n..\r\n...one\r\n"))
	c.delivered()
	c.content([]byte(". two\r\nnot a . dot\r\n"))
	c.expect(c.dot(), 250)
	c.quit()
}

func playPipelined(c *client) {
	c.hello()
	c.pushMail(c.from())
	c.pushRcpt(bob)
	c.pushRcpt(carol)
	c.pushData()
	c.flush()
	c.hold()
	c.headers("pipelined")
	c.body(1000)
	c.sendDot()
	c.say("QUIT")
	c.letGo()
	c.answered(c.reply())
	c.expect(c.reply(), 221)
	c.awaitEnd(replyTimeout)
}

// playScript is what `nc -N` does with a file: everything at once, then FIN.
func playScript(c *client) {
	c.greet()
	c.row.Hello = c.host
	m := c.begin(c.from())
	m.Recipients, m.Command = []Recipient{{Address: bob}}, "DATA"
	c.hold()
	defer func() {
		if m.DataCode != 354 { // pushed at a server that never took it for content
			m.Bytes, m.Complete = 0, false
		}
	}()
	for _, line := range []string{"EHLO " + c.host, "MAIL FROM:<" + m.From + ">", "RCPT TO:<" + bob + ">", "DATA"} {
		c.say(line)
	}
	c.headers("all at once")
	c.body(500)
	c.sendDot()
	c.say("QUIT")
	c.halfClose()
	c.readScriptReplies(m)
}

// readScriptReplies gives the replies of a script sent at once to its steps.
// Servers that want EHLO to be waited for refuse it all, each in its own way.
func (c *client) readScriptReplies(m *Message) {
	m.Outcome = words("aborted|refused|rejected|unanswered|unknown")
	steps := []func(Reply){
		func(Reply) {},
		func(r Reply) { m.Code = r.Code },
		func(r Reply) { m.Recipients[0].Code = r.Code },
		func(r Reply) { m.DataCode = r.Code },
		c.answered,
	}
	for _, step := range steps {
		if c.err != nil {
			return
		}
		r, err := c.readReply(replyTimeout)
		if err != nil {
			c.row.Saw = seen(err)
			c.fail(c.tcp.Close())
			return
		}
		if step(r); m.DataCode != 0 && m.DataCode != 354 {
			m.Outcome = words("refused")
			break
		}
	}
	c.awaitEnd(replyTimeout)
}

func playBDAT(c *client) {
	c.toRcpt()
	head := []byte("From: <alice@example.net>\r\nSubject: in two chunks\r\n\r\n")
	c.expect(c.chunk(append(head, strings.Repeat(bodyLine, 20)...), false), 250)
	c.expect(c.chunk([]byte(strings.Repeat(bodyLine, 10)), true), 250)
	c.quit()
}

func playBDATDot(c *client) {
	c.toRcpt()
	c.expect(c.chunk([]byte("Subject: a dot\r\n\r\nbefore\r\n.\r\nafter\r\n"), false), 250)
	c.expect(c.chunk(nil, true), 250)
	c.quit()
}

func playBDATRst(c *client) {
	c.toRcpt()
	c.sendChunk(10_000, []byte(strings.Repeat(bodyLine, 30)), true)
	c.delivered()
	c.rst()
}

func playBDATFin(c *client) {
	c.toRcpt()
	c.expect(c.chunk([]byte("Subject: half\r\n\r\n"+strings.Repeat(bodyLine, 20)), false), 250)
	c.fin()
}

func playEightBit(c *client) {
	c.hello()
	c.mail(c.from(), "BODY=8BITMIME")
	c.rcpt(bob)
	c.data()
	c.headers("eight bits")
	c.content([]byte("Gr\xc3\xbc\xc3\x9fe, \xe9\xe8\xff\r\n"))
	c.expect(c.dot(), 250)
	c.quit()
}

func playNullSender(c *client) {
	c.hello()
	c.mail("")
	c.rcpt(bob)
	c.data()
	c.expect(c.letter(600), 250)
	c.quit()
}

func playSlow(c *client) {
	pause := func() { c.wait(500 * time.Millisecond) }
	c.greet()
	pause()
	c.ehlo()
	pause()
	c.mail(c.from())
	pause()
	c.rcpt(bob)
	pause()
	c.data()
	pause()
	c.headers("slow")
	for range 4 {
		c.body(2000)
		pause()
	}
	c.expect(c.dot(), 250)
	pause()
	c.quit()
}

func playBytes(c *client) {
	c.greet()
	c.row.Hello = c.host
	m := c.begin(c.from())
	m.Recipients = []Recipient{{Address: bob}}
	c.expect(c.typed("EHLO "+c.host), 250)
	m.Code = c.typed("MAIL FROM:<" + m.From + ">").Code
	m.Recipients[0].Code = c.typed("RCPT TO:<" + bob + ">").Code
	c.data()
	c.headers("typed")
	c.body(70)
	c.ended()
	for _, b := range []byte(".\r\n") {
		c.write([]byte{b})
		c.wait(3 * time.Millisecond)
	}
	c.note("C", ".")
	r := c.reply()
	c.answered(r)
	c.expect(r, 250)
	c.quit()
}

// typed sends a line byte by byte (Go sets TCP_NODELAY).
func (c *client) typed(line string) Reply {
	c.note("C", "%s", line)
	for _, b := range []byte(line + "\r\n") {
		c.write([]byte{b})
		c.wait(time.Millisecond)
	}
	return c.reply()
}

func playPortReuse(c *client) {
	for i := range 3 {
		s := c
		if i > 0 {
			s = c.another()
			s.row.Client.Port = c.row.Client.Port
		}
		s.dial(socketOption{unix.SOL_SOCKET, unix.SO_REUSEADDR, 1})
		s.expect(s.reply(), 220)
		s.ehlo()
		s.deliver(600, bob)
		s.expect(s.cmd("QUIT"), 221)
		s.rst()
		s.wait(300 * time.Millisecond)
	}
}

func playGreylist(c *client) {
	c.row.Ended = ended("rcpt", "quit", "client")
	c.toMail()
	c.rcpt("later@example.org")
	c.quit()
	again := c.another()
	again.row.Ended = quitReady
	again.hello()
	again.deliver(700, bob)
	again.quit()
}

func playAuthPlain(c *client) { c.submit(func() Reply { return c.authPlain(authPassword) }) }

func playAuthLogin(c *client) { c.submit(func() Reply { return c.authLogin(authPassword) }) }

func (c *client) submit(auth func() Reply) {
	c.row.Gateway.Port = 587
	c.hello()
	c.expect(auth(), 235)
	c.deliver(900, bob)
	c.quit()
}

func playAuthFail(c *client) {
	c.row.Gateway.Port = 587
	c.hello()
	c.expect(c.authPlain("wrong"), 535)
	c.quit()
}

func (c *client) insideAuth() {
	c.row.Gateway.Port = 587
	c.hello()
	c.row.Auth = &Auth{Mechanism: "LOGIN"}
	c.expect(c.cmd("AUTH LOGIN"), 334)
}

func playAuthFin(c *client) { c.insideAuth(); c.fin() }

func playAuthHang(c *client) { c.insideAuth(); c.awaitEnd(replyTimeout) }

// midData goes to the middle of a message and waits until the content is there.
func (c *client) midData(n int) {
	c.toData()
	c.headers(fmt.Sprintf("broken off after %d bytes", n))
	c.body(n)
	c.delivered()
}
