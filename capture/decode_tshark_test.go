package capture

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// trialVariable makes the comparisons with tshark run, and what they need a
// duty: without tshark or ../../shared they fail.
const trialVariable = "SMTPSCOPE_TRIAL"

// trialRoots hold the captures.
var trialRoots = []string{"../../shared/pcaps", "../../shared/servers"}

// trialCaptures lists the captures for a trial.
func trialCaptures(t *testing.T) []string {
	if os.Getenv(trialVariable) != "1" {
		t.Skip("runs with " + trialVariable + "=1 (make trial)")
	}
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, root := range trialRoots {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".expect") {
				return fs.SkipDir // what others assert of a capture
			}
			if err == nil && e.Type().IsRegular() && strings.Contains(e.Name(), "cap") {
				list = append(list, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// tsharkFields are what is asked of each frame; of a field that occurs more
// than once the last is the innermost.
var tsharkFields = []string{
	"frame.number", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
	"tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.flags", "tcp.window_size_value",
	"tcp.seq", "tcp.len", "tcp.payload", "tcp.options.mss_val", "tcp.options.wscale.shift",
	"tcp.options.timestamp.tsval", "tcp.options.sack_le", "ip.ttl", "ipv6.hlim", "vlan.id",
	"ieee8021ad.id", "frame.len", "_ws.expert.message",
}

// tsharkLine is the longest line that is read: a frame in hexadecimal.
const tsharkLine = 1 << 20

// tsharkReasons explain where the two do not agree: what the row says, and
// whether that is why the segment is missing or has another length.
var tsharkReasons = []struct {
	reason string
	holds  func(s *Segment, row tsharkRow) bool
}{
	{"tshark is right: IEEE 802.11, ARCNET, IPComp and GTP are not read", func(s *Segment, row tsharkRow) bool {
		return s == nil && (row.has("wlan") || row.has("arcnet") || row.has("ipcomp") || row.has("gtp"))
	}},
	{"smtpscope is right: tshark does not know frames over 64 KiB (BIG TCP)", func(s *Segment, row tsharkRow) bool {
		return s != nil && s.Length > 65535 && row["tcp.srcport"] == ""
	}},
	{"smtpscope is right: the frame is shorter than its IP header says, the rest was cut off; tshark believes the frame", func(s *Segment, row tsharkRow) bool {
		n, _ := strconv.Atoi(row.last("tcp.len"))
		return s != nil && (s.Length > n || row["tcp.len"] == "") && len(s.Payload) <= n &&
			strings.Contains(row["_ws.expert.message"], "exceeds ")
	}},
}

// tsharkKnown are single frames on which the two do not agree.
var tsharkKnown = map[string]string{
	"PcapFlowLab/examples__showcase__pcap_flow_lab_showcase.pcap:1327":  "smtpscope is right: tshark guesses a control word in front of a MAC that begins with 0",
	"data__parsing__geneve__06_geneve_invalid_version.pcap:1":           "smtpscope is right: a Geneve version that does not exist (RFC 8926, section 3.4: drop)",
	"data__parsing__geneve__18_geneve_udp_port_direction_matrix.pcap:2": "smtpscope is right: Geneve's port as the source says nothing (RFC 8926 section 3.3)",
	"zeek/ipv4__fragmented-4.pcap:5":                                    "both are right: fragments overlap, and hosts differ in what they take; here the first wins",
}

// explain says why s and row differ; "" = it should not be.
func explain(path string, frame int64, s *Segment, row tsharkRow) string {
	for _, r := range tsharkReasons {
		if r.holds(s, row) {
			return r.reason
		}
	}
	at := fmt.Sprintf("%s:%d", path, frame)
	for known, reason := range tsharkKnown {
		if strings.HasSuffix(at, known) {
			return reason
		}
	}
	return ""
}

// tsharkRow is one frame as tshark sees it.
type tsharkRow map[string]string

// last is the innermost value of a field.
func (r tsharkRow) last(field string) string {
	v := r[field]
	return v[strings.LastIndex(v, ",")+1:]
}

func (r tsharkRow) has(protocol string) bool {
	return strings.Contains(":"+r["frame.protocols"]+":", ":"+protocol+":")
}

// runTshark reads a capture, the rows that hold TCP.
func runTshark(t *testing.T, path string) map[int64]tsharkRow {
	args := []string{"-n", "-r", path, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"}
	for _, o := range []string{
		"tcp.check_checksum:FALSE", "tcp.desegment_tcp_streams:FALSE", "tcp.analyze_sequence_numbers:FALSE",
		"ip.check_checksum:FALSE", "udp.check_checksum:FALSE",
	} {
		args = append(args, "-o", o)
	}
	for _, f := range tsharkFields {
		args = append(args, "-e", f)
	}
	cmd := exec.Command("tshark", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	rows := make(map[int64]tsharkRow)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, tsharkLine)
	for lines.Scan() {
		row := make(tsharkRow)
		for i, v := range strings.Split(lines.Text(), "\t") {
			row[tsharkFields[i]] = v
		}
		n, err := strconv.ParseInt(row["frame.number"], 10, 64)
		if err != nil {
			t.Fatalf("%s: %q", path, lines.Text())
		}
		if row["tcp.srcport"] != "" {
			rows[n] = row
		}
	}
	if lines.Err() != nil {
		t.Fatalf("%s: %v", path, lines.Err())
	}
	_ = cmd.Wait() // a capture that is cut ends with an error; its rows count
	return rows
}

// tsharkDifferences compares a segment with a row, field by field.
func tsharkDifferences(s *Segment, row tsharkRow) (list []string) {
	check := func(field, got string) {
		if want := row.last(field); got != want {
			list = append(list, fmt.Sprintf("%s %s, tshark %s", field, got, want))
		}
	}
	check("tcp.srcport", fmt.Sprint(s.Src.Port()))
	check("tcp.dstport", fmt.Sprint(s.Dst.Port()))
	version, hops := "ip", "ip.ttl"
	if s.Src.Addr().Is6() {
		version, hops = "ipv6", "ipv6.hlim"
	}
	check(version+".src", s.Src.Addr().String())
	check(version+".dst", s.Dst.Addr().String())
	if s.Kind == KindICMP {
		check("tcp.seq", fmt.Sprint(s.Seq)) // of a quote there is no raw one
		return list
	}
	check("tcp.seq_raw", fmt.Sprint(s.Seq))
	check(hops, fmt.Sprint(s.TTL))
	check("tcp.ack_raw", fmt.Sprint(s.Ack))
	check("tcp.len", fmt.Sprint(s.Length))
	check("tcp.window_size_value", fmt.Sprint(s.Window))
	if flags, err := strconv.ParseUint(row.last("tcp.flags"), 0, 16); err != nil || Flags(flags) != s.Flags {
		list = append(list, fmt.Sprintf("flags %#x, tshark %s", s.Flags, row["tcp.flags"]))
	}
	// Of a RST tshark shows the payload as a reason, under another name.
	if len(s.Payload) == s.Length && s.Length > 0 && !s.Flags.Has(RST) {
		check("tcp.payload", hex.EncodeToString(s.Payload))
	}
	vlans := slices.Sorted(slices.Values(s.VLANs[:s.VLANCount]))
	if want := tsharkVLANs(row); len(want) <= MaxVLANs && !slices.Equal(vlans, want) {
		list = append(list, fmt.Sprintf("VLANs %d, tshark %d", vlans, want))
	}
	o := &s.Options
	check("tcp.options.mss_val", present(o.MSS != 0, o.MSS))
	if shift, _ := strconv.Atoi(row.last("tcp.options.wscale.shift")); shift <= maxWindowScale {
		check("tcp.options.wscale.shift", present(o.HasScale, o.WindowScale))
	}
	check("tcp.options.timestamp.tsval", present(o.HasTimestamps, o.TSVal))
	var last uint32
	if o.SACKCount > 0 {
		last = o.SACK[o.SACKCount-1].Left
	}
	check("tcp.options.sack_le", present(o.SACKCount > 0, last))
	return list
}

func present(there bool, v any) string {
	if !there {
		return ""
	}
	return fmt.Sprint(v)
}

// tsharkVLANs are the VLANs of a frame, without tags that have only a priority.
// They are sorted, since tshark has two fields for tags.
func tsharkVLANs(row tsharkRow) (ids []uint16) {
	for v := range strings.SplitSeq(row["vlan.id"]+","+row["ieee8021ad.id"], ",") {
		if id, _ := strconv.Atoi(v); id != 0 {
			ids = append(ids, uint16(id))
		}
	}
	slices.Sort(ids)
	return ids
}

func TestAgainstTshark(t *testing.T) {
	var segments, agreed int
	explained := make(map[string]int)
	for _, path := range trialCaptures(t) {
		r, err := Open(Config{Paths: []string{path}})
		if err != nil {
			t.Logf("%v", err)
			continue
		}
		rows := runTshark(t, path)
		differ := func(frame int64, s *Segment, row tsharkRow, what string) {
			if reason := explain(path, frame, s, row); reason != "" {
				explained[reason]++
				return
			}
			t.Errorf("%s frame %d: %s [%s]", path, frame, what, row["frame.protocols"])
		}
		for {
			s, err := r.Next()
			if err != nil {
				break
			}
			segments++
			row, ok := rows[s.Frame]
			delete(rows, s.Frame)
			if !ok {
				differ(s.Frame, s, row, fmt.Sprintf("tshark sees no TCP: %+v", s))
			} else if list := tsharkDifferences(s, row); list != nil {
				differ(s.Frame, s, row, strings.Join(list, "; "))
			} else {
				agreed++
			}
		}
		for frame, row := range rows {
			differ(frame, nil, row, "only tshark sees TCP")
		}
		r.Close()
	}
	if segments == 0 {
		t.Error("no segment in any capture")
	}
	t.Logf("compared\tsegments\t%d that smtpscope reads, of which %d agree", segments, agreed)
	for reason, n := range explained {
		t.Logf("difference\tsegments\t%d segments\tmissing, or another length or field\t%s", n, reason)
	}
}
