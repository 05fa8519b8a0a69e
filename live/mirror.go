package live

import (
	"fmt"
	"time"

	"smtpscope/capture"
)

// Mirror looks at what a mirror port delivers, apart from any session: one
// direction only, or every packet twice, is a matter of its configuration and
// should be known within the minute, not when the first session has ended.
type Mirror struct {
	mail func(port uint16) bool

	since      capture.Time
	toServer   int64 // segments that a conversation consists of
	fromServer int64
	duplicates int64 // at the beginning of the interval
	told       map[string]bool
}

const (
	// mirrorInterval is how long is counted before something is said.
	mirrorInterval = 20 * time.Second
	// mirrorLeast is how many segments it takes; where fewer come, it is
	// counted on.
	mirrorLeast = 50
	// doubled is the share of segments captured twice, of one in so many,
	// from which on the mirror is said to double.
	doubled = 4
)

// NewMirror gives a Mirror; mail tells which ports are servers'.
func NewMirror(mail func(port uint16) bool) *Mirror {
	return &Mirror{mail: mail, told: map[string]bool{}}
}

// Segment counts a segment. Bare acknowledgements count, as they are all that a
// server says while it takes a large mail; SYNs and RSTs do not, as nobody may
// answer a scan.
func (m *Mirror) Segment(s *capture.Segment) {
	if s.Kind != capture.KindTCP || s.Flags&(capture.SYN|capture.RST) != 0 {
		return
	}
	to, from := m.mail(s.Dst.Port()), m.mail(s.Src.Port())
	switch {
	case to && !from:
		m.toServer++
	case from && !to:
		m.fromServer++
	}
}

// Look says what is wrong with the mirror, once each time it begins to be.
// duplicates is how many frames were captured twice so far.
func (m *Mirror) Look(now capture.Time, duplicates int64) []string {
	if m.since == 0 {
		m.since, m.duplicates = now, duplicates
		return nil
	}
	if now.Sub(m.since) < mirrorInterval {
		return nil
	}
	var said []string
	say := func(key string, holds bool, text string) {
		if holds && !m.told[key] {
			said = append(said, text)
		}
		m.told[key] = holds
	}
	all, twice := m.toServer+m.fromServer, duplicates-m.duplicates
	if all < mirrorLeast {
		return nil
	}
	say("client", m.fromServer == 0, fmt.Sprintf(
		"the mirror shows one direction only: %d packets to mail servers, none from them; let the switch mirror both directions", m.toServer))
	say("server", m.toServer == 0, fmt.Sprintf(
		"the mirror shows one direction only: %d packets from mail servers, none to them; let the switch mirror both directions", m.fromServer))
	say("twice", twice*doubled >= all, fmt.Sprintf(
		"the mirror shows packets twice: %d of %d; let the switch mirror one port, or received packets only", twice, all))
	m.since, m.duplicates, m.toServer, m.fromServer = now, duplicates, 0, 0
	return said
}
