//go:build linux

package realservers

import (
	"fmt"
	"io"
	"strings"
)

// WriteTable prints the scenarios with the verdict that is right for each, and
// the servers that are left out of it.
func WriteTable(w io.Writer) {
	for _, s := range scenarios {
		fmt.Fprintf(w, "%-30s %-40s %s\n", s.Name, s.Ended, s.Says)
		for _, name := range Servers {
			if why := s.not[name]; why != "" {
				fmt.Fprintf(w, "%-30s   not on %s: %s\n", "", name, why)
			}
			if own := s.differs[name]; own != nil {
				fmt.Fprintf(w, "%-30s   on %s: %s\n", "", name, own)
			}
		}
	}
}

// String is the verdict in the record's words, "-" where there is none.
func (v *Verdict) String() string {
	if v == nil {
		return "-"
	}
	return strings.Join([]string{strings.Join(v.Phase, "|"), strings.Join(v.How, "|"), strings.Join(v.By, "|")}, " / ")
}
