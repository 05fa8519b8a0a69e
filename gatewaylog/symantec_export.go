package gatewaylog

import (
	"encoding/csv"
	"strings"
)

// The console's Message Audit Log can be exported as comma separated values.
// The columns differ by version and by what the administrator chose, and the
// vendor does not document them; they are found by their headings.
var exportColumns = map[string][]string{
	"id":      {"audit id", "auditid", "audit_id", "message audit id"},
	"time":    {"time", "date", "date/time", "accept time", "time accepted", "received", "received time", "timestamp", "accepted"},
	"client":  {"accepted from", "connecting ip", "connection ip", "ip", "ip address", "source ip", "sending ip", "client ip"},
	"from":    {"sender", "from", "envelope sender"},
	"to":      {"recipient", "recipients", "to", "original recipient", "original recipients", "intended recipient"},
	"mid":     {"message id", "message-id", "messageid"},
	"action":  {"action", "actions", "action taken", "actions taken", "disposition"},
	"verdict": {"verdict", "verdicts"},
	"size":    {"size", "message size"},
	"helo":    {"ehlo", "helo"},
}

// isSymantecExport recognises the headings: an audit id and an action.
func isSymantecExport(text string) bool {
	if len(text) > 1000 || strings.IndexByte(text, ',') < 0 {
		return false
	}
	t := strings.ToLower(text)
	return strings.Contains(t, "audit") && strings.Contains(t, "action") && strings.Contains(t, "sender") && leadingDigits(text) == 0
}

// export takes a row of the export: one message.
func (p *symantec) export(e *entry) reason {
	record, err := csv.NewReader(strings.NewReader(e.text)).Read()
	if err != nil {
		return brokenLine
	}
	if isSymantecExport(e.text) {
		p.columns[e.file] = headings(record)
		return notSession
	}
	x := map[string]string{}
	for i, name := range p.columns[e.file] {
		if i < len(record) && name != "" && x[name] == "" {
			x[name] = strings.TrimSpace(record[i])
		}
	}
	if x["id"] == "" || !isAuditID(x["id"]) {
		return brokenLine
	}
	if st, n := scanStamp(x["time"]); n > 0 && e.time.IsZero() {
		c := clock{zone: p.b.shelf.options.Zone}
		e.time = c.resolve(st, "")
	}
	return p.exported(e, x)
}

func (p *symantec) exported(e *entry, x map[string]string) reason {
	m := p.message(e, x["id"])
	if e.time.IsZero() {
		e.time = m.Arrival
	}
	if client := addrPort(x["client"]); client.Addr.IsValid() {
		m.conn.Client = client.over(m.conn.Client)
		m.conn.Direction = Inbound
	}
	if m.conn.Helo == "" {
		m.conn.Helo = x["helo"]
	}
	m.From, m.HasFrom = bare(x["from"]), x["from"] != ""
	for _, to := range strings.FieldsFunc(x["to"], func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		m.recipient(bare(to))
	}
	if x["mid"] != "" {
		m.MessageID = bare(x["mid"])
	}
	if n := leadingDigits(x["size"]); n > 0 {
		m.Size = known(int64(number(x["size"][:n])))
	}
	symantecAction(m, x["action"])
	if m.Outcome.Kind == Aborted {
		// KB 177182: after MAIL FROM and before the end of DATA.
		m.conn.Ended = Ended{Words: x["action"], Stages: []Phase{PhaseData, PhaseRcpt, PhaseMail, PhaseDataCommand, PhaseDot}}
		if strings.Contains(x["action"], "timed out") {
			m.conn.Ended.How, m.conn.Ended.By = HowTimeout, "server"
		}
	} else if m.Outcome.Kind == "" && x["action"] != "" {
		m.settle("", x["action"])
	}
	return p.b.addTo(m, e)
}

func headings(record []string) []string {
	out := make([]string, len(record))
	for i, h := range record {
		h = strings.ToLower(strings.TrimSpace(h))
		for name, words := range exportColumns {
			for _, w := range words {
				if h == w {
					out[i] = name
				}
			}
		}
	}
	return out
}
