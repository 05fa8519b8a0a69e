package gatewaylog

import (
	"cmp"
	"strings"
)

// maxTold is how many mails that were not taken are told of in a connection's
// words.
const maxTold = 3

// Words are how the product says that the connection ended, and what it says of
// mails that it did not take: the phrase that people look for ("Receiving
// aborted", "milter triggers DISCARD action") often stands there only. Where the
// product says nothing of either, they are what became of the last mail.
func (c *Connection) Words() string {
	w := words{text: c.Ended.Words}
	for i, m := range c.Messages {
		if o := &m.Outcome; o.Words != "" && !o.Inferred {
			w.mail(o, i == len(c.Messages)-1)
		}
	}
	if n := len(c.Rejections); n > 0 && w.told == 0 { // a recipient's, say, of a mail that was taken for others
		last := &c.Rejections[n-1]
		w.add("refused", cmp.Or(last.Words, last.Command))
	}
	if n := len(c.Messages); n > 0 {
		last := c.Messages[n-1]
		if w.text == "" {
			w.text = last.Outcome.Words
		}
		for _, j := range last.Joined {
			w.add(string(j.Product), j.Outcome.Words)
		}
	}
	return w.text
}

// words grow as they are found.
type words struct {
	text string
	told int // mails
}

// mail adds what became of a mail, where it was not taken. That one broke off
// needs no name: only the last can, and the product's phrase says it.
func (w *words) mail(o *Outcome, last bool) {
	switch o.Kind {
	case Aborted, Withdrawn:
		if last && !strings.Contains(w.text, o.Words) && (w.text == "" || !strings.Contains(o.Words, w.text)) {
			w.add("", o.Words)
		}
	case Refused, Rejected, Dropped, Deferred, Bounced:
		if w.told++; w.told <= maxTold {
			w.add(string(o.Kind), o.Words)
		} else if w.told == maxTold+1 {
			w.text += "; …"
		}
	}
}

// add puts said behind what there is, unless it stands there already.
func (w *words) add(what, said string) {
	if said == "" || strings.Contains(w.text, said) {
		return
	}
	if w.text != "" {
		w.text += "; "
	}
	if what != "" {
		w.text += what + ": "
	}
	w.text += said
}
