//go:build cgo

package hugepages

import "unsafe"

// The tables of gopacket/layers that are filled while it is initialised, by their
// names there: this package must not import it (tables_linux.go).
//
//go:linkname ethernetTypes github.com/google/gopacket/layers.EthernetTypeMetadata
var ethernetTypes byte

//go:linkname pppTypes github.com/google/gopacket/layers.PPPTypeMetadata
var pppTypes byte

//go:linkname ethernetErrors github.com/google/gopacket/layers.errorDecodersForEthernetType
var ethernetErrors byte

//go:linkname pppErrors github.com/google/gopacket/layers.errorDecodersForPPPType
var pppErrors byte

//go:linkname tcpPorts github.com/google/gopacket/layers.tcpPortLayerType
var tcpPorts byte

//go:linkname udpPorts github.com/google/gopacket/layers.udpPortLayerType
var udpPorts byte

const (
	tableEntries  = 1 << 16
	metadataBytes = 40 // an EnumMetadata of gopacket/layers
	numberBytes   = 8
)

// A table of gopacket/layers.
type table struct {
	at    *byte
	bytes uintptr // of an entry
}

var tables = [...]table{
	{&ethernetTypes, metadataBytes}, {&pppTypes, metadataBytes},
	{&ethernetErrors, numberBytes}, {&pppErrors, numberBytes},
	{&tcpPorts, numberBytes}, {&udpPorts, numberBytes},
}

func (t *table) span() (from, to uintptr) {
	from = uintptr(unsafe.Pointer(t.at))
	return from, from + t.bytes*tableEntries
}

// endOfTables is where the last of them ends.
func endOfTables() (end uintptr) {
	for i := range tables {
		_, to := tables[i].span()
		end = max(end, to)
	}
	return end
}

// GiveBackTables gives the kernel back what the tables of gopacket/layers lie on,
// 7 MB. They are for decoding by gopacket, which the program must not do behind
// this: of gopacket it imports pcap alone, which a test holds, and pcap asks
// layers for names of types only.
//
// 6.5 MiB less at the peak of each command; no difference in CPU time.
func GiveBackTables() {
	for i := range tables {
		from, to := tables[i].span()
		advise(up(from, smallBytes), to&^(smallBytes-1), dontNeed)
	}
}
