package main

import (
	"cmp"
	"net"
	"sync"
	"time"

	"smtpscope/capture"
)

// links looks whether anything can be seen of the interfaces. The source tells
// of one that cannot be read; libpcap goes on over one that is switched off, or
// without a cable, as if nothing came.
type links struct {
	names []string
	last  map[string]string // what was wrong at the last look

	mu     sync.Mutex
	failed map[string]string // what the source said
}

// A linkChange is an interface of which something else holds than before.
type linkChange struct {
	name, trouble string // "" = it is seen again
	before        string // the trouble before; "" = none
}

// source is called by the source, from any goroutine, when an interface fails,
// and with nil when it is listened to again.
func (l *links) source(name string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = map[string]string{}
	}
	delete(l.failed, name)
	if err != nil {
		l.failed[name] = err.Error()
	}
}

// look tells what has changed since the last call.
func (l *links) look() (changed []linkChange) {
	if l.last == nil {
		l.last = map[string]string{}
	}
	for _, name := range l.names {
		if trouble := l.trouble(name); trouble != l.last[name] {
			changed = append(changed, linkChange{name, trouble, l.last[name]})
			l.last[name] = trouble
		}
	}
	return changed
}

// trouble is why nothing can be seen of an interface, and what to do.
func (l *links) trouble(name string) string {
	l.mu.Lock()
	failed := l.failed[name]
	l.mu.Unlock()
	if name == "any" {
		return failed
	}
	i, err := net.InterfaceByName(name)
	switch {
	case err != nil:
		return "it is gone; it is listened to again when it is back"
	case i.Flags&net.FlagUp == 0:
		return "it is switched off: ip link set " + name + " up"
	case i.Flags&(net.FlagRunning|net.FlagLoopback) == 0:
		return "it has no link: look at the cable and at the switch's port"
	}
	return failed
}

// linked says which interfaces nothing can be seen of, and which are seen
// again; sessions that are open meanwhile will say so, too.
func (w *watching) linked() {
	now := capture.Time(time.Now().UnixNano())
	for _, c := range w.links.look() {
		w.metrics.Interface(c.name, c.trouble == "")
		if c.trouble == "" {
			w.outages.End(c.name, now)
			w.log.Info("interface is back", "interface", c.name)
			continue
		}
		if c.before == "" {
			w.outages.Begin(c.name, max(w.lastOf(c.name)+1, cmp.Or(w.linkedAt, now)))
		}
		w.log.Warn("nothing can be seen of the interface", "interface", c.name, "because", c.trouble)
	}
	w.linkedAt = now
}

// lastOf is when the last packet of an interface came.
func (w *watching) lastOf(name string) (at capture.Time) {
	for _, s := range w.source.Summary().Sources {
		if s.Path == name {
			at = s.Last
		}
	}
	return at
}
