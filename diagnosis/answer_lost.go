package diagnosis

// answerMayBeLost reports whether the server may have answered all the same: only
// near the server is an answer that did not come here one that was not given. What
// the server sends behind the wait counts all that it had said before (RFC 9293
// section 3.4), so that nothing can be missing then.
func (c *Case) answerMayBeLost() bool {
	return c.vantage() != "server" && c.Wire.Server.Last.At.Frame <= c.Ended.Frame
}

// orLost is the sentence for it, "" where no answer can have been lost.
func (c *Case) orLost() string {
	if !c.answerMayBeLost() {
		return ""
	}
	return " An answer that was lost between the server and this capture point looks the same. " +
		c.captureNear("server", "it shows whether one leaves it.")
}

// questionLost says the same where it is not known either whether the server had
// what it was asked.
func (c *Case) questionLost() string {
	if c.vantage() == "server" {
		return ""
	}
	return " Whether the question or the answer was lost on the way is not seen here. " +
		c.captureNear("server", "it shows whether the one arrives and the other leaves.")
}
