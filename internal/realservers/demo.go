//go:build linux

package realservers

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
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

// patientPostfix is Postfix with a timer as one may meet it, and no tighter
// limits than that.
func patientPostfix() *recipe {
	r := *postfix
	r.files = maps.Clone(postfix.files)
	const main = "etc/postfix/main.cf"
	r.files[main] = strings.Replace(r.files[main], "smtpd_timeout = 5s", "smtpd_timeout = 30s", 1)
	return &r
}

// demoDir is the demo's folder, seen from the module's root.
const demoDir = "testdata/demo"

// RecordDemo records testdata/demo anew; it has to run in the module's root.
func RecordDemo(ctx context.Context, o Options) error {
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("the demo is recorded from the module's root: %w", err)
	}
	tmp, err := os.MkdirTemp("", "smtpscope-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	o.Server, o.Dir, o.Demo = "postfix", tmp, true
	result, err := Run(ctx, o)
	if err != nil {
		return err
	}
	rows, err := ReadTruth(result.Truth)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Error != "" {
			return fmt.Errorf("%s: %s", row.Scenario, row.Error)
		}
	}
	if err := os.MkdirAll(demoDir, 0o755); err != nil {
		return err
	}
	return firstError(
		copyFile(filepath.Join(demoDir, "capture.pcap"), result.Capture),
		copyFile(filepath.Join(demoDir, "gateway.log"), result.Log),
		copyFile(filepath.Join(demoDir, "truth.jsonl"), result.Truth))
}

func copyFile(to, from string) error {
	p, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, p, 0o644)
}
