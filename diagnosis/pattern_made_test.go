package diagnosis

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"smtpscope/session"
)

// madeBegan is when the sessions made here begin.
var madeBegan = time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)

// madeCases are cases that scripts cannot play, or not in few lines.
var madeCases = map[string]func() []*session.Session{
	"timer 421": func() (list []*session.Session) {
		for i := range 3 {
			s := closed(i, 0, "server")
			s.Record.Ended.Unasked = &session.Unasked{Code: 421, Text: "4.4.2 timed out", After: new(session.Seconds(30 * time.Second))}
			list = append(list, s)
		}
		return list
	},
	"timer of 300 s, 2 % off": func() (list []*session.Session) {
		for i, d := range []int{296, 300, 305} {
			list = append(list, closed(i, time.Duration(d)*time.Second, "server"))
		}
		return list
	},
	"timer nobody knows": func() (list []*session.Session) {
		for i := range 3 {
			list = append(list, closed(i, 77*time.Second, "server"))
		}
		return list
	},
	"pauses like round trips": func() (list []*session.Session) {
		for i := range 9 {
			list = append(list, closed(i, 200*time.Millisecond, "server"))
		}
		return list
	},
	"older timestamps unanswered": func() []*session.Session {
		return syns(0, "a100 a200 u50 a300 u250 u60 a400")
	},
	"older timestamps unanswered, wrapped": func() []*session.Session {
		return syns(0xffffff00, "a100 a200 u50 a300 u250 u60 a400") // 300 is behind the wrap
	},
	"SYNs lost by chance": func() []*session.Session {
		return syns(0, "a100 a200 u250 a300 u250 u60 a400")
	},
	"older timestamps answered": func() []*session.Session {
		return syns(0, "a100 a200 u50 a150 u140 a300")
	},
	"four SYNs": func() []*session.Session { return syns(0, "a100 u50 a200 u60") },
	"same Message-ID, another size": func() []*session.Session {
		first, second := delivered(1, 0, "x"), delivered(2, time.Hour, "x")
		unanswered(first)
		second.Record.Messages[0].Transfer.Bytes = 999 // a header was added
		return []*session.Session{first, second}
	},
	"accepted too late, and again": func() []*session.Session {
		first, second := delivered(1, 0, "x"), delivered(2, time.Hour, "x")
		unanswered(first)
		first.Record.Messages[0].Reply = &session.Reply{Code: 250, Text: "queued"}
		return []*session.Session{first, second}
	},
	"accepted, then again": func() []*session.Session {
		return []*session.Session{delivered(1, 0, "x"), delivered(2, time.Hour, "x")}
	},
	"handed on by the gateway": func() []*session.Session {
		in, out := delivered(1, 0, "x"), delivered(2, time.Second, "x")
		unanswered(in)
		out.Record.Client, out.Record.Server = in.Record.Server, endpointAt("203.0.113.25", 25)
		return []*session.Session{in, out}
	},
	"path with one cause and several ends": func() []*session.Session {
		return oneNetwork("mtu-black-hole", "mtu-black-hole", "mtu-black-hole")
	},
	"path with several causes": func() []*session.Session {
		return oneNetwork("mtu-black-hole", "client-ended", "mtu-black-hole")
	},
	"path with one hint": func() []*session.Session { return oneNetwork("", "", "") },
	"BDAT answered with 502": func() []*session.Session {
		return chunked(session.Rejected, 502, "server", time.Minute)
	},
	"BDAT refused for its size": func() []*session.Session {
		return chunked(session.Rejected, 552, "server", time.Minute)
	},
	"BDAT answered with 502 by a server that offers none": func() []*session.Session {
		list := chunked(session.Rejected, 502, "server", time.Minute)
		for _, s := range list {
			s.Record.Hello = &session.Hello{Verb: "EHLO", Code: 250, Extensions: []string{"SIZE 1"}}
		}
		return list
	},
	"BDAT and DATA answered with 502": func() []*session.Session {
		list := chunked(session.Rejected, 502, "server", time.Minute)
		m := delivered(20, time.Hour, "20")
		m.Record.Messages[0].Outcome, m.Record.Messages[0].Reply = session.Rejected, &session.Reply{Code: 502}
		return append(list, m)
	},
	"BDAT dies now and then between many": func() (list []*session.Session) {
		for i := range 40 { // of DATA one in ten dies, and of BDAT both between one pair
			for n, s := range chunked(session.Unanswered, 0, "server", time.Minute) {
				s.Record.Client.IP = netip.AddrFrom4([4]byte{192, 0, 2, byte(100 + i)})
				m := s.Record.Messages[0]
				switch {
				case m.Transfer.Command == "BDAT" && i > 0:
					m.Outcome = session.Accepted
				case m.Transfer.Command == "DATA" && n == 1 && i%5 == 1:
					m.Outcome = session.Unanswered
				}
				list = append(list, s)
			}
		}
		return list
	},
	"user unknown for one client only": func() []*session.Session { return unknownUser("B@example.com", "192.0.2.2") },
	"user unknown for every client":    func() []*session.Session { return unknownUser("b@example.com") },
	"user unknown, then set up":        func() []*session.Session { return unknownUser("b@example.com", "192.0.2.2", "192.0.2.1") },
	"another recipient unknown":        func() []*session.Session { return unknownUser("c@example.com", "192.0.2.2") },
	"BDAT broken off by the client": func() []*session.Session {
		return chunked(session.Aborted, 0, "client", time.Second)
	},
	"one list after the other": func() (list []*session.Session) {
		for i, l := range []string{"STARTTLS", "SIZE 1", "STARTTLS", "STARTTLS", "SIZE 1", "SIZE 1"} {
			s := delivered(i, time.Duration(i)*time.Minute, strconv.Itoa(i))
			s.Record.Client = endpointAt([]string{"192.0.2.1", "203.0.113.1"}[i%2], 41234)
			s.Record.Hello = &session.Hello{Verb: "EHLO", Code: 250, Extensions: []string{l}}
			list = append(list, s)
		}
		return list
	},
	"three probes": func() (list []*session.Session) {
		for i := range 3 {
			list = append(list, probeAt(i+1, time.Duration(i)*10*time.Second))
		}
		return list
	},
	"monitor of five servers": func() (list []*session.Session) {
		for i := range 20 {
			s := probeAt(i+1, time.Duration(i)*3*time.Second)
			s.Record.Server = endpointAt("198.51.100."+strconv.Itoa(10+i%5), 25)
			list = append(list, s)
		}
		return list
	},
}

func endpointAt(ip string, port uint16) session.Endpoint {
	return session.Endpoint{IP: netip.MustParseAddr(ip), Port: port}
}

func madeAt(d time.Duration) session.Time { return session.Time(madeBegan.Add(d).UnixNano()) }

func pointer[T any](v T) *T { return &v }

// blank is a session of nothing, captured whole.
func blank(n int, start time.Duration) *session.Session {
	return &session.Session{Record: session.Record{
		Type: "session", Schema: session.Schema, Session: int64(n + 1), Frames: session.Frames{Count: 10},
		Client: endpointAt("192.0.2.10", 41234), Server: endpointAt("198.51.100.5", 25),
		Start: madeAt(start), Seen: session.Seen{Handshake: true, Client: true, Server: true},
		Abnormal: pointer(false),
	}}
}

// closed is a session that one side closed mid-DATA after a silence; each
// begins ten minutes after the last.
func closed(n int, silence time.Duration, by string) *session.Session {
	start := time.Duration(n) * 10 * time.Minute
	s := blank(n, start)
	s.Record.Abnormal = pointer(true)
	s.Record.Messages = []*session.Message{{From: pointer("a@example.org"),
		Recipients: []*session.Recipient{{Address: "b@example.com"}}, Outcome: session.Aborted,
		Transfer: &session.Transfer{Command: "DATA", Bytes: int64(1000 + n*n*977)}}}
	s.Record.Ended = session.Ended{Phase: "data", How: session.ByFIN, By: by, Time: madeAt(start + silence), Idle: pointer(session.Seconds(silence))}
	return s
}

// delivered is a session of one accepted message.
func delivered(n int, start time.Duration, from string) *session.Session {
	s := blank(n, start)
	s.Record.Messages = []*session.Message{{From: pointer(from), MessageID: "<" + from + "@example.org>",
		Recipients: []*session.Recipient{{Address: "b@example.com"}}, Outcome: session.Accepted,
		Transfer: &session.Transfer{Command: "DATA", Bytes: 900, Complete: true, Start: pointer(madeAt(start))}}}
	s.Record.Ended = session.Ended{Phase: "ready", How: session.ByQuit, By: "client", Time: madeAt(start + time.Second)}
	return s
}

func unanswered(s *session.Session) {
	s.Record.Messages[0].Outcome = session.Unanswered
	s.Record.Ended = session.Ended{Phase: "dot", How: session.ByFIN, By: "client", Time: s.Record.Start + session.Time(40*time.Second), Idle: pointer(session.Seconds(40 * time.Second))}
	s.Record.Abnormal = pointer(true)
}

// oneNetwork is sessions of one network that end in different ways with these
// causes, and deliveries from elsewhere.
func oneNetwork(causes ...string) (list []*session.Session) {
	for i, cause := range causes {
		s := closed(i, time.Duration(i)*500*time.Millisecond, []string{"client", "server"}[i%2])
		s.Record.Client = endpointAt("192.0.2."+strconv.Itoa(10+i), 41234)
		if s.Record.Findings = []session.Finding{{Code: cause, Severity: "error", Certainty: "strong"}}; cause == "" {
			s.Record.Findings[0] = session.Finding{Code: "a-hint", Severity: "error", Certainty: "hint"}
		}
		list = append(list, s)
	}
	for i := range 3 {
		s := delivered(10+i, time.Duration(i)*time.Hour, strconv.Itoa(i))
		s.Record.Client = endpointAt("203.0.113.7", 41234)
		list = append(list, s)
	}
	return list
}

// unknownUser is a recipient that a client is told to be unknown, and one that
// the same server accepts from others.
func unknownUser(accepted string, from ...string) []*session.Session {
	said := func(n int, client, address string, code int, text string) *session.Session {
		s := delivered(n, time.Duration(n)*time.Minute, strconv.Itoa(n))
		s.Record.Client.IP = netip.MustParseAddr(client)
		s.Record.Messages[0].Recipients[0] = &session.Recipient{Address: address, Code: code, Text: text}
		return s
	}
	list := []*session.Session{said(1, "192.0.2.1", "b@example.com", 554, "5.1.2 Recipient address rejected: User unknown")}
	list[0].Record.Messages[0].Outcome, list[0].Record.Messages[0].Transfer = session.Refused, nil
	for i, client := range from {
		list = append(list, said(2+i, client, accepted, 250, "2.1.5 Ok"))
	}
	return list
}

// chunked is two messages sent with BDAT that ended so, and two sent with DATA
// between the same hosts that were accepted.
func chunked(outcome session.Outcome, code int, by string, silence time.Duration) (list []*session.Session) {
	for i := range 2 {
		s := closed(i, silence, by)
		m := s.Record.Messages[0]
		m.Outcome, m.Transfer.Command = outcome, "BDAT"
		if code > 0 {
			m.Reply = &session.Reply{Code: code}
		}
		list = append(list, s, delivered(10+i, time.Duration(i)*time.Hour, strconv.Itoa(i)))
	}
	return list
}

func probeAt(n int, start time.Duration) *session.Session {
	s := blank(n, start)
	s.Record.Probe = true
	s.Record.Ended = session.Ended{Phase: "hello", How: session.ByQuit, By: "client", Time: madeAt(start + time.Millisecond)}
	return s
}

// syns are SYNs of one address, one a second, with their timestamps: "a100" is
// answered, "u50" not.
func syns(base uint32, words string) (list []*session.Session) {
	for i, word := range strings.Fields(words) {
		s := blank(i, time.Duration(i)*time.Second)
		v, _ := strconv.ParseUint(word[1:], 10, 32)
		s.SYN = session.SYNStamp{Seen: true, HasTS: true, TSVal: base + uint32(v)}
		s.Record.Ended = session.Ended{Phase: "ready", How: session.ByQuit, By: "client", Time: madeAt(time.Duration(i)*time.Second + time.Millisecond)}
		if word[0] == 'u' {
			s.Record.Seen.Server, s.Record.Abnormal = false, pointer(true)
			s.Record.Ended = session.Ended{Phase: "connect", How: session.BySYNUnanswered, By: "unknown", Time: madeAt(time.Duration(i) * time.Second)}
		}
		list = append(list, s)
	}
	return list
}
