package session

import (
	"smtpscope/capture"
	"smtpscope/reassembly"
)

// Ports is a set of TCP ports.
type Ports [65536 / 64]uint64

// DefaultPorts are SMTP (25, RFC 5321), submission with implicit TLS (465,
// RFC 8314), submission (587, RFC 6409), and 2525, which providers offer where
// 25 is blocked.
func DefaultPorts() *Ports {
	p := new(Ports)
	for _, port := range []uint16{25, 465, 587, 2525} {
		p.Add(port, port)
	}
	return p
}

// Add puts the ports from first to last, both included, into the set.
func (p *Ports) Add(first, last uint16) {
	for port := int(first); port <= int(last); port++ {
		p[port/64] |= 1 << (port % 64)
	}
}

// Has reports whether the set holds port.
func (p *Ports) Has(port uint16) bool { return p[port/64]&(1<<(port%64)) != 0 }

// List gives the ports in order, nil where they are more than most.
func (p *Ports) List(most int) []uint16 {
	var list []uint16
	for port := range 65536 {
		if p.Has(uint16(port)) {
			if list = append(list, uint16(port)); len(list) > most {
				return nil
			}
		}
	}
	return list
}

// orient tells the side of a sender where no SYN was captured: by port where
// one end only is a mail port, else by what is said.
func (t *Tracker) orient(seg *capture.Segment) (reassembly.Side, bool) {
	from, to := t.ports.Has(seg.Src.Port()), t.ports.Has(seg.Dst.Port())
	switch {
	case from && !to:
		return reassembly.Server, true
	case to && !from:
		return reassembly.Client, true
	case len(seg.Payload) == 0:
		return reassembly.Client, false
	case looksLikeReply(seg.Payload):
		return reassembly.Server, true
	case looksLikeHello(seg.Payload) || seg.Src.Port() >= seg.Dst.Port():
		return reassembly.Client, true
	}
	return reassembly.Server, true
}
