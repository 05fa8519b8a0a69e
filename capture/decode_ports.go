package capture

import (
	"cmp"
	"slices"
)

// portCounts has an exact counter a port, in pieces of 256 that are made where a
// port needs one. Counters for all of TCP's and UDP's ports are 1 MiB, which on
// huge pages is there although nobody touches it, with each worker again.
type portCounts [256]*[256]int64

// one counts a packet.
func (c *portCounts) one(port uint16) {
	piece := c[port>>8]
	if piece == nil {
		piece = c.make(port)
	}
	piece[uint8(port)]++
}

//go:noinline
func (c *portCounts) make(port uint16) *[256]int64 {
	c[port>>8] = new([256]int64)
	return c[port>>8]
}

// frequent lists the ports seen most, equal counts by port.
func (c *portCounts) frequent() []PortCount {
	var list []PortCount
	for high, piece := range c {
		if piece == nil {
			continue
		}
		for low, n := range piece {
			if n > 0 {
				list = append(list, PortCount{uint16(high<<8 | low), n})
			}
		}
	}
	slices.SortFunc(list, func(a, b PortCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Port, b.Port))
	})
	return slices.Clip(list[:min(len(list), tallyPorts)])
}
