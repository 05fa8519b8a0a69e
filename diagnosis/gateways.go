package diagnosis

import (
	"smtpscope/alignment"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// Gateways gives what each product will have logged of the session, in short
// words, by the names of gatewaylog's products: for Record.Gateways. It is nil
// for a session that ended well or whose end was not captured, where the
// gateway was the client, and for LMTP, which none of the products receives
// from outside.
func Gateways(r *session.Record) map[string]string {
	list := Expectations(r)
	if len(list) == 0 {
		return nil
	}
	words := make(map[string]string, len(list))
	for _, x := range list {
		words[string(x.Product)] = x.String()
	}
	return words
}

// Expectations are the same with what else there is to say of them, in the
// order of gatewaylog.Products.
func Expectations(r *session.Record) []gatewaylog.Expectation {
	if r.Abnormal == nil || !*r.Abnormal || r.Direction == string(gatewaylog.Outbound) || r.Protocol == "lmtp" ||
		alignment.SpokeEarly(r) { // how far it got is known, but not as a phase
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
