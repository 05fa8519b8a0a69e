package alignment

import (
	"math"
	"time"

	"smtpscope/gatewaylog"
)

// times compares when they began and ended.
func (e *edge) times() bool {
	t, x := e.talk, e.trace
	if !x.timed() || !x.clock.known {
		return true // names alone must do
	}
	k := x.clock
	slack := max(4*k.spread, k.ahead) + x.precision + int64(time.Second)
	e.off = x.start - k.expect(t.start)
	early := early(k, x)
	core := float64(early + int64(50*time.Millisecond))
	headless := t.headless() // the log may have begun any time before
	if e.off < -slack && !headless {
		return false
	}
	end := k.expect(t.end)
	if x.closed && x.end < k.expect(t.start)-slack {
		return false
	}
	at, within, finer := x.opened.moment(x.precision)
	switch {
	case !x.begun:
		if x.start > end+slack+int64(latest) {
			return false
		}
		e.weight += weightStart / 2
	case e.off > slack+int64(latest):
		return false
	case headless:
	case finer:
		e.weight += e.beginning(at-t.start, float64(within), float64(within+k.behind))
	default:
		e.weight += e.beginning(e.off, float64(early), core)
	}
	if !x.closed || !t.r.EndShown() {
		return true
	}
	fit := closeness(t.late(x.end-end, x), core, weightEnd)
	if at, within, finer := x.shut.moment(x.precision); finer {
		fit = closeness(t.late(at-t.end, x), float64(within+k.behind), weightEnd)
	}
	e.weight += max(fit, -weightEnd/2)
	return true
}

// early is how far before the expected moment the log's time may lie by its
// precision, by the spread of its clock, and as other pairs do.
func early(k *clockwork, x *trace) int64 {
	// Uniform within the log's precision would be a spread of a quarter of it.
	return max(3*(k.spread-x.precision/4), k.ahead-x.precision/2, 0) + x.precision/2 + int64(5*time.Millisecond)
}

// late is how far a line of the end is off: up to the server's close any
// moment fits as well.
func (t *talk) late(off int64, x *trace) int64 {
	if closed := closedBy(t, x); off > 0 && closed != never {
		return max(off-max(closed-t.end, 0), 0)
	}
	return off
}

// beginning weighs how far behind the first packet the log has the connection.
// Up to the greeting any moment fits as well: a server looks up the client's
// name first.
func (e *edge) beginning(off int64, early, late float64) float64 {
	greeted := e.greeting()
	if greeted == never {
		return delayed(off, early, late)
	}
	switch wait := max(greeted-e.talk.start, 0); {
	case off > wait:
		off -= wait // a log daemon that stamps lines itself may be late
	case off > 0:
		off = 0
	}
	return delayed(off, early, late)
}

// logsFirst are the products that log a connection before they greet it
// (smtpd.c, Exim's daemon.c, smtp_session.c). Of sendmail under load the
// recordings of the harness contradict it.
var logsFirst = map[gatewaylog.Product]bool{
	gatewaylog.Postfix: true, gatewaylog.Exim: true, gatewaylog.OpenSMTPD: true,
}

// greeting is the moment before which the product has logged the connection;
// never = that is not known.
func (e *edge) greeting() int64 { return greetedBy(e.talk, e.trace) }

func greetedBy(t *talk, x *trace) int64 {
	if !logsFirst[x.c.Product] {
		return never
	}
	return t.greeted
}

// closeness is full within core, and falls by half of it with each doubling.
func closeness(off int64, core, full float64) float64 {
	d := math.Abs(float64(off)) / core
	if d <= 1 {
		return full - d*d/2
	}
	return full - 0.5 - full/2*math.Log2(d)
}

// busy is how late a server that is busy, or waits for a name server, still
// often logs a connection.
const busy = 5 * time.Second

// delayed is closeness of a beginning. Late is less strange than early: a
// line is not written before what it tells.
func delayed(off int64, early, late float64) float64 {
	if off < 0 {
		fit := closeness(off, early, weightStart)
		if fit < weightStart/2 {
			fit -= weightStart
		}
		return fit
	}
	fit := closeness(off, late, weightStart)
	if off < int64(busy) {
		return max(fit, -0.5)
	}
	return fit
}
