//go:build cgo

package main

import (
	"slices"
	"testing"
	"unsafe"

	"github.com/google/gopacket/layers"

	"smtpscope/internal/hugepages"
)

// TestGiveBackTables: package hugepages knows the tables of gopacket/layers by name
// and size only. A first and a last page may stay, which others lie on too.
func TestGiveBackTables(t *testing.T) {
	if size := unsafe.Sizeof(layers.EnumMetadata{}); size != 40 || len(layers.EthernetTypeMetadata) != 1<<16 || len(layers.PPPTypeMetadata) != 1<<16 {
		t.Fatalf("the tables of gopacket/layers have another size: %d bytes an entry", size)
	}
	ethernet, ppp, links := slices.Clone(layers.EthernetTypeMetadata[:]), slices.Clone(layers.PPPTypeMetadata[:]), layers.LinkTypeMetadata
	t.Cleanup(func() {
		copy(layers.EthernetTypeMetadata[:], ethernet)
		copy(layers.PPPTypeMetadata[:], ppp)
	})
	hugepages.GiveBackTables()
	for name, table := range map[string][]layers.EnumMetadata{"Ethernet": layers.EthernetTypeMetadata[:], "PPP": layers.PPPTypeMetadata[:]} {
		for i := 200; i < len(table)-200; i++ {
			if table[i].Name != "" {
				t.Fatalf("%s: entry %d is still there", name, i)
			}
		}
	}
	for i := range links {
		if layers.LinkTypeMetadata[i].Name != links[i].Name {
			t.Errorf("link type %d has lost its name %q", i, links[i].Name)
		}
	}
}
