package capture

import (
	"cmp"
	"slices"
)

// portCounts has an exact counter a port, in pieces of 256 that are made where a
// port needs one. Counters for all of TCP's and UDP's ports are 1 MiB, which on
// huge pages is there although nobody touches it, with each worker again.
type portCounts [256]*[256]int64

// one counts a packet. It is inlined.
func (c *portCounts) one(port uint16) {
	if piece := c[port>>8]; piece != nil {
		piece[uint8(port)]++
	} else {
		c.first(port)
	}
}

// first counts the first packet of a piece.
func (c *portCounts) first(port uint16) {
	piece := new([256]int64)
	piece[uint8(port)] = 1
	c[port>>8] = piece
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
