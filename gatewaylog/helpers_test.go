package gatewaylog

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"
)

// textSource is a source that reads a string.
func textSource(name, text string) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// readAll reads sources and gives all connections.
func readAll(t testing.TB, o Options, sources ...Source) ([]*Connection, *Report) {
	t.Helper()
	var out []*Connection
	r, err := Read(sources, o, func(c *Connection) error {
		out = append(out, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, r
}

// readText reads one log given as text.
func readText(t testing.TB, o Options, text string) ([]*Connection, *Report) {
	t.Helper()
	return readAll(t, o, textSource("log", text))
}

// summary is a connection in one line, for tables that a person can read:
//
//	inbound 10293 192.0.2.200:41000(name) > 192.0.2.2:25 helo=h tls=yes how=lost/client [data rcpt] bytes=12 'words' | 1404 <a> > <b>+ <c>- 100 id=… aborted 'words'
//
// Recipients: + accepted, - refused. A message without an id has "-".
func summary(c *Connection) string {
	var b strings.Builder
	word := func(s string) { b.WriteString(s + " ") }
	word(string(c.Direction))
	word(c.ID)
	word(peerWord(c.Client))
	if c.Server.Addr.IsValid() || c.Server.Port != 0 {
		word("> " + peerWord(c.Server))
	}
	for _, x := range [][2]string{
		{"helo", c.Helo}, {"tls", string(c.TLS.Established)}, {"auth", string(c.Auth.Succeeded)}, {"user", c.Auth.User}, {"origin", peerWord(c.Origin)},
		{"how", string(c.Ended.How)}, {"by", c.Ended.By},
	} {
		if x[1] != "" {
			word(x[0] + "=" + x[1])
		}
	}
	if len(c.Ended.Stages) > 0 {
		word(string(c.Ended.Stage) + fmt.Sprint(c.Ended.Stages))
	}
	if c.Ended.Bytes.Known {
		word(fmt.Sprint("bytes=", c.Ended.Bytes.N) + pick(c.Ended.BytesCut, "+", ""))
	}
	if c.Ended.Words != "" {
		word("'" + c.Ended.Words + "'")
	}
	for _, r := range c.Rejections {
		word("rejected:" + r.Command + fmt.Sprint(r.Code))
	}
	for _, m := range c.Messages {
		word("| " + messageWord(m))
	}
	if c.Fragment {
		word("fragment")
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func peerWord(p Peer) string {
	s := ""
	if p.Addr.IsValid() {
		s = p.Addr.String()
	}
	if p.Port != 0 {
		s = netip.AddrPortFrom(p.Addr, p.Port).String()
	}
	if p.Name != "" {
		s += "(" + p.Name + ")"
	}
	return s
}

func messageWord(m *Message) string {
	id := m.ID
	if id == "" {
		id = "-"
	}
	s := id
	if m.HasFrom {
		s += " <" + m.From + ">"
	}
	for i, r := range m.Recipients {
		if i == 0 {
			s += " >"
		}
		s += " <" + r.Address + ">" + map[Answer]string{Yes: "+", No: "-"}[r.Accepted]
		if r.Delivery != "" {
			s += r.Delivery
		}
	}
	if m.Size.Known {
		s += fmt.Sprint(" ", m.Size.N)
	}
	if m.MessageID != "" {
		s += " id=" + m.MessageID
	}
	if m.Outcome.Kind != "" || m.Outcome.Words != "" {
		s += " " + string(m.Outcome.Kind)
		if m.Outcome.Inferred {
			s += "?"
		}
		s += " '" + m.Outcome.Words + "'"
	}
	for _, d := range m.Derived {
		s += " derived " + d.ID
	}
	for _, j := range m.Joined {
		s += " joined(" + messageWord(j) + ")"
	}
	return s
}
