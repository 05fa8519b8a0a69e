package diagnosis

import "net/netip"

// A host is an address that facts name. There is one for each, so that facts
// are small, and are told apart by where it lies.
type host struct {
	addr    netip.Addr
	network *network // as far as an address tells: a /24 or a /64
	hash    uint64
	place   uint64 // among the hosts that are known
}

func (h *host) number() uint64 { return h.place }

func (h *host) String() string { return h.addr.String() }

// A network is where clients are taken to come the same way. Likewise one for
// each.
type network struct {
	netip.Prefix
	place uint64 // likewise
}

func (n *network) number() uint64 { return n.place }

// A service is a port of a host.
type service struct {
	host *host
	port uint16
}

func (s service) number() uint64 { return s.host.place<<16 | uint64(s.port) }

func (s service) String() string { return netip.AddrPortFrom(s.host.addr, s.port).String() }

func factClient(f *fact) *host     { return f.client }
func factServer(f *fact) *host     { return f.server }
func factService(f *fact) service  { return service{f.server, f.port} }
func factNetwork(f *fact) *network { return f.client.network }

// hosts knows all of them.
type hosts struct {
	known    map[netip.Addr]*host
	networks map[netip.Prefix]*network
	last     *host // of server
}

func (t *hosts) host(a netip.Addr) *host {
	if h := t.known[a]; h != nil {
		return h
	}
	if t.known == nil {
		t.known, t.networks = map[netip.Addr]*host{}, map[netip.Prefix]*network{}
	}
	bytes := a.As16()
	h := &host{a, t.network(a), hashOf(string(bytes[:])), uint64(len(t.known))}
	t.known[a] = h
	return h
}

// server is host, for what is often the same.
func (t *hosts) server(a netip.Addr) *host {
	if t.last == nil || t.last.addr != a {
		t.last = t.host(a)
	}
	return t.last
}

func (t *hosts) network(a netip.Addr) *network {
	bits := 24
	if a.Is6() && !a.Is4In6() {
		bits = 64
	}
	p, _ := a.WithZone("").Prefix(bits) // not valid where the address is not
	n := t.networks[p]
	if n == nil {
		n = &network{p, uint64(len(t.networks))}
		t.networks[p] = n
	}
	return n
}
