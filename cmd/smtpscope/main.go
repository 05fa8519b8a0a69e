// Command smtpscope reads packet captures of mail traffic and says for every
// SMTP session where it ended, how, and by whom.
package main

import (
	"os"

	"smtpscope/internal/hugepages"
)

func main() {
	forbidCore()
	hugepages.GiveBackTables()
	tuneMemory(os.Args[1:])
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
