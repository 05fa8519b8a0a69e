package gatewaylog

import (
	"encoding/json"
	"fmt"
	"os"
	"smtpscope/internal/canary"
	"strconv"
	"strings"
	"testing"
)

func TestSeed(t *testing.T) {
	n, _ := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	dir := os.Getenv("SMTPSCOPE_HUNT_LOGS")
	if dir == "" {
		dir = "testdata"
	}
	log := canary.Make(n, realLines(t, dir))
	var product Product
	if n%4 == 0 {
		product = Products()[int(n/4)%len(Products())]
	}
	conns, report := readText(t, Options{Product: product, Year: canary.Year}, log.Text)
	raw, _ := json.Marshal(map[string]any{"connections": conns, "report": report})
	said := log.Ear.Hear(strings.ReplaceAll(string(raw), "\\", ""))
	fmt.Println(log.Name, "\n", log.Text, "\nSAID", said)
	for _, c := range conns {
		for _, l := range c.Lines {
			fmt.Println("  ", l.Number, l.Text)
		}
	}
	for _, r := range report.Reasons {
		for _, l := range r.Examples {
			fmt.Println("  r", r.Words, l.Number, l.Text)
		}
	}
}
