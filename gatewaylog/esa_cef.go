package gatewaylog

import "strings"

// cefMark begins an entry of AsyncOS's consolidated event log: one line a
// message, none for connections without one (formats.md section 1.8). SMA
// writes the same.
const cefMark = "CEF:0|Cisco|"

// cefKeys are keys of the extension besides those that begin with ESA. A value
// may hold blanks, quotes and "x=" of its own, so it ends only where a known
// key follows.
var cefKeys = map[string]bool{
	"deviceExternalId": true, "startTime": true, "endTime": true, "start": true, "end": true,
	"sourceAddress": true, "src": true, "sourceHostName": true, "shost": true, "suser": true, "duser": true,
	"act": true, "msg": true, "dvc": true, "deviceDirection": true, "deviceInboundInterface": true, "deviceOutboundInterface": true,
	"cs1": true, "cs2": true, "cs3": true, "cs4": true, "cs5": true, "cs6": true, "cfp1": true, "cfp2": true,
	"cs1Label": true, "cs2Label": true, "cs3Label": true, "cs4Label": true, "cs5Label": true, "cs6Label": true, "cfp1Label": true, "cfp2Label": true,
}

// cefFields takes the extension apart.
func cefFields(s string) map[string]string {
	out := map[string]string{}
	eachCEF(s, func(key string, from, to int) { out[key] = strings.TrimSpace(s[from:to]) })
	return out
}

// eachCEF gives the keys of the extension and where their values stand.
func eachCEF(s string, take func(key string, from, to int)) {
	key, from := "", 0
	for i := 0; i < len(s); i++ {
		if i > 0 && s[i-1] != ' ' && s[i-1] != '|' {
			continue
		}
		n := 0
		for i+n < len(s) && isWordByte(s[i+n]) && n < 40 {
			n++
		}
		if n == 0 || i+n >= len(s) || s[i+n] != '=' {
			continue
		}
		if k := s[i : i+n]; cefKeys[k] || strings.HasPrefix(k, "ESA") {
			if key != "" {
				take(key, from, i)
			}
			key, from = k, i+n+1
		}
	}
	if key != "" {
		take(key, from, len(s))
	}
}

// firstOf is the first of the fields that is there: names differ by version.
func firstOf(m map[string]string, keys ...string) string {
	for _, k := range keys {
		if v := m[k]; v != "" {
			return v
		}
	}
	return ""
}

// cefActs are the values of act.
var cefActs = map[string]OutcomeKind{
	"DELIVERED": Accepted, "QUARANTINED": Accepted, "DQ": Accepted, "BOUNCED": Accepted, "DROPPED": Dropped, "ABORTED": Aborted,
}

// consolidated takes an entry of the consolidated event log. Where mail_logs
// has told of the connection it is joined to it by ICID and MID.
func (p *esa) consolidated(e *entry) reason {
	x := cefFields(e.body[strings.Index(e.body, cefMark):])
	if x["ESAMID"] == "" {
		return unknownKind
	}
	p.cefTime(e, x)
	if e.host == "" {
		e.host = p.serials[e.file]
	}
	m := p.b.findMessage(e.host, x["ESAMID"])
	if m == nil {
		c := p.injection(e, x["ESAICID"])
		if c.Client.Addr.IsValid() && c.Client.Addr != address(firstOf(x, "sourceAddress", "src")) {
			p.b.unname(c) // another appliance's
			c = p.injection(e, x["ESAICID"])
		}
		p.b.wait(c)
		c.quiet = true
		m = p.b.message(c, e.host, x["ESAMID"])
	}
	p.cefConnection(m.conn, x)
	cefMessage(m, x)
	return p.b.addTo(m, e)
}

// cefTime puts the entry where the message ended, by the appliance's clock:
// the syslog header before it is the collector's.
func (p *esa) cefTime(e *entry, x map[string]string) {
	if st, n := scanStamp(firstOf(x, "endTime", "end")); n > 0 && st.hasYear {
		c := clock{zone: p.b.shelf.options.Zone}
		e.time = c.resolve(st, "")
	}
}

func (p *esa) cefConnection(c *conn, x map[string]string) {
	c.Client = c.Client.over(Peer{Addr: address(firstOf(x, "sourceAddress", "src")), Name: hostName(firstOf(x, "sourceHostName", "shost"))})
	if c.Helo == "" {
		c.Helo = x["ESAHeloDomain"]
	}
	if c.Service == "" || strings.Contains(c.Service, "consolidated") {
		c.Service = firstOf(x, "deviceInboundInterface", "deviceOutboundInterface")
	}
	if c.Policy == "" && x["ESAMailFlowPolicy"] != "" {
		c.Policy = x["ESAMailFlowPolicy"] + " SG " + x["ESASenderGroup"]
	}
	if s := x["ESATLSInConnStatus"]; s != "" && c.TLS.Established == "" {
		c.TLS = TLS{Established: No, Version: x["ESATLSInProtocol"], Cipher: x["ESATLSInCipher"], Words: s}
		if s == "Success" {
			c.TLS.Established = Yes
		}
	}
	if st, n := scanStamp(firstOf(x, "startTime", "start")); n > 0 && st.hasYear {
		k := clock{zone: p.b.shelf.options.Zone}
		if t := k.resolve(st, ""); c.Start.IsZero() || t.At.Before(c.Start.At) {
			c.Start = t
		}
	}
}

func cefMessage(m *msg, x map[string]string) {
	if !m.HasFrom && x["suser"] != "" {
		m.From, m.HasFrom = bare(x["suser"]), true
	}
	for _, to := range strings.FieldsFunc(x["duser"], func(r rune) bool { return r == ';' || r == ',' }) {
		m.recipient(bare(strings.TrimSpace(to))).Accepted = Yes
	}
	if n := leadingDigits(x["ESAMsgSize"]); n > 0 && !m.Size.Known {
		m.Size = known(int64(number(x["ESAMsgSize"][:n])))
	}
	if id := strings.Trim(x["cs4"], "'"); m.MessageID == "" && x["cs4Label"] == "ExternalMsgID" {
		id = strings.NewReplacer(`\\=`, "=", `\=`, "=").Replace(id)
		m.MessageID = bare(id)
	}
	m.related(x["ESADCID"])
	if m.Outcome.Kind != "" && m.Outcome.Kind != Accepted {
		return
	}
	act, details := x["act"], x["ESAFinalActionDetails"]
	if details == "" {
		details = act
	}
	if details == "" {
		return
	}
	m.settle(cefActs[act], details)
	if strings.HasPrefix(details, "Receiving aborted by sender") {
		m.Outcome.Kind = Withdrawn
	}
	if x["ESAMsgTooBigFromSender"] == "true" && act != "DELIVERED" {
		m.settle(Rejected, "ESAMsgTooBigFromSender")
	}
}
