package evidence

import (
	"bytes"
	"slices"
	"time"

	"smtpscope/capture"
)

// waiting is a frame that cannot be written yet: it is a fragment of a
// datagram that is not whole, or it follows one.
type waiting struct {
	packet  *packet
	owner   *chosen // valid where decided; nil = it is not copied
	decided bool
}

// How long fragments are waited for, as in capture; and how many frames are
// held meanwhile.
const (
	fragmentTime = 30 * time.Second
	maxWaiting   = 1 << 16
)

func (c *cutter) wait(f *capture.Frame) {
	c.waiting = append(c.waiting, &waiting{packet: newPacket(f)})
}

// giveUp decides that old fragments belong to nothing; all of them where now
// is 0.
func (c *cutter) giveUp(now capture.Time) {
	for i, w := range c.waiting {
		if !w.decided && (now == 0 || now.Sub(w.packet.time).Abs() > fragmentTime || len(c.waiting)-i > maxWaiting) {
			w.decided = true
		}
	}
}

// drop decides that the fragments of a datagram are nobody's.
func (c *cutter) drop(id capture.FragmentID) {
	for _, w := range c.waiting {
		if !w.decided && w.packet.fragments.ID == id {
			w.decided = true
		}
	}
}

// flush writes what is decided, in order.
func (c *cutter) flush() error {
	n := 0
	for _, w := range c.waiting {
		if !w.decided {
			break
		}
		n++
		if w.owner != nil {
			if err := c.write(w.packet, w.owner); err != nil {
				return err
			}
		}
	}
	c.waiting = slices.Delete(c.waiting, 0, n)
	return nil
}

// completed takes the frame that has completed a datagram of a chosen session:
// the datagram is blanked as a whole, and each fragment gets its part.
func (c *cutter) completed(f *capture.Frame, one *chosen) {
	whole := bytes.Clone(f.Datagram)
	inner := slices.Clone(f.Inner)
	if !c.options.Raw {
		c.payload(whole, inner, f.Segment, one)
		c.padding(whole, inner)
		c.rename(whole, inner)
	}
	fixed := false
	for _, w := range c.waiting {
		p := w.packet
		if w.decided || p.fragments.ID != f.Fragment.ID {
			continue
		}
		w.decided, w.owner = true, one
		if c.options.Raw {
			continue
		}
		before := bytes.Clone(p.data)
		c.rename(p.data, p.layers)
		if !fixed {
			fixed = true
			fixChecksums(f.Datagram, whole, inner, addressChange(before, p.data, p.layers))
		}
		spread(p, whole)
		fixChecksums(before, p.data, p.layers, change{})
		p.changed = !bytes.Equal(before, p.data)
	}
}

// addressChange is that of the innermost IP header.
func addressChange(before, now []byte, layers []capture.Layer) change {
	for i := len(layers) - 1; i >= 0; i-- {
		if from, to := addressesOf(&layers[i]); to > 0 {
			return changeOf(before[from:to], now[from:to])
		}
	}
	return change{}
}

// spread writes a fragment's part of the datagram into it. Of a datagram that
// the snap length cut the rest is not known, and blanked.
func spread(p *packet, whole []byte) {
	from := p.fragments.At
	if from > len(p.data) {
		return
	}
	part := p.data[from:]
	n := 0
	if p.fragments.Offset < len(whole) {
		n = copy(part, whole[p.fragments.Offset:])
	}
	for i := n; i < len(part); i++ {
		part[i] = blank
	}
}
