//go:build linux

package realservers

import "sync"

// playMilterTimeout gets 451 at the end of the message, when the server has
// waited long enough for its milter.
func playMilterTimeout(c *client) {
	c.hello()
	c.mail(sleepySender)
	c.rcpt(bob)
	c.data()
	c.letter(900)
	c.quit()
}

// playTwins sends the same envelope twice at once, from one address.
func playTwins(c *client) {
	c.twice(func(s *client) { s.deliver(700, bob); s.quit() })
}

// playTwinsLeave leaves both times behind RCPT: nothing but their ports tells
// the two apart.
func playTwinsLeave(c *client) {
	c.twice(func(s *client) { s.mail(s.from()); s.rcpt(bob); s.fin() })
}

// twice plays the same in two sessions, step by step at the same time.
func (c *client) twice(play func(*client)) {
	both := []*client{c, c.another()}
	var wg sync.WaitGroup
	for _, s := range both {
		s.dial()
	}
	for _, s := range both {
		wg.Go(func() {
			s.expect(s.reply(), 220)
			s.process()
			s.ehlo()
			play(s)
		})
	}
	wg.Wait()
}
