//go:build linux

package realservers

import "encoding/base64"

// authPlain authenticates with an initial response (RFC 4954 section 4).
func (c *client) authPlain(password string) Reply {
	c.row.Auth = &Auth{Mechanism: "PLAIN"}
	r := c.cmd("AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+authUser+"\x00"+password)))
	c.row.Auth.Code = r.Code
	return r
}

// authLogin answers the two questions of AUTH LOGIN.
func (c *client) authLogin(password string) Reply {
	c.row.Auth = &Auth{Mechanism: "LOGIN"}
	c.expect(c.cmd("AUTH LOGIN"), 334)
	c.expect(c.cmd(base64.StdEncoding.EncodeToString([]byte(authUser))), 334)
	r := c.cmd(base64.StdEncoding.EncodeToString([]byte(password)))
	c.row.Auth.Code = r.Code
	return r
}
