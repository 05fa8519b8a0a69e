package diagnosis

import (
	"maps"
	"slices"
	"testing"

	"smtpscope/gatewaylog"
)

// TestGateways: every abnormal session names every product, and no other
// session any. The cases are those of testdata.
func TestGateways(t *testing.T) {
	var products []string
	for _, p := range gatewaylog.Products() {
		products = append(products, string(p))
	}
	slices.Sort(products)
	for _, c := range []struct {
		script   string
		abnormal bool
		want     map[string]string
	}{
		{"log-esa-receiving-aborted-rst", true, map[string]string{"cisco-esa": "Receiving aborted"}},
		{"log-esa-timeout-before-data", true, map[string]string{"cisco-esa": "Receiving aborted"}},
		{"log-esa-timeout-mid-data", true, map[string]string{"cisco-esa": "Receiving aborted"}},
		{"log-smg-abort-message-rst", true, map[string]string{"symantec-smg": "Abort message"}},
		{"log-smg-abort-message-timeout", true, map[string]string{"symantec-smg": "Abort message (message timed out) or Abort message or ML-REJECT: … 421 4.4.2"}},
		{"log-puremessage-peer-lost", true, map[string]string{"sophos-puremessage": "abort"}},
		{"client-rst-in-data", true, map[string]string{"cisco-esa": "Receiving aborted", "symantec-smg": "Abort message", "sophos-puremessage": "abort"}},
		{"log-esa-aborted-by-sender", true, map[string]string{"cisco-esa": "Receiving aborted by sender"}},
		{"dot-and-quit-in-one-segment", false, nil},
	} {
		list := sessionsOf(t, "../testdata/"+c.script+"/session.txt")
		got := Gateways(&list[0].Record)
		if !c.abnormal {
			if got != nil {
				t.Errorf("%s: %v", c.script, got)
			}
			continue
		}
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, products) {
			t.Errorf("%s: %v, want all of %v", c.script, names, products)
		}
		for p, words := range c.want {
			if got[p] != words {
				t.Errorf("%s, %s: %q, want %q", c.script, p, got[p], words)
			}
		}
	}
}
