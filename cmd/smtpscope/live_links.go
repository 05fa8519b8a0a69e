package main

import (
	"errors"
	"net"
)

// links looks whether interfaces are switched on: libpcap goes on over one
// that is down as if nothing came.
type links struct {
	names []string
	down  map[string]bool
}

var errDown = errors.New("nothing can be seen until it is up: ip link set NAME up")

// look tells of each interface that went down or came up since the last call.
// One that is not there is the source's to tell of.
func (l *links) look(tell func(name string, err error)) {
	for _, name := range l.names {
		i, err := net.InterfaceByName(name)
		if err != nil {
			continue // gone, or "any"
		}
		down := i.Flags&net.FlagUp == 0
		if down == l.down[name] {
			continue
		}
		if l.down == nil {
			l.down = map[string]bool{}
		}
		l.down[name] = down
		if down {
			tell(name, errDown)
		} else {
			tell(name, nil)
		}
	}
}

func interfaceTrouble(err error) string {
	if errors.Is(err, errDown) {
		return "interface is down"
	}
	return "interface failed, trying again"
}
