//go:build linux

package realservers

import (
	"crypto/tls"
	"errors"
	"time"
)

func playTLS(c *client) { c.throughTLS(nil) }

func playTLS12(c *client) {
	c.throughTLS(&tls.Config{InsecureSkipVerify: true, ServerName: gatewayHost, MaxVersion: tls.VersionTLS12})
}

func (c *client) throughTLS(config *tls.Config) {
	c.toTLS()
	c.fail(c.startTLS(config))
	c.row.TLS = "starttls"
	c.ehlo()
	c.deliver(1500, bob)
	c.quit()
}

// toTLS goes as far as the 220 to STARTTLS.
func (c *client) toTLS() {
	c.hello()
	c.expect(c.cmd("STARTTLS"), 220)
	c.row.TLS = "failed"
}

// playTLSRejects checks the certificate against the system's roots, which do
// not know it: crypto/tls sends the alert bad_certificate.
func playTLSRejects(c *client) {
	c.toTLS()
	if c.err == nil && c.startTLS(&tls.Config{ServerName: gatewayHost}) == nil {
		c.fail(errors.New("the certificate was accepted"))
	}
	c.fin()
}

func playTLSOld(c *client) {
	c.toTLS()
	old := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	if c.err == nil && c.startTLS(old) == nil {
		c.fail(errors.New("TLS 1.1 was accepted"))
	}
	c.fin()
}

func playTLSServerFails(c *client) {
	c.toTLS()
	if c.err == nil && c.startTLS(nil) == nil {
		c.fail(errors.New("the handshake succeeded"))
	}
	c.fin()
}

func playTLSGarbage(c *client) {
	c.toTLS()
	c.say("EHLO this is no TLS record at all")
	c.endOfBytes()
}

func playTLSFin(c *client) { c.toTLS(); c.fin() }

func playTLSHang(c *client) { c.toTLS(); c.endOfBytes() }

// endOfBytes reads what is no SMTP any more until the server closes.
func (c *client) endOfBytes() {
	if c.err != nil {
		return
	}
	c.fail(c.tcp.SetReadDeadline(time.Now().Add(replyTimeout)))
	buf := make([]byte, 4096)
	for {
		n, err := c.in.Read(buf)
		if n > 0 {
			c.note("S", "<%d bytes>", n)
		}
		if err != nil {
			c.row.Saw = seen(err)
			break
		}
	}
	if c.row.Saw == "nothing" {
		c.fail(errors.New("the server did not close"))
	}
	c.fin()
}

// clientHello is the beginning of a TLS 1.2 ClientHello record that announces
// 200 bytes, RFC 5246 section 7.4.1.2.
var clientHello = []byte{22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

func playTLSRst(c *client) {
	c.toTLS()
	c.note("C", "<%d bytes of a ClientHello>", len(clientHello))
	c.write(clientHello)
	c.delivered()
	c.rst()
}

func playTLSFinData(c *client) {
	c.toTLS()
	c.fail(c.startTLS(nil))
	c.row.TLS = "starttls"
	c.ehlo()
	c.mail(c.from())
	c.rcpt(bob)
	c.data()
	c.headers("half a secret")
	c.body(5000)
	c.delivered()
	c.fin() // the TCP connection, without close_notify
}

func playSMTPS(c *client) {
	c.row.Gateway.Port = 465
	c.dial()
	c.fail(c.startTLS(nil))
	c.row.TLS = "implicit"
	c.expect(c.reply(), 220)
	c.ehlo()
	c.deliver(1500, bob)
	c.quit()
}

func playPlainOn465(c *client) {
	c.row.Gateway.Port = 465
	c.dial()
	c.endOfBytes()
}

func playTLSOn25(c *client) {
	c.greet()
	c.note("C", "<a ClientHello>")
	c.write(append(clientHello, make([]byte, 205-len(clientHello))...))
	c.wait(500 * time.Millisecond)
	c.rst()
}
