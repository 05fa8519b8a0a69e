package reassembly

import (
	"bufio"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"smtpscope/capture"
)

// The trial holds the reassembly against what tshark and other projects say of
// real captures. It runs where SMTPSCOPE_TRIAL=1 and ../shared is there.

// trialStream is a conversation as tshark numbers them: by the addresses, a
// new one at each SYN with another ISN.
type trialStream struct {
	number  int
	first   bool // of the sender: is it the lower end?
	packets int
	payload int64
	fin     string // A = sender of the first packet
	rst     string
	conns   int
	client  bool // the first sender is the client
	has     bool // it was told of
	numbers [2]HalfStats
	isn     [2]uint32
	hasISN  [2]bool
}

// trialRun reads a capture both ways: streams by tshark's rule, and the calls.
type trialRun struct {
	now     map[flow]*trialStream
	all     []*trialStream
	byFrame map[int64]*trialStream
}

func (r *trialRun) stream(seg *capture.Segment) *trialStream {
	var key flow
	fromA := key.between(&seg.Src, &seg.Dst)
	s := r.now[key]
	side := 0
	if s != nil && s.first != fromA {
		side = 1
	}
	opening := seg.Flags&(capture.SYN|capture.ACK) == capture.SYN
	if s == nil || opening && s.hasISN[side] && s.isn[side] != seg.Seq {
		s = &trialStream{number: len(r.all), first: fromA}
		r.all, r.now[key], side = append(r.all, s), s, 0
	}
	if seg.Flags.Has(capture.SYN) {
		s.isn[side], s.hasISN[side] = seg.Seq, true
	}
	return s
}

type trialHandler struct {
	s *trialStream
	c *Conn
}

func (h *trialHandler) letter(side Side) string {
	if (side == Client) == h.s.client {
		return "A"
	}
	return "B"
}

func (h *trialHandler) Bytes(Side, []byte, Stamp)       {}
func (h *trialHandler) Gap(Side, int64, GapKind, Stamp) {}
func (h *trialHandler) Event(e *Event) {
	letter := h.letter(e.Side)
	switch {
	case e.Kind == EventFIN && !strings.Contains(h.s.fin, letter):
		h.s.fin += letter
	case e.Kind == EventRST && !strings.Contains(h.s.rst, letter):
		h.s.rst += letter
	}
}

func (h *trialHandler) End(EndReason, capture.Time) {
	for side := range h.c.Half {
		i := 0
		if h.letter(Side(side)) == "B" {
			i = 1
		}
		h.s.numbers[i] = h.c.Half[side]
	}
}

// readTrial plays a capture; nil where there is none, or none that can be read.
func readTrial(t *testing.T, path string) *trialRun {
	r, err := capture.Open(capture.Config{Paths: []string{path}})
	if err != nil {
		t.Logf("%s: %v", path, err)
		return nil
	}
	defer r.Close()
	run := &trialRun{now: map[flow]*trialStream{}, byFrame: map[int64]*trialStream{}}
	a := New(Config{Orient: orientTrial, New: func(c *Conn) Handler {
		s := run.byFrame[c.First.Frame]
		clientIsA := new(flow).between(&c.Client, &c.Server)
		s.client, s.has = clientIsA == s.first, true
		s.conns++
		return &trialHandler{s: s, c: c}
	}})
	for {
		seg, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if seg.Kind == capture.KindTCP {
			s := run.stream(seg)
			s.packets++
			s.payload += int64(seg.Length)
			run.byFrame[seg.Frame] = s
		}
		a.Segment(seg)
	}
	a.Close()
	if s := a.Stats(); s.HeldBytes != 0 || s.Open != 0 {
		t.Errorf("%s: %+v", path, s)
	}
	return run
}

func orientTrial(seg *capture.Segment) (Side, bool) {
	if seg.Src.Port() < seg.Dst.Port() {
		return Server, true
	}
	return Client, true
}

func trialRows(t *testing.T, name string) (root string, rows []map[string]string) {
	root = filepath.Join("..", "..", "shared", "pcaps")
	f, err := os.Open(filepath.Join(root, name))
	if os.Getenv("SMTPSCOPE_TRIAL") != "1" || err != nil {
		t.Skip("runs with SMTPSCOPE_TRIAL=1 where ../shared is")
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	var head []string
	for in.Scan() {
		cells := strings.Split(in.Text(), "\t")
		if head == nil {
			head = cells
			continue
		}
		row := map[string]string{}
		for i := range cells {
			row[head[i]] = cells[i]
		}
		rows = append(rows, row)
	}
	return root, rows
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func TestTrialStress(t *testing.T) {
	root, rows := trialRows(t, "truth_stress.tsv")
	runs := map[string]*trialRun{}
	for _, row := range rows {
		file := row["file"]
		if _, read := runs[file]; !read {
			runs[file] = readTrial(t, filepath.Join(root, file))
		}
		run := runs[file]
		if run == nil {
			continue
		}
		n, _ := strconv.Atoi(row["stream"])
		if n >= len(run.all) {
			explain(t, file, row["stream"], "no such stream")
			continue
		}
		s := run.all[n]
		check := func(what, got, want string) {
			if got != want {
				explain(t, file, row["stream"], what+" "+got+", want "+want)
			}
		}
		check("packets", strconv.Itoa(s.packets), row["packets"])
		check("payload", strconv.FormatInt(s.payload, 10), row["payload_bytes"])
		check("fin", dash(s.fin), row["fin_order_(A=sender of first pkt)"])
		check("rst", dash(s.rst), row["rst"])
	}
}

func TestTrialMail(t *testing.T) {
	root, rows := trialRows(t, "truth.tsv")
	runs := map[string]*trialRun{}
	for _, row := range rows {
		file := row["file"]
		if _, read := runs[file]; !read {
			runs[file] = readTrial(t, filepath.Join(root, file))
		}
		run := runs[file]
		if run == nil {
			continue
		}
		client, err1 := netip.ParseAddrPort(row["client"])
		server, err2 := netip.ParseAddrPort(row["server"])
		if err1 != nil || err2 != nil {
			t.Errorf("%s: %v %v", file, err1, err2)
			continue
		}
		var key flow
		clientA := key.between(&client, &server)
		s := run.now[key]
		if s == nil || !s.has {
			explain(t, file, row["stream"], "no such stream")
			continue
		}
		checkMail(t, row, s, s.first == clientA)
	}
}

// checkMail compares one mail session. Payload counts of the truth include what
// was sent again.
func checkMail(t *testing.T, row map[string]string, s *trialStream, clientFirst bool) {
	names := strings.NewReplacer("A", "C", "B", "S")
	at := 0
	if !clientFirst {
		names, at = strings.NewReplacer("A", "S", "B", "C"), 1
	}
	check := func(what, got, want string) {
		if got != want {
			explain(t, row["file"], row["stream"], what+" "+got+", want "+want)
		}
	}
	one := func(letters string) string { // each side once
		seen := ""
		for _, l := range letters {
			if !strings.ContainsRune(seen, l) {
				seen += string(l)
			}
		}
		return seen
	}
	check("packets", strconv.Itoa(s.packets), row["packets"])
	check("fin", dash(names.Replace(s.fin)), row["fin_order"])
	check("rst", dash(names.Replace(s.rst)), one(row["rst"]))
	for i, column := range []string{"client_payload", "server_payload"} {
		n := s.numbers[at^i]
		want, _ := strconv.ParseInt(row[column], 10, 64)
		if n.Retransmitted+n.OutOfOrder+n.KeepAlives == 0 && n.Bytes != want {
			check(column, strconv.FormatInt(n.Bytes, 10), row[column])
		}
	}
}

// trialDifferences are explained, by file.
var trialDifferences = map[string]string{
	"stress/zeek/tcp__reassembly.pcap":                                                   "both are right: frames are cut by the snap length; tshark counts what was captured, smtpscope what was sent",
	"stress/zeek/tunnels__gre-aruba-amsdu.pcap":                                          "tshark is right: 802.11 in GRE is not decoded, as no mail gateway sees it",
	"stress/zeek/tunnels__gre-aruba.pcap":                                                "tshark is right: 802.11 in GRE is not decoded, as no mail gateway sees it",
	"stress/suricata-verify/ipv6-evasion__ipv6-kill-router-gateway__kill_router6.pcap":   "both are right: tshark counts ICMP errors that quote the stream as its packets; here they are events of it",
	"stress/suricata-verify/ipv6-evasion__ipv6-malformed-fragments-22__frag-22.pcap":     "both are right: tshark counts ICMP errors that quote the stream as its packets; here they are events of it",
	"stress/suricata-verify/issue-3341-tcphdr-01__urgent11_cve_2019_12260.pcap":          "smtpscope is right: a SYN with FIN (urgent11) opens; its FIN is void (RFC 9293 section 3.10.7.3)",
	"stress/libpcap/filter__AH-IPcomp-IPv4.pcap":                                         "tshark is right: IPComp is not decoded",
	"stress/libpcap/filter__AH-IPcomp-IPv6.pcap":                                         "tshark is right: IPComp is not decoded",
	"stress/libpcap/filter__arcnet-rfc1051-arp-icmp-http.pcap":                           "tshark is right: link type ARCNET is not decoded",
	"stress/libpcap/filter__arcnet-rfc1201-arp-icmp-http.pcap":                           "tshark is right: link type ARCNET is not decoded",
	"stress/libpcap/filter__http_PPI.pcap":                                               "tshark is right: link type PPI (802.11) is not decoded",
	"stress/PcapFlowLab/data__parsing__geneve__06_geneve_invalid_version.pcap":           "smtpscope is right: Geneve of a version that does not exist is dropped (RFC 8926 section 3.4)",
	"stress/PcapFlowLab/data__parsing__geneve__18_geneve_udp_port_direction_matrix.pcap": "smtpscope is right: Geneve is told by its destination port (RFC 8926 section 3.3); tshark takes the source port, too",
	"suricata-verify/bug-3616-smtp.pcap":                                                 "both are right: tshark counts ICMP errors that quote the stream as its packets; here they are events of it",
	"zeek/smtp.pcap":                                                                     "both are right: tshark counts ICMP errors that quote the stream as its packets; here they are events of it",
	"suricata-verify/smtp-extract-url-schemes.pcap":                                      "both are right: a single bare ACK is a stream to tshark; it is no connection that anything can be said of",
	"stress/zeek/tcp__fin_retransmission.pcap":                                           "smtpscope is right: the FIN stands where the SYN stood, before the window, and is not acceptable (RFC 9293 section 3.10.7.4)",
	"suricata-verify/smtp-bug-5989.pcap":                                                 "smtpscope is right: the server's FIN comes after the client's RST, which ended it",
	"PcapPlusPlus/Packet++Test__PacketExamples__Smtp.pcap":                               "smtpscope is right: packets of one stream lie 14 years apart: two connections",
}

func explain(t *testing.T, file, stream, what string) {
	t.Helper()
	if why := trialDifferences[file]; why != "" {
		t.Logf("difference\tstreams\t%s stream %s\t%s\t%s", file, stream, what, why)
		return
	}
	t.Errorf("%s %s: %s", file, stream, what)
}
