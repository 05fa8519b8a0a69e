package smtpstate

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A script is a conversation that a person can read, a line an act:
//
//	C: EHLO x        the client sends the line and CRLF
//	S: 250 ok        the server does
//	C+ abc\r\n       bytes as they are, Go escapes
//	gap C 30         30 bytes of the client are missing
//	cut S 30         likewise, up to the end of a segment
//	unheard C 30     the last 30 bytes of the client have not come to the server when it says what the next line has
//	midstream        the capture begins inside the conversation
//
// Behind " | " stands the phase after it, with "!" where it is inferred. Then,
// in any order, what must be true at the end:
//
//	= message ...    the next message, see describe
//	= note ...       the observer heard this note
//	= quit | = said | = unanswered N | = hello ... | = auth ... | = tls ...
//	= heard ...      the next of the observer's calls of Command and Reply
type act struct {
	side  byte // 'C', 'S'; 'M' = midstream, 'X' = unheard
	data  string
	gap   int64
	cut   bool
	phase string
	line  int
}

type script struct {
	acts []act
	want []string
}

func parseScript(t testing.TB, text string) script {
	t.Helper()
	var s script
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimLeft(line, " \t")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if want, ok := strings.CutPrefix(line, "= "); ok {
			s.want = append(s.want, strings.TrimSpace(want))
			continue
		}
		a := act{line: i + 1}
		body, phase, ok := strings.Cut(line, " | ")
		if ok {
			a.phase = strings.TrimSpace(phase)
		}
		if err := a.parse(body); err != nil {
			t.Fatalf("line %d: %q: %v", i+1, line, err)
		}
		s.acts = append(s.acts, a)
	}
	return s
}

func (a *act) parse(body string) error {
	switch {
	case strings.TrimSpace(body) == "midstream":
		a.side = 'M'
	case len(body) >= 2 && (body[0] == 'C' || body[0] == 'S') && body[1] == ':':
		a.side, a.data = body[0], strings.TrimPrefix(body[2:], " ")+"\r\n"
	case len(body) >= 2 && (body[0] == 'C' || body[0] == 'S') && body[1] == '+':
		raw, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.TrimPrefix(body[2:], " "), `"`, `\"`) + `"`)
		a.side, a.data = body[0], raw
		return err
	default:
		var kind, side string
		if _, err := fmt.Sscanf(body, "%s %s %d", &kind, &side, &a.gap); err != nil {
			return err
		}
		if a.side, a.cut = side[0], kind == "cut"; kind == "unheard" {
			a.side = 'X'
		}
	}
	return nil
}

// play feeds a script. step is the longest piece fed at once, 0 = all.
func (s *script) play(m *Machine, step int, after func(a *act)) {
	for i := range s.acts {
		a := &s.acts[i]
		at := Mark{Frame: int64(i + 1), Time: int64(i+1) * 1000}
		switch {
		case a.side == 'M':
			m.MidStream()
		case a.side == 'X':
			m.Crossing(a.gap)
		case a.gap > 0 && a.side == 'C':
			m.ClientGap(a.gap, a.cut, at)
		case a.gap > 0:
			m.ServerGap(a.gap, a.cut, at)
		default:
			feed := m.Client
			if a.side == 'S' {
				feed = m.Server
			}
			for data := []byte(a.data); len(data) > 0; {
				n := len(data)
				if step > 0 {
					n = min(n, step)
				}
				piece := append([]byte(nil), data[:n]...)
				feed(piece, at)
				for j := range piece { // data is not the machine's to keep
					piece[j] = 0xEE
				}
				data = data[n:]
			}
		}
		if a.side == 'S' {
			m.Crossing(0)
		}
		if after != nil {
			after(a)
		}
	}
}

func phaseWord(m *Machine) string {
	p, inferred := m.Phase()
	if inferred {
		return p.String() + "!"
	}
	return p.String()
}

func run(t *testing.T, text string) {
	t.Helper()
	s := parseScript(t, text)
	var transcripts []string
	for _, step := range []int{0, 1, 7} {
		r := &recorder{}
		m := New(r, Limits{})
		s.play(m, step, func(a *act) {
			if a.phase != "" && phaseWord(m) != a.phase {
				t.Errorf("step %d, line %d %q: phase %s, want %s", step, a.line, a.data, phaseWord(m), a.phase)
			}
			checkTally(t, m)
		})
		if step == 0 {
			s.check(t, m, r)
		}
		transcripts = append(transcripts, r.String()+state(m))
	}
	var store Store
	for range 3 { // the first two teach the lexicon what the third then hears
		r := &recorder{}
		m := store.Machine(r, Limits{})
		s.play(m, 0, nil)
		transcripts = append(transcripts, r.String()+state(m))
		store.Release(m)
	}
	for i := range transcripts {
		if transcripts[i] != transcripts[0] {
			t.Errorf("segmentation, or the memory of a store, changes what is seen:\n%s\n---\n%s", transcripts[0], transcripts[i])
		}
	}
}

func (s *script) check(t *testing.T, m *Machine, r *recorder) {
	t.Helper()
	var messages, heard []string
	for _, want := range s.want {
		kind, rest, _ := strings.Cut(want, " ")
		switch kind {
		case "message":
			messages = append(messages, rest)
		case "heard":
			heard = append(heard, rest)
		case "note":
			if !strings.Contains(r.String(), "note "+rest+"\n") {
				t.Errorf("no note %q in\n%s", rest, r)
			}
		default:
			if got := fact(m, kind); got != strings.TrimSpace(rest) {
				t.Errorf("%s: got %q, want %q", kind, got, rest)
			}
		}
	}
	var got []string
	for _, msg := range m.Messages() {
		got = append(got, describe(msg))
	}
	if strings.Join(got, "\n") != strings.Join(messages, "\n") {
		t.Errorf("messages:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(messages, "\n"))
	}
	if len(heard) > 0 && strings.Join(heard, "\n") != strings.Join(r.talk, "\n") {
		t.Errorf("heard:\n%s\nwant:\n%s", strings.Join(r.talk, "\n"), strings.Join(heard, "\n"))
	}
	if t.Failed() {
		t.Logf("transcript:\n%s", r)
	}
}

func fact(m *Machine, kind string) string {
	switch kind {
	case "quit":
		return map[bool]string{true: "", false: "not its turn"}[m.QuitsTurn()]
	case "noquit":
		return map[bool]string{false: "", true: "its turn"}[m.QuitsTurn()]
	case "said":
		return map[bool]string{true: "", false: "not said"}[m.QuitSaid()]
	case "unanswered":
		return strconv.Itoa(m.Unanswered())
	case "hello":
		if h := m.Hello(); h != nil {
			return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", h.Verb, h.Name, code(h.Reply), strings.Join(h.Extensions, ",")))
		}
	case "auth":
		if a := m.Auth(); a != nil {
			return strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Mechanism, code(a.Reply), map[bool]string{true: "cancelled"}[a.Cancelled]))
		}
	case "closing":
		return code(m.Closing())
	case "greeting":
		return code(m.Greeting())
	case "tls":
		if s := m.TLS(); s != nil {
			return strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Mode, s.Handshake, s.Version))
		}
	case "xclient":
		if x := m.XClient(); x != nil {
			return fmt.Sprintf("%s %s %s %s", x.Addr, x.Port, x.Name, x.Helo)
		}
	case "tally":
		y := m.Tally()
		return fmt.Sprintf("groups=%d bare=%d nul=%d long=%d unknown=%d", y.PipelinedGroups, y.BareLF, y.NUL, y.LongLines, y.UnknownVerbs)
	}
	return "none"
}

func code(r *Reply) string {
	if r == nil {
		return "-"
	}
	return codeOf(r.Answer)
}

func codeOf(a Answer) string {
	switch {
	case !a.Given():
		return "-"
	case a.Code == 0:
		return strconv.Itoa(int(a.Class)) + "??"
	}
	return strconv.Itoa(int(a.Code))
}

// describe writes a message in one line: envelope with codes, DATA's code,
// transfer, final code.
func describe(msg *Message) string {
	var b strings.Builder
	from := "?"
	if msg.HasFrom {
		from = "<" + msg.From + ">"
	}
	fmt.Fprintf(&b, "%s %s", from, codeOf(msg.MailReply))
	for _, r := range msg.Recipients {
		address := "<" + r.Address + ">"
		if r.Cut && r.Address == "" {
			address = "?"
		}
		fmt.Fprintf(&b, " to %s %s", address, codeOf(r.Reply))
		if r.Final != nil {
			fmt.Fprintf(&b, "/%s", code(r.Final))
		}
	}
	if n := len(msg.Recipients); n != msg.RecipientCount {
		fmt.Fprintf(&b, " of %d", msg.RecipientCount)
	}
	if msg.DataReply.Given() {
		fmt.Fprintf(&b, " data %s", codeOf(msg.DataReply))
	}
	if t := msg.Transfer; t != nil {
		fmt.Fprintf(&b, " %s %d", strings.TrimSpace("by "+t.Command), t.Bytes)
		for word, is := range map[string]bool{" complete": t.Complete} {
			if is {
				b.WriteString(word)
			}
		}
		if t.AtLeast {
			b.WriteString(" at-least")
		}
		if t.Inferred {
			b.WriteString(" inferred")
		}
		if t.EarlyReply != nil {
			fmt.Fprintf(&b, " early %s", code(t.EarlyReply))
			if t.EarlyCounts && msg.Reply == nil {
				b.WriteString(" counts")
			}
		}
	}
	if msg.Reply != nil {
		fmt.Fprintf(&b, " final %s", code(msg.Reply))
	}
	if msg.ReplyMissed {
		b.WriteString(" missed")
	}
	if msg.QueueID != "" {
		fmt.Fprintf(&b, " id %s", msg.QueueID)
	}
	if msg.MessageID != "" {
		fmt.Fprintf(&b, " message-id %s", msg.MessageID)
	}
	if msg.Withdrawn {
		fmt.Fprintf(&b, " withdrawn %s", msg.WithdrawnBy)
	}
	return b.String()
}

// recorder is an observer that writes everything down.
type recorder struct {
	calls []string
	talk  []string
}

func (r *recorder) add(format string, args ...any) {
	r.calls = append(r.calls, fmt.Sprintf(format, args...))
}

func (r *recorder) Command(c *Command, line string) {
	r.add("command %s arg=%q cut=%v at=%v offset=%d line=%q", c.Verb, c.Arg, c.Cut, c.At, c.Offset, line)
	r.talk = append(r.talk, "C "+line)
}

func (r *recorder) Reply(reply *Reply, to *Command) {
	if sent := string(reply.AppendSent(nil)); reply.Sent != "" && reply.Sent != sent {
		r.add("kept as sent %q, which was %q", reply.Sent, sent)
	}
	verb := Verb("nothing")
	if to != nil {
		verb = to.Verb
		if verb == VerbEndOfData {
			verb += Verb(fmt.Sprintf("@%d", to.Offset))
		}
	}
	r.add("reply %s %q %s partial=%v to=%s end=%d first=%v last=%v", code(reply), reply.Text, reply.Enhanced(), reply.Partial, verb, reply.EndOffset, reply.First, reply.Last)
	r.talk = append(r.talk, fmt.Sprintf("S %s to %s", code(reply), verb))
}
func (r *recorder) ContentBegin(v Verb, at Mark)              { r.add("begin %s", v) }
func (r *recorder) ContentEnd(bytes int64, end bool, at Mark) { r.add("end %d %v", bytes, end) }
func (r *recorder) Note(text, side string, at Mark)           { r.add("note %s", text) }
func (r *recorder) TLSMessage(text, side string, at Mark)     { r.add("handshake %s of %s", text, side) }
func (r *recorder) Phase(p Phase, at Mark)                    { r.add("phase %s", p) }
func (r *recorder) String() string                            { return strings.Join(r.calls, "\n") + "\n" }

// state writes down everything that the accessors give.
func state(m *Machine) string {
	var b strings.Builder
	for _, msg := range m.Messages() {
		fmt.Fprintln(&b, describe(msg), msg.FromParams, msg.At)
		for _, r := range msg.Recipients {
			fmt.Fprintln(&b, r.Params, r.At)
		}
	}
	for _, kind := range []string{"quit", "said", "unanswered", "hello", "auth", "greeting", "tls", "xclient"} {
		fmt.Fprintln(&b, kind, fact(m, kind))
	}
	y := m.Tally()
	fmt.Fprintf(&b, "%+v %v %v %v\n", y, m.MessageCount(), m.ClientOffset(), m.ServerOffset())
	if x := m.TLS(); x != nil {
		fmt.Fprintf(&b, "%+v\n", *x)
	}
	b.WriteString(phaseWord(m))
	return b.String()
}

// checkTally holds the sum of what was done with the client's bytes against
// what was fed.
func checkTally(t testing.TB, m *Machine) {
	t.Helper()
	y := m.Tally()
	sum := y.CommandBytes + y.ContentBytes + y.TLSBytes + y.SkippedBytes + y.WaitingBytes + y.MissingBytes
	if sum != m.ClientOffset() {
		t.Fatalf("%d client bytes fed, accounted for: %+v", m.ClientOffset(), y)
	}
}
