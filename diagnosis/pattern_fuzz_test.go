package diagnosis

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"smtpscope/session"
)

// FuzzPatterns: whatever sessions there are, what is said of them holds: the
// counts are those of sessions that were added, in order, and no more.
func FuzzPatterns(f *testing.F) {
	f.Add([]byte("every eight bytes are a session, and this is a few of them....."))
	f.Add(slices.Repeat([]byte{0, 30, 0, 1, 2, 3, 4, 5}, 12))
	f.Add(slices.Repeat([]byte{1, 200, 9, 1, 7, 0, 1, 1, 2, 40, 9, 1, 6, 3, 0, 0}, 9))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p Patterns
		all, aborted := int64(0), int64(0)
		for ; len(data) >= 8 && all < 400; data = data[8:] {
			s := sessionFrom(all, data)
			if *s.Record.Abnormal && !s.Record.Probe {
				aborted++
			}
			p.Add(s)
			all++
		}
		for _, one := range p.Found() {
			if one.Count < 1 || one.Count > all || one.Aborted > aborted || one.Aborted > one.Count {
				t.Errorf("%s: %d sessions, %d aborted, of %d and %d", one.Code, one.Count, one.Aborted, all, aborted)
			}
			if n := len(one.Sessions); !slices.IsSorted(one.Sessions) || len(slices.Compact(slices.Clone(one.Sessions))) != n || int64(n) != min(one.Count, maxPatternSessions) {
				t.Errorf("%s: sessions %v", one.Code, one.Sessions)
			}
			if one.Summary == "" || one.Advice == "" || one.Against == "" || len(one.Clients) == 0 || len(one.Servers) == 0 {
				t.Errorf("%s says too little: %+v", one.Code, one)
			}
		}
	})
}

// sessionFrom makes a session of eight bytes.
func sessionFrom(n int64, b []byte) *session.Session {
	s := blank(int(n), time.Duration(b[0])*time.Second)
	r := &s.Record
	r.Client.IP, r.Server.IP = netip.AddrFrom4([4]byte{10, 0, b[5] & 3, b[5] >> 4}), netip.AddrFrom4([4]byte{10, 9, 9, b[6] & 7})
	phases := []string{"connect", "banner", "rcpt", "data", "dot", "ready", "unknown"}
	r.Ended = session.Ended{Phase: phases[int(b[2])%len(phases)], How: []session.How{session.ByFIN, session.ByRST, session.ByQuit, session.BySYNUnanswered}[b[3]&3],
		By: []string{"client", "server", "unknown"}[int(b[3]>>2)%3], Time: r.Start + session.Time(time.Duration(b[1])*time.Second)}
	if b[1] != 0 {
		r.Ended.Idle = pointer(session.Seconds(time.Duration(b[1]) * 300 * time.Millisecond))
	}
	r.Abnormal, r.Probe = pointer(b[4]&1 > 0), b[4]&6 == 6
	r.Seen.Client, r.Seen.Server = b[4]&24 != 8, b[4]&24 != 16
	r.TCP.Duplicates = int64(b[4] >> 5)
	r.Hello = &session.Hello{Verb: "EHLO", Code: 250, Extensions: [][]string{{"STARTTLS", "SIZE 1"}, {"SIZE 2"}, {"XXXXXXXA"}, nil}[b[6]>>6]}
	if b[7] > 0 {
		r.Messages = []*session.Message{{From: pointer("a"), MessageID: string(rune('a' + b[7]&7)),
			Recipients: []*session.Recipient{{Address: "b"}}, Outcome: []session.Outcome{session.Accepted, session.Unanswered, session.Aborted}[int(b[7]>>3)%3],
			Transfer: &session.Transfer{Command: []string{"DATA", "BDAT", ""}[int(b[7]>>5)%3], Bytes: int64(b[7]) * 100, Complete: r.Ended.Phase != "data"}}}
	}
	s.SYN = session.SYNStamp{Seen: true, HasTS: b[6]&8 > 0, TSVal: uint32(b[1]) << 24}
	return s
}
