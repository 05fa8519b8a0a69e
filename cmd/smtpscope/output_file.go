package main

import (
	"os"

	"smtpscope/report/wholefile"
)

// checkOutput finds early what would keep a file from being written: also that
// it is one of those that are read, or standard output, of which nothing can be
// taken back.
func checkOutput(name string, force bool, inputs []string) error {
	if name == "-" {
		return usage("- is standard output, and what is written here appears whole or not at all").hint("name a file")
	}
	if out, err := os.Stat(name); err == nil {
		for _, path := range inputs {
			if in, err := os.Stat(path); err == nil && os.SameFile(in, out) {
				return usage("%s is read and cannot be written too", name).hint("name another file")
			}
		}
	}
	return existing(wholefile.Check(name, force))
}
