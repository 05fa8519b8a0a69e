package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"smtpscope/internal/wirescript"
)

// said is what must not change when a capture is written differently: the
// verdict, the messages with their envelopes and replies, and the bytes.
type said struct {
	Client, Server struct {
		IP   string `json:"ip"`
		Port int    `json:"port"`
	}
	Bytes    json.RawMessage `json:"bytes"`
	Banner   *struct{ Code int }
	Hello    json.RawMessage `json:"hello"`
	Auth     json.RawMessage `json:"auth"`
	TLS      json.RawMessage `json:"tls"`
	Messages []struct {
		From       *string
		Code       int
		Recipients json.RawMessage
		Transfer   *struct {
			Command  string
			Bytes    int64
			AtLeast  bool `json:"at_least"`
			Complete bool
		}
		Reply     json.RawMessage
		QueueID   string `json:"queue_id"`
		MessageID string `json:"message_id"`
		Outcome   string
	}
	Ended struct {
		Phase, How, By string
		Inferred       bool
	}
	Abnormal *bool
}

// saidIn gives what was said, a text a session, in an order that does not
// depend on frame numbers.
func saidIn(t *testing.T, capture []byte) []string {
	t.Helper()
	var list []string
	for _, line := range analyzed(t, capture) {
		var s said
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		if s.TLS != nil { // the frame of an alert is a matter of packets
			var tls map[string]any
			if err := json.Unmarshal(s.TLS, &tls); err != nil {
				t.Fatal(err)
			}
			if alert, ok := tls["alert"].(map[string]any); ok {
				delete(alert, "frame")
			}
			s.TLS, _ = json.Marshal(tls)
		}
		text, err := json.MarshalIndent(s, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(a[:min(150, len(a))], b[:min(150, len(b))]) })
	return list
}

// A form is a file format that any frames can be written in.
type form struct {
	name    string
	write   func(*testing.T, []wirescript.Frame) []byte
	oneLink bool // it cannot hold frames of several link types
}

var forms = []form{
	{"pcap-nano-big", pcapForm(wirescript.PcapOptions{Nano: true, BigEndian: true}), true},
	{"pcap-modified", pcapForm(wirescript.PcapOptions{Modified: true}), true},
	{"pcapng", pcapngForm(wirescript.PcapngOptions{TSResol: 9}), false},
	{"gzip", packedForm("gzip"), false},
	{"zstd", packedForm("zstd"), false},
	{"lz4", packedForm("lz4"), false},
}

func pcapForm(o wirescript.PcapOptions) func(*testing.T, []wirescript.Frame) []byte {
	return func(t *testing.T, frames []wirescript.Frame) []byte { return pcapBytes(t, frames, o) }
}

func pcapngForm(o wirescript.PcapngOptions) func(*testing.T, []wirescript.Frame) []byte {
	return func(t *testing.T, frames []wirescript.Frame) []byte {
		var b bytes.Buffer
		if err := wirescript.WritePcapng(&b, frames, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
}

func packedForm(method string) func(*testing.T, []wirescript.Frame) []byte {
	return func(t *testing.T, frames []wirescript.Frame) []byte {
		packed, err := wirescript.Compress(pcapngForm(wirescript.PcapngOptions{})(t, frames), method)
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
}

// quick are the rewritings of a short round: one of each sort.
var quick = map[string]bool{"seven-byte": true, "reorder": true, "double": true, "sll2": true}

// TestTheSameInOtherWords writes every case in other ways, in which the same
// is said: the records must say the same.
func TestTheSameInOtherWords(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			frames := c.frames(t)
			want := saidIn(t, captureBytes(t, frames))
			for _, f := range forms {
				if f.oneLink && severalLinks(frames) {
					continue
				}
				same(t, f.name, saidIn(t, f.write(t, frames)), want)
			}
			for _, r := range wirescript.Rewriters {
				if c.unfit(r.Name) || testing.Short() && !quick[r.Name] {
					continue
				}
				same(t, r.Name, saidIn(t, captureBytes(t, r.Do(frames))), want)
			}
		})
	}
}

// unfit reports whether a script says that a rewriting makes its truth another.
func (c *testCase) unfit(rewriter string) bool {
	if c.script == nil {
		return false
	}
	_, is := c.script.Unfit[rewriter]
	return is
}

func same(t *testing.T, name string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d sessions, want %d", name, len(got), len(want))
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: %s", name, difference(got[i], want[i]))
		}
	}
}

// difference names the first line in which two texts differ.
func difference(got, want string) string {
	a, b := bytes.Split([]byte(got), []byte("\n")), bytes.Split([]byte(want), []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return fmt.Sprintf("got %s, want %s", bytes.TrimSpace(a[i]), bytes.TrimSpace(b[i]))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}
