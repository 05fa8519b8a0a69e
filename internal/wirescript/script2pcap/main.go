// Script2pcap turns a conversation script into a pcapng file, so that a case of
// testdata can be looked at with tshark:
//
//	go run ./internal/wirescript/script2pcap testdata/rst-mid-data/session.txt | tshark -r -
package main

import (
	"fmt"
	"os"

	"smtpscope/internal/wirescript"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "script2pcap:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one script is due")
	}
	script, err := wirescript.ParseFile(args[0])
	if err != nil {
		return err
	}
	frames, err := script.Frames()
	if err != nil {
		return err
	}
	return wirescript.WritePcapng(os.Stdout, frames, wirescript.PcapngOptions{TSResol: 9})
}
