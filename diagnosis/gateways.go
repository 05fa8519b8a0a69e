package diagnosis

import (
	"sync"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Gateways gives what each product will have logged of the session, in short
// words, by the names of gatewaylog's products: for Record.Gateways. It is nil
// for a session that ended well or whose end was not captured, where the
// gateway was the client, and for LMTP, which none of the products receives
// from outside. Sessions share it; it is not to be changed.
func Gateways(r *session.Record) map[string]string {
	if !leadsToWords(r) {
		return nil
	}
	v := verdicts.Get().(*gatewaylog.Verdict)
	defer verdicts.Put(v)
	alignment.TakeVerdict(v, r)
	words := gatewaylog.WordsOf(v)
	*v = gatewaylog.Verdict{Mails: v.Mails[:0]}
	if len(words) == 0 {
		return nil
	}
	return words
}

// verdicts are used again, with the memory of their mails.
var verdicts = sync.Pool{New: func() any { return new(gatewaylog.Verdict) }}

// leadsToWords reports whether something can be said of a session's words in a
// gateway's log.
func leadsToWords(r *session.Record) bool {
	return r.Abnormal != nil && *r.Abnormal && r.Direction != string(gatewaylog.Outbound) && r.Protocol != "lmtp" &&
		!alignment.SpokeEarly(r) // how far it got is known, but not as a phase
}

// Expectations are the same with what else there is to say of them, in the
// order of gatewaylog.Products.
func Expectations(r *session.Record) []gatewaylog.Expectation {
	if !leadsToWords(r) {
		return nil
	}
	verdict := alignment.Verdict(r)
	list := make([]gatewaylog.Expectation, 0, len(gatewaylog.Products()))
	for _, p := range gatewaylog.Products() {
		if x := gatewaylog.Expect(p, verdict); len(x.Phrases) > 0 {
			list = append(list, x)
		}
	}
	return list
}
