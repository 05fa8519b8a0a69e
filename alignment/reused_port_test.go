package alignment

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"smtpscope/session"
)

// Three sessions come from one port within a second, each is answered with an
// id and ends with QUIT, and the log lacks lines. These are real, of an Exim
// whose port_reuse was played by TestRealServers.
var reusedPort = []struct {
	name, log string
	want      [3]string // status and process
}{
	{
		name: "the first one's lines are gone, and that which names the second one's mail: its end is either's",
		log: `2026-12-01 00:26:25 [6] SMTP connection from [198.18.2.16]:20016 (TCP/IP connection count = 15)
2026-12-01 00:26:25 [101] SMTP connection from (client-16.example.net) [198.18.2.16]:20016 closed by QUIT
2026-12-01 00:26:25 [102] 1xYBhR-00001d-16 => :blackhole: <bob@example.org> R=sink
2026-12-01 00:26:25 [6] SMTP connection from [198.18.2.16]:20016 (TCP/IP connection count = 13)
2026-12-01 00:26:25 [130] 1xYBhR-000026-2k <= alice@example.net H=(client-16.example.net) [198.18.2.16]:20016 P=esmtp S=965 id=3@example.net
2026-12-01 00:26:25 [130] SMTP connection from (client-16.example.net) [198.18.2.16]:20016 closed by QUIT
`,
		want: [3]string{"ambiguous", "matched", "matched 130"},
	},
	{
		name: "the second one's beginning is gone, and the third one's: their processes tell them apart",
		log: `2026-12-01 00:26:24 [48] 1xYBhQ-00000m-2i <= alice@example.net H=(client-16.example.net) [198.18.2.16]:20016 P=esmtp S=965 id=1@example.net
2026-12-01 00:26:25 [101] SMTP connection from (client-16.example.net) [198.18.2.16]:20016 closed by QUIT
2026-12-01 00:26:25 [130] SMTP connection from (client-16.example.net) [198.18.2.16]:20016 closed by QUIT
`,
		want: [3]string{"matched 48", "matched 101", "matched 130"},
	},
}

// reusedPortSession is one of those sessions: 0.2 s, one mail, QUIT.
func reusedPortSession(t *testing.T, number int, start, client, id string) *session.Record {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05", "2026-12-01 "+start)
	if err != nil {
		t.Fatal(err)
	}
	end := session.Time(at.Add(200 * time.Millisecond).UnixNano())
	from := "alice@example.net"
	return &session.Record{
		Session: int64(number),
		Client:  session.Endpoint{IP: netip.MustParseAddr(client), Port: 20016},
		Server:  session.Endpoint{IP: netip.MustParseAddr("192.0.2.25"), Port: 25},
		Start:   session.Time(at.UnixNano()), End: end,
		Seen:   session.Seen{Handshake: true, Client: true, Server: true},
		Hello:  &session.Hello{Verb: "EHLO", Name: "client-16.example.net", Code: 250},
		Banner: &session.Banner{Code: 220},
		Messages: []*session.Message{{From: &from, Code: 250, Recipients: []*session.Recipient{{Address: "bob@example.org", Code: 250}},
			Transfer: &session.Transfer{Command: "DATA", Bytes: 755, Complete: true}, Reply: &session.Reply{Code: 250}, Outcome: session.Accepted,
			QueueID: id, MessageID: fmt.Sprintf("<%d@example.net>", number)}},
		Ended: session.Ended{Phase: "ready", How: session.ByQuit, By: "client", Time: end},
	}
}

func TestReusedPort(t *testing.T) {
	records := []*session.Record{
		reusedPortSession(t, 1, "00:26:24.839345", "198.18.2.16", "1xYBhQ-00000m-2i"),
		reusedPortSession(t, 2, "00:26:25.342954", "198.18.2.16", "1xYBhR-00001d-16"),
		reusedPortSession(t, 3, "00:26:25.846526", "198.18.2.16", "1xYBhR-000026-2k"),
	}
	clock := "" // others, by which the clock of the log is known
	for i := range 20 {
		start, client, id := fmt.Sprintf("00:26:%02d.%02d0000", 30+i, i*5), fmt.Sprintf("198.18.3.%d", i), fmt.Sprintf("1xYBhS-0000%02d-00", i)
		records = append(records, reusedPortSession(t, 4+i, start, client, id))
		clock += fmt.Sprintf("2026-12-01 00:26:%02d [6] SMTP connection from [%s]:20016 (TCP/IP connection count = 1)\n"+
			"2026-12-01 00:26:%02d [%d] %s <= alice@example.net H=(client-16.example.net) [%s]:20016 P=esmtp S=965\n", 30+i, client, 30+i, 200+i, id, client)
	}
	for _, v := range reusedPort {
		conns := readLog(t, around(records), textSource("mainlog", v.log+clock))
		r := Align(records, conns, Config{})
		for i, want := range v.want {
			m := &r.Matches[i]
			got := string(m.Status)
			if m.Status == Matched && m.Connection.ID != "" {
				got += " " + m.Connection.ID
			}
			if got != want {
				t.Errorf("%s: session %d is %s, want %s", v.name, i+1, got, want)
			}
		}
	}
}
