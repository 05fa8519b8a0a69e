package report

import (
	"strings"

	"smtpscope/diagnosis"
	"smtpscope/gatewaylog"
	"smtpscope/session"
)

// gatewayFoot says what the gateways' logs will have of the session, for each
// product in a line; with a matched log for its product alone.
func (t *transcript) gatewayFoot() {
	lines := gatewayLines(&t.session.Record)
	if len(lines) == 1 {
		t.line("expected in the log of "+lines[0], nil)
		return
	}
	for i, line := range lines {
		if i == 0 {
			t.line("expected in the gateway's log, by product:", nil)
		}
		t.indented(line)
	}
}

// gatewayLines are "product: words (what else to look for)".
func gatewayLines(r *session.Record) []string {
	if r.Gateways == nil {
		return nil
	}
	preferred := ""
	if r.Log != nil {
		preferred = r.Log.Gateway
	}
	var list []string
	for _, x := range diagnosis.Expectations(r) {
		line := string(x.Product) + ": " + Printable(expectedWords(x))
		if string(x.Product) == preferred {
			return []string{line}
		}
		list = append(list, line)
	}
	return list
}

func expectedWords(x gatewaylog.Expectation) string {
	words := x.String()
	if !x.Sure {
		words = "perhaps " + words
	}
	if x.Note != "" {
		words += " (" + x.Note + ")"
	}
	return strings.ReplaceAll(words, gatewaylog.Nothing, "nothing")
}
