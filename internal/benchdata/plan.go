package benchdata

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// planner lays out the acts of one connection.
type planner struct {
	*conn
	profile *Profile
	number  int
	rand    *rand.Rand
	mails   int // begun
}

// newConn plans connection number n of a capture.
func newConn(profile *Profile, n int, at time.Duration, before *conn) *conn {
	r := rand.New(rand.NewPCG(profile.Seed, uint64(n)+1000))
	c := &conn{profile: profile, rand: r, began: at, at: at, mail: true, phase: "connect"}
	c.seq = [2]uint32{r.Uint32(), r.Uint32()}
	c.id = [2]uint16{uint16(r.Uint32()), uint16(r.Uint32())}
	c.stamps = r.IntN(2) == 0
	c.hosts[client] = host{[4]byte{10, 20, byte(n >> 8 & 15), byte(n)}, uint16(20000 + n>>12%40000)}
	c.hosts[server] = host{[4]byte{192, 0, 2, byte(1 + r.IntN(4))}, [...]uint16{25, 25, 25, 587}[r.IntN(4)]}
	p := &planner{conn: c, profile: profile, number: n, rand: r}
	switch {
	case before != nil:
		c.hosts = before.hosts
		p.finish(&endings[0])
	case r.Float64() < profile.Other:
		p.other()
	case r.Float64() < profile.Aborted:
		p.finish(p.choose())
	default:
		p.finish(&endings[0])
	}
	c.truth.Client, c.truth.Server = c.hosts[client].String(), c.hosts[server].String()
	return c
}

func (h host) String() string { return netip.AddrPortFrom(netip.AddrFrom4(h.addr), h.port).String() }

// choose draws one of the endings but the first.
func (p *planner) choose() *ending {
	total := 0
	for i := range endings[1:] {
		total += endings[i+1].weight
	}
	k := p.rand.IntN(total)
	for i := range endings[1:] {
		if k -= endings[i+1].weight; k < 0 {
			return &endings[i+1]
		}
	}
	return &endings[0]
}

func (p *planner) finish(e *ending) {
	p.truth.Kind, p.truth.How, p.truth.By = e.name, e.how, e.by
	e.plan(p)
}

// soon is a round trip, later the time that somebody thinks.
func (p *planner) soon() time.Duration {
	return 200*time.Microsecond + time.Duration(p.rand.Int64N(int64(30*time.Millisecond)))
}
func (p *planner) later() time.Duration {
	return min(time.Duration(p.rand.ExpFloat64()*float64(p.profile.Pace)), maxPause)
}

// maxPause is below the time after which a handshake that the capture does not
// show whole counts as failed.
const maxPause = 100 * time.Second

func (p *planner) add(a act) *act {
	p.acts = append(p.acts, a)
	return &p.acts[len(p.acts)-1]
}

func (p *planner) say(from side, text, then string) *act {
	after := p.soon()
	if from == server && p.rand.IntN(3) == 0 {
		after = p.later()
	}
	return p.add(act{kind: actSay, side: from, after: after, data: []byte(text), then: then})
}

// tcp plans the handshake.
func (p *planner) tcp() {
	p.add(act{kind: actSYN, side: client})
	p.add(act{kind: actSYNACK, side: server, after: p.soon()})
	p.add(act{kind: actACK, side: client, after: p.soon(), then: "banner"})
}

// leave plans the orderly close that follows the end, or is it.
func (p *planner) leave(first side, ends bool) {
	p.add(act{kind: actFIN, side: first, after: p.soon(), ends: ends})
	p.add(act{kind: actFIN, side: first.other(), after: p.soon()})
	p.add(act{kind: actACK, side: first, after: p.soon()})
}

func (p *planner) reset(by side) {
	p.add(act{kind: actRST, side: by, after: p.later(), ends: true})
}

func (p *planner) greet() {
	p.tcp()
	p.say(server, "220 mx"+strconv.Itoa(int(p.hosts[server].addr[3]))+".example.com ESMTP Postfix\r\n", "hello")
}

const ehloReply = "250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-ETRN\r\n250-STARTTLS\r\n" +
	"250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"

// hello plans greeting and EHLO.
func (p *planner) hello() {
	p.greet()
	p.say(client, "EHLO host"+strconv.Itoa(p.number%5000)+".example.org\r\n", "")
	p.say(server, ehloReply, "ready")
}

// bodySize draws from the log-normal distribution.
func (p *planner) bodySize() int {
	return min(max(int(float64(p.profile.Body)*math.Exp(p.rand.NormFloat64()*p.profile.Spread)), 300), p.profile.BodyMax)
}

func (p *planner) address(kind string) string {
	return kind + strconv.Itoa(p.rand.IntN(100_000)) + "@example." + [...]string{"org", "net", "com"}[p.rand.IntN(3)]
}

// mailHeader is a message's header, and its Message-ID.
func (p *planner) mailHeader(from string, to []string) (header []byte, id string) {
	id = fmt.Sprintf("<%d.%d.%x@host.example.org>", p.number, p.mails, p.rand.Uint64())
	h := "Received: from host.example.org (host.example.org [10.20.0.1])\r\n\tby mx.example.com (Postfix) with ESMTPS\r\n" +
		"Date: Mon, 15 Jan 2024 08:00:00 +0000\r\nFrom: <" + from + ">\r\nTo: <" + strings.Join(to, ">, <") + ">\r\n" +
		"Message-ID: " + id + "\r\nSubject: message " + strconv.Itoa(p.mails) + "\r\nMIME-Version: 1.0\r\n\r\n"
	return []byte(h), id
}

// other plans a connection that is no mail: a page, or a long transfer, on
// ports of the web.
func (p *planner) other() {
	p.mail = false
	p.hosts[server].port = [...]uint16{80, 443, 8080}[p.rand.IntN(3)]
	p.tcp()
	request := "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"
	if p.hosts[server].port == 443 {
		request = string(clientHello("www.example.com"))
	}
	for range 1 + p.rand.IntN(3) {
		p.say(client, request, "")
		size := p.bodySize()
		header := "HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(size) + "\r\n\r\n"
		p.add(act{kind: actBody, side: server, after: p.soon(), body: content(p.rand, []byte(header), size, "")})
	}
	p.leave(client, true)
}

// clientHello is a TLS 1.3 ClientHello (RFC 8446 section 4.1.2) of an ordinary
// client; serverHello and the rest of the server's flight answer it.
func clientHello(name string) []byte {
	ext := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(name)+5))
	ext = binary.BigEndian.AppendUint16(ext, uint16(len(name)+3))
	ext = binary.BigEndian.AppendUint16(append(ext, 0), uint16(len(name)))
	ext = append(ext, name...)
	ext = append(ext, 0, 43, 0, 5, 4, 3, 4, 3, 3) // supported_versions: 1.3, 1.2
	body := append([]byte{3, 3}, pool().text[:32]...)
	body = append(append(body, 32), pool().text[32:64]...)
	body = append(body, 0, 4, 0x13, 1, 0x13, 2, 1, 0)
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(ext))), ext...)
	return tlsRecord(22, append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...))
}

func serverFlight() []byte {
	body := append([]byte{3, 3}, pool().text[64:96]...)
	body = append(append(body, 32), pool().text[32:64]...)
	body = append(body, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4)
	b := tlsRecord(22, append([]byte{2, 0, byte(len(body) >> 8), byte(len(body))}, body...))
	b = append(b, tlsRecord(20, []byte{1})...)
	return append(b, tlsRecord(23, pool().text[:2400])...)
}

func tlsRecord(kind byte, body []byte) []byte {
	return append([]byte{kind, 3, 3, byte(len(body) >> 8), byte(len(body))}, body...)
}
