package capture

// EtherIP (RFC 3378): a version of 3 in the upper four bits of two bytes.
const (
	etherIPLen     = 2
	etherIPVersion = 3
)

// etherIP reads an Ethernet frame in IP protocol 97.
func (d *decoder) etherIP(p span) outcome {
	if len(p.data) < etherIPLen {
		return p.lacks(etherIPLen)
	}
	if p.data[0]>>4 != etherIPVersion {
		return outcomeMalformed
	}
	return d.ethernet(p.skip(etherIPLen))
}
