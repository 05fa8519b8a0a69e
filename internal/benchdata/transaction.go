package benchdata

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func backoff(i int) time.Duration { // RFC 6298 section 5.5
	if i == 0 {
		return 0
	}
	return time.Second << (i - 1)
}

// mailsBefore plans EHLO and the mails that go well; at least least.
func (p *planner) mailsBefore(least int) {
	p.hello()
	for range least + p.rand.IntN(p.profile.Messages-least+1) {
		switch p.rand.IntN(5) {
		case 0:
			p.chunked()
		case 1, 2:
			p.pipelined()
		default:
			p.data(p.transaction("accepted"), "")
		}
	}
}

func (p *planner) quit() {
	p.say(client, "QUIT\r\n", "").ends = true
	if p.rand.IntN(8) == 0 { // it does not wait
		p.leave(client, false)
		return
	}
	p.say(server, "221 2.0.0 Bye\r\n", "")
	if p.rand.IntN(2) == 0 {
		p.leave(server, false)
	} else {
		p.leave(client, false)
	}
}

// message is a mail, as the truth has it, by its place there.
type message struct {
	index int
	from  string
	to    []string
}

func (p *planner) truthOf(m *message) *TruthMessage { return &p.truth.Messages[m.index] }

func (p *planner) begin(outcome string) *message {
	m := &message{index: len(p.truth.Messages), from: p.address("sender")}
	p.truth.Messages = append(p.truth.Messages, TruthMessage{From: m.from, Outcome: outcome})
	p.mails++
	return m
}

func (p *planner) mailFrom(outcome, reply, then string) *message {
	m := p.begin(outcome)
	p.say(client, "MAIL FROM:<"+m.from+"> SIZE=20000 BODY=8BITMIME\r\n", "mail")
	p.say(server, reply, then)
	return m
}

func (p *planner) rcptTo(m *message, reply string) {
	to := p.address("recipient")
	m.to = append(m.to, to)
	p.truthOf(m).Recipients++
	p.say(client, "RCPT TO:<"+to+"> ORCPT=rfc822;"+to+"\r\n", "rcpt")
	p.say(server, reply, "")
}

// transaction plans MAIL and some RCPT, each answered.
func (p *planner) transaction(outcome string) *message {
	m := p.mailFrom(outcome, "250 2.1.0 Ok\r\n", "mail")
	for range 1 + p.rand.IntN(2) {
		p.rcptTo(m, "250 2.1.5 Ok\r\n")
	}
	return m
}

// queued is the reply to a message that was taken.
func (p *planner) queued(m *message) string {
	id := fmt.Sprintf("%08X", p.rand.Uint32())
	p.truthOf(m).QueueID = id
	return "250 2.0.0 Ok: queued as " + id + "\r\n"
}

// open354 plans DATA and its 354.
func (p *planner) open354() {
	p.say(client, "DATA\r\n", "data-command")
	p.say(server, "354 End data with <CR><LF>.<CR><LF>\r\n", "data")
}

// text plans content that is whole.
func (p *planner) text(m *message) {
	header, id := p.mailHeader(m.from, m.to)
	b := content(p.rand, header, p.bodySize(), ".\r\n")
	t := p.truthOf(m)
	t.Command, t.Bytes, t.Complete, t.MessageID = "DATA", b.unstuffed(), true, id
	p.add(act{kind: actBody, side: client, after: p.soon(), body: b, then: "dot"})
}

// data plans DATA and content, answered by reply; "" = taken.
func (p *planner) data(m *message, reply string) {
	p.open354()
	p.text(m)
	if reply == "" {
		reply = p.queued(m)
	}
	p.say(server, reply, "ready")
}

// pipelined plans a mail whose envelope is sent in one go (RFC 2920).
func (p *planner) pipelined() {
	m := p.begin("accepted")
	var ask, reply strings.Builder
	ask.WriteString("MAIL FROM:<" + m.from + ">\r\n")
	reply.WriteString("250 2.1.0 Ok\r\n")
	for range 1 + p.rand.IntN(5) {
		to := p.address("recipient")
		m.to = append(m.to, to)
		ask.WriteString("RCPT TO:<" + to + ">\r\n")
		reply.WriteString("250 2.1.5 Ok\r\n")
	}
	p.truthOf(m).Recipients = len(m.to)
	ask.WriteString("DATA\r\n")
	reply.WriteString("354 End data with <CR><LF>.<CR><LF>\r\n")
	p.say(client, ask.String(), "data-command")
	p.say(server, reply.String(), "data")
	p.text(m)
	p.say(server, p.queued(m), "ready")
}

// chunked plans a mail in BDAT chunks (RFC 3030).
func (p *planner) chunked() {
	m := p.transaction("accepted")
	chunks := 1 + p.rand.IntN(2)
	for i := range chunks {
		size := p.chunk(m, i == 0, i == chunks-1, nil)
		if i < chunks-1 {
			p.say(server, "250 2.0.0 "+strconv.Itoa(size)+" octets received\r\n", "")
		}
	}
	p.truthOf(m).Complete = true
	p.say(server, p.queued(m), "ready")
}

// chunk plans one chunk, its command in the same flight.
func (p *planner) chunk(m *message, first, last bool, change func(*body)) int {
	var header []byte
	t := p.truthOf(m)
	if first {
		header, t.MessageID = p.mailHeader(m.from, m.to)
	}
	b := content(p.rand, header, p.bodySize(), "")
	size := b.size()
	command := "BDAT " + strconv.Itoa(size)
	then := "data"
	if last {
		command += " LAST"
		then = "dot"
	}
	command += "\r\n"
	if change != nil {
		change(&b)
		then = "data"
	}
	t.Command = "BDAT"
	t.Bytes += b.raw()
	b.header = append([]byte(command), b.header...)
	if change != nil {
		b.cut += len(command)
	}
	p.add(act{kind: actBody, side: client, after: p.soon(), body: b, from: "data", then: then})
	return size
}

// breakData plans content that breaks off.
func (p *planner) breakData() {
	p.mailsBefore(0)
	m := p.transaction("aborted")
	p.open354()
	header, id := p.mailHeader(m.from, m.to)
	b := content(p.rand, header, max(p.bodySize(), 1000), ".\r\n")
	b.breakOff(p.rand)
	t := p.truthOf(m)
	t.Command, t.Bytes = "DATA", b.unstuffed()
	if b.cut >= len(header) {
		t.MessageID = id
	}
	p.add(act{kind: actBody, side: client, after: p.soon(), body: b})
}

func (p *planner) breakChunk() {
	p.mailsBefore(0)
	m := p.transaction("aborted")
	p.chunk(m, true, true, func(b *body) { b.breakOff(p.rand) })
	p.truthOf(m).MessageID = "" // it may be cut
}

// unanswered plans a message whose end nothing answers.
func (p *planner) unanswered() {
	p.mailsBefore(0)
	m := p.transaction("unanswered")
	p.open354()
	p.text(m)
}

// startTLS plans STARTTLS and a whole handshake (RFC 3207, RFC 8446).
func (p *planner) startTLS() {
	p.hello()
	p.truth.TLS = "complete"
	p.say(client, "STARTTLS\r\n", "")
	p.say(server, "220 2.0.0 Ready to start TLS\r\n", "tls-handshake")
	p.say(client, string(clientHello("mx.example.com")), "")
	p.say(server, string(serverFlight()), "")
	p.say(client, string(append(tlsRecord(20, []byte{1}), tlsRecord(23, pool().text[:53])...)), "tls")
}

// encrypted plans records of application data.
func (p *planner) encrypted(from side, size int) {
	for size > 0 {
		n := min(size, 16<<10)
		b := body{header: []byte{23, 3, 3, byte(n >> 8), byte(n)}, from: p.rand.IntN(len(pool().text)), lines: n, cut: 1 << 62}
		p.add(act{kind: actBody, side: from, after: segmentGap, body: b})
		size -= n
	}
}
