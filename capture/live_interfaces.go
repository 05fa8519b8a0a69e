package capture

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Interface is one that can be listened to.
type Interface struct {
	Name      string
	Addresses []netip.Prefix
	Up        bool // switched on
	Running   bool // there is a link
	Loopback  bool
	MTU       int // bytes; 0 = not known
}

// Interfaces lists what can be listened to, those with a link first.
func Interfaces() ([]Interface, error) {
	found, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	list := make([]Interface, 0, len(found))
	for _, i := range found {
		one := Interface{Name: i.Name, MTU: i.MTU, Up: i.Flags&net.FlagUp != 0,
			Running: i.Flags&net.FlagRunning != 0, Loopback: i.Flags&net.FlagLoopback != 0}
		addresses, _ := i.Addrs() // an interface may go while it is looked at
		for _, a := range addresses {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				one.Addresses = append(one.Addresses, p)
			}
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b Interface) int {
		if a.rank() != b.rank() {
			return a.rank() - b.rank()
		}
		return strings.Compare(a.Name, b.Name)
	})
	return list, nil
}

func (i *Interface) rank() int {
	switch {
	case i.Loopback:
		return 1
	case i.Running:
		return 0
	case i.Up:
		return 2
	}
	return 3
}
