package gatewaylog

import (
	"maps"
	"testing"
)

// TestWordsOf: words that were made for one verdict serve others only where each
// product would log the same, whichever comes first.
func TestWordsOf(t *testing.T) {
	other := func(v *Verdict, change func(*Verdict)) *Verdict { change(v); return v }
	list := []*Verdict{
		midData("rst", "client"), midData("fin", "client"), midData("rst", "server"),
		other(midData("fin", "client"), func(v *Verdict) { v.Mails = []Transaction{withText}; v.Mails[0].Bytes = known(17) }),
		afterRcpt("rst", "client"), afterRcpt("fin", "server"), afterRcpt("silence", "unknown"),
		other(afterRcpt("rst", "client"), func(v *Verdict) { v.Phase = PhaseMail }),
		other(afterRcpt("rst", "client"), func(v *Verdict) { v.Encrypted = true }),
		other(afterRcpt("rst", "client"), func(v *Verdict) { v.Phase, v.Mails = PhaseHello, nil }),
		other(afterRcpt("rst", "client"), func(v *Verdict) { v.Phase, v.Mails, v.Hello = PhaseHello, nil, "HELO" }),
		other(afterRcpt("rst", "client"), func(v *Verdict) { v.Phase, v.Mails, v.Hello = PhaseHello, nil, "" }),
		afterDot("rst", "client"), afterDot("fin", "server").gaveUp("4.4.2 timeout"), afterRcpt("fin", "server").gaveUp("4.4.2 timeout"),
	}
	for round := range 2 {
		for i := range list {
			v := list[i]
			if round == 1 { // what is known by now came from others
				v = list[len(list)-1-i]
			}
			want := map[string]string{}
			for _, p := range Products() {
				if x := Expect(p, v); len(x.Phrases) > 0 {
					want[string(p)] = x.String()
				}
			}
			if got := WordsOf(v); !maps.Equal(got, want) {
				t.Errorf("%+v: %v, want %v", v, got, want)
			}
		}
	}
}
