package main

import (
	"bufio"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms are what each room may import of the others, as docs/architecture.md
// draws it. Tests may import more. A room that is not built yet may be absent.
var rooms = map[string][]string{
	"smtpscope/capture":          {},
	"smtpscope/reassembly":       {"smtpscope/capture", "smtpscope/internal/prefetch", "smtpscope/internal/dormant"},
	"smtpscope/smtpstate":        {"smtpscope/internal/dormant"},
	"smtpscope/session":          {"smtpscope/capture", "smtpscope/reassembly", "smtpscope/smtpstate", "smtpscope/internal/prefetch", "smtpscope/internal/dormant"},
	"smtpscope/gatewaylog":       {},
	"smtpscope/alignment":        {"smtpscope/capture", "smtpscope/session", "smtpscope/gatewaylog"},
	"smtpscope/diagnosis":        {"smtpscope/capture", "smtpscope/session", "smtpscope/gatewaylog", "smtpscope/alignment"},
	"smtpscope/report":           {"smtpscope/capture", "smtpscope/session", "smtpscope/gatewaylog", "smtpscope/alignment", "smtpscope/diagnosis"},
	"smtpscope/report/wholefile": {},
	"smtpscope/report/document":  {"smtpscope/session", "smtpscope/diagnosis", "smtpscope/report"},
	"smtpscope/report/picture":   {"smtpscope/session", "smtpscope/report", "smtpscope/report/document"},
	"smtpscope/report/html":      {"smtpscope/report", "smtpscope/report/document", "smtpscope/report/picture"},
	"smtpscope/report/markdown":  {"smtpscope/report", "smtpscope/report/document", "smtpscope/report/mailtext"},
	"smtpscope/report/mailtext":  {"smtpscope/report", "smtpscope/report/document"},
	"smtpscope/live":             {"smtpscope/capture", "smtpscope/session", "smtpscope/gatewaylog", "smtpscope/alignment"},
	"smtpscope/recorder":         {"smtpscope/capture", "smtpscope/session", "smtpscope/evidence", "smtpscope/report/wholefile"},
	"smtpscope/redact":           {"smtpscope/session"},
	"smtpscope/evidence":         {"smtpscope/capture", "smtpscope/session", "smtpscope/redact"},
	"smtpscope/report/bundle":    {},
}

// TestRooms holds the imports against the picture.
func TestRooms(t *testing.T) {
	for room, imports := range importsOf(t) {
		allowed, known := rooms[room]
		if strings.HasPrefix(room, "smtpscope/internal/") || room == "smtpscope/cmd/smtpscope" {
			continue // tools of the tests, and the command, which wires everything
		}
		if !known {
			t.Errorf("%s is no room of docs/architecture.md", room)
			continue
		}
		for _, i := range imports {
			switch {
			case strings.HasPrefix(i, "smtpscope/") && !slices.Contains(allowed, i):
				t.Errorf("%s imports %s", room, i)
			case strings.Contains(i, "gopacket") && room != "smtpscope/capture":
				t.Errorf("%s imports %s: only capture may", room, i)
			case strings.Contains(i, "gopacket") && !strings.HasSuffix(i, "/pcap"):
				t.Errorf("%s imports %s: only gopacket/pcap is of use (hugepages.GiveBackTables)", room, i)
			case strings.Contains(i, ".") && room == "smtpscope/smtpstate":
				t.Errorf("%s imports %s: it has the standard library only", room, i)
			}
		}
	}
}

// importsOf lists the packages of the module with what they import.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "smtpscope/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	list := map[string][]string{}
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		list[words[0]] = words[1:]
	}
	for _, room := range []string{"capture", "reassembly", "smtpstate", "session", "report", "cmd/smtpscope"} {
		if _, there := list["smtpscope/"+room]; !there {
			t.Errorf("%s is not there", room)
		}
	}
	return list
}
