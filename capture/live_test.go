package capture

import (
	"errors"
	"testing"
)

// TestPortFilter: the expression must compile for the link types that
// interfaces have.
func TestPortFilter(t *testing.T) {
	c := LiveConfig{Ports: []uint16{24, 25, 465, 587, 2525}}
	for _, link := range []int32{linkEthernet, linkSLL, linkRaw} {
		program, err := compileBPF(link, c.expression(link))
		if errors.Is(err, ErrNoFilter) {
			t.Skip("not run: this build has no libpcap")
		}
		if err != nil {
			t.Errorf("link type %d: %v", link, err)
		}
		if len(program) < 10 {
			t.Errorf("link type %d: only %d instructions", link, len(program))
		}
	}
}
