package benchdata

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
)

// record is what the comparison reads of a session record.
type record struct {
	Session        int64
	Client, Server struct {
		IP   string
		Port int
	}
	Frames struct{ Count int64 }
	Bytes  sides
	Seen   struct {
		MissingBytes int64 `json:"missing_bytes"`
	}
	TLS      *struct{ Handshake string }
	Messages []struct {
		From       *string
		Recipients []struct{}
		QueueID    string `json:"queue_id"`
		MessageID  string `json:"message_id"`
		Outcome    string
		Transfer   *struct {
			Command  string
			Bytes    int64
			Complete bool
		}
	}
	Ended struct{ How, By, Phase string }
	TCP   struct {
		Retransmitted sides
		OutOfOrder    sides `json:"out_of_order"`
	}
}

type sides struct{ Client, Server int64 }

// Comparison is how records stand to the truth.
type Comparison struct {
	Sessions int // in the truth
	Right    int // of those the capture shows whole: every field agrees
	Wrong    int // a field differs, or the session was not found, or is none
	// Of sessions of which packets are missing from the capture, Holed are
	// there in all; of them HoledRight have the true verdict, and HoledOpen one
	// that says less (unknown). The rest is told apart by what was hidden.
	Holed, HoledRight, HoledOpen int
	Differences                  []string // the first ones
}

const maxDifferences = 40

// Compare holds the records against the truth, session for session.
func Compare(truth, records io.Reader) (*Comparison, error) {
	byNumber := map[int64]*record{}
	err := eachLine(records, func(line []byte) error {
		switch kind, _, _ := bytes.Cut(line, []byte(",")); string(kind) {
		case `{"type":"session"`:
			r := new(record)
			err := json.Unmarshal(line, r)
			byNumber[r.Session] = r
			return err
		case `{"type":"pattern"`, `{"type":"capture"`: // of many sessions: the truth has no such line
			return nil
		default:
			return fmt.Errorf("this is no line of analyze --format jsonl: it begins with %q", kind)
		}
	})
	if err != nil {
		return nil, err
	}
	c := new(Comparison)
	err = eachLine(truth, func(line []byte) error {
		t := new(Truth)
		if err := json.Unmarshal(line, t); err != nil {
			return err
		}
		c.Sessions++
		r := byNumber[t.Session]
		delete(byNumber, t.Session)
		c.judge(t, r)
		return nil
	})
	for n := range byNumber {
		c.differ("session %d is none", n)
	}
	return c, err
}

func eachLine(r io.Reader, do func([]byte) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 1<<20), 64<<20)
	for in.Scan() {
		if err := do(in.Bytes()); err != nil {
			return err
		}
	}
	return in.Err()
}

func (c *Comparison) differ(format string, args ...any) {
	c.Wrong++
	if len(c.Differences) < maxDifferences {
		c.Differences = append(c.Differences, fmt.Sprintf(format, args...))
	}
}

func (c *Comparison) judge(t *Truth, r *record) {
	switch {
	case r == nil:
		c.differ("session %d (%s) has no record", t.Session, t.Kind)
	case t.Hidden > 0:
		c.judgeHoled(t, r)
	default:
		if what := differs(t, r); what != "" {
			c.differ("session %d (%s): %s", t.Session, t.Kind, what)
			return
		}
		c.Right++
	}
}

// judgeHoled compares what a session with missing packets must still have.
func (c *Comparison) judgeHoled(t *Truth, r *record) {
	c.Holed++
	if what := first(
		equal("client", r.client(), t.Client), equal("server", r.server(), t.Server),
		equal("frames", r.Frames.Count, t.Frames),
		equal("bytes", [2]int64{r.Bytes.Client, r.Bytes.Server}, t.Bytes)); what != "" {
		c.differ("session %d (%s), %d packets hidden: %s", t.Session, t.Kind, t.Hidden, what)
		return
	}
	switch e := r.Ended; {
	case e.How == t.How && e.By == t.By && e.Phase == t.Phase:
		c.HoledRight++
	case e.Phase == "unknown":
		c.HoledOpen++
	}
}

// differs names the first field that is not as it was.
func differs(t *Truth, r *record) string {
	tls := ""
	if r.TLS != nil {
		tls = r.TLS.Handshake
	}
	what := first(
		equal("client", r.client(), t.Client), equal("server", r.server(), t.Server),
		equal("how", r.Ended.How, t.How), equal("by", r.Ended.By, t.By), equal("phase", r.Ended.Phase, t.Phase),
		equal("frames", r.Frames.Count, t.Frames),
		equal("bytes", [2]int64{r.Bytes.Client, r.Bytes.Server}, t.Bytes),
		equal("missing bytes", r.Seen.MissingBytes, 0),
		equal("out of order", [2]int64{r.TCP.OutOfOrder.Client, r.TCP.OutOfOrder.Server}, t.OutOfOrder))
	if what != "" || t.Cut {
		return what
	}
	what = first(
		equal("retransmitted", [2]int64{r.TCP.Retransmitted.Client, r.TCP.Retransmitted.Server}, t.Retransmitted),
		equal("TLS", tls, t.TLS), equal("messages", len(r.Messages), len(t.Messages)))
	for i := range t.Messages {
		if what != "" {
			return what
		}
		what = differsMessage(t, r, i)
	}
	return what
}

func differsMessage(t *Truth, r *record, i int) string {
	want, got := &t.Messages[i], &r.Messages[i]
	outcome := want.Outcome
	if t.How == "capture-end" && (outcome == "aborted" || outcome == "unanswered") {
		outcome = "unknown" // nobody knows how it went on
	}
	command, bytes, complete := "", int64(0), false
	if got.Transfer != nil {
		command, bytes, complete = got.Transfer.Command, got.Transfer.Bytes, got.Transfer.Complete
	}
	from := ""
	if got.From != nil {
		from = *got.From
	}
	what := first(
		equal("from", from, want.From), equal("recipients", len(got.Recipients), want.Recipients),
		equal("outcome", got.Outcome, outcome), equal("command", command, want.Command),
		equal("content bytes", bytes, want.Bytes), equal("complete", complete, want.Complete),
		equal("queue id", got.QueueID, want.QueueID))
	if what == "" && want.MessageID != "" {
		what = equal("Message-ID", got.MessageID, want.MessageID)
	}
	if what != "" {
		what = fmt.Sprintf("message %d, %s", i+1, what)
	}
	return what
}

func (r *record) client() string { return net.JoinHostPort(r.Client.IP, strconv.Itoa(r.Client.Port)) }
func (r *record) server() string { return net.JoinHostPort(r.Server.IP, strconv.Itoa(r.Server.Port)) }

func equal[T comparable](name string, got, want T) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("%s is %v, was %v", name, got, want)
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// Write says it in a few lines.
func (c *Comparison) Write(w io.Writer) {
	for _, d := range c.Differences {
		fmt.Fprintln(w, d)
	}
	fmt.Fprintf(w, "%d sessions: %d whole and right, %d with packets missing (%d with the true verdict, %d say unknown), %d wrong\n",
		c.Sessions, c.Right, c.Holed, c.HoledRight, c.HoledOpen, c.Wrong)
}
