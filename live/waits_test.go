package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/session"
)

// TestWaits: replies answer commands in their order, also where several wait;
// nothing is told behind a doubt.
func TestWaits(t *testing.T) {
	// Each word is an event: C command, D content, K chunk, S reply, G gap, with
	// the second at which it came. Behind a slash stands a command's last word.
	for _, test := range []struct{ name, events, want string }{
		{"one by one", "S1 CEHLO@2 S3 CMAIL@4 S6", "ehlo 1 mail 2"},
		{"pipelined", "S1 CMAIL@2 CRCPT@2 CDATA@2 S3 S5 S9", "mail 1 rcpt 3 data 7"},
		{"content", "S1 CDATA@2 S3 D@10 S40", "data 1 end-of-data 30"},
		{"a chunk is answered once", "S1 CBDAT@2 K@3 S5 CQUIT@6 S7", "quit 1"},
		{"the last chunk ends the message", "S1 CBDAT@2 K@3 S5 CBDAT/LAST@6 K@10 S40 CQUIT@41 S43", "end-of-data 30 quit 2"},
		{"chunks sent along", "S1 CBDAT@2 K@3 CBDAT/LAST@3 K@4 S6 S9", "end-of-data 5"},
		{"a chunk of nothing", "S1 CBDAT/LAST@2 S4 CRSET@5 S6", "end-of-data 2 rset 1"},
		{"others are not told", "S1 CNOOP@2 S3 CQUIT@4 S5", "quit 1"},
		{"behind a gap", "S1 CEHLO@2 S3 CMAIL@4 G5 S6", "ehlo 1"},
		{"unasked reply", "S1 S2 CEHLO@3 S4", ""},
		{"no greeting seen is taken for one", "S1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var events []session.Event
			for _, word := range strings.Fields(test.events) {
				var second int
				e := session.Event{}
				switch word[0] {
				case 'S':
					e.Kind = session.EventReply
					fmt.Sscanf(word[1:], "%d", &second)
				case 'G':
					e.Kind = session.EventGap
					fmt.Sscanf(word[1:], "%d", &second)
				default:
					verb, at, _ := strings.Cut(word[1:], "@")
					fmt.Sscanf(at, "%d", &second)
					verb, last, _ := strings.Cut(verb, "/")
					e.Kind, e.Text = session.EventCommand, strings.TrimSpace(verb+" more "+last)
					switch word[0] {
					case 'D':
						e.Kind, e.Text, e.Count = session.EventContent, "DATA", 1
					case 'K':
						e.Kind, e.Text, e.Count = session.EventContent, "BDAT", 1
					}
				}
				e.Time = capture.Time(time.Duration(second) * time.Second)
				e.Until = e.Time
				events = append(events, e)
			}
			var got []string
			waits(events, func(verb string, wait time.Duration) { got = append(got, fmt.Sprint(verb, " ", wait.Seconds())) })
			if strings.Join(got, " ") != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
