package gatewaylog

import (
	"slices"
	"strings"
)

// head reads what Exchange writes at the top of a file.
func (t *transcripts) head(line string) {
	if list, ok := strings.CutPrefix(line, "#Fields: "); ok {
		t.columns = exchangeColumns(list)
	}
	if kind, ok := strings.CutPrefix(line, "#Log-type: SMTP "); ok {
		t.send = strings.HasPrefix(kind, "Send")
	}
}

// row gives a row of Exchange's protocol log. What was said is taken out of its
// quotes, and what may be shown is put back in quotes of its own.
func (t *transcripts) row(e *entry) (string, bool) {
	columns := t.columns
	if columns == nil {
		columns = exchangeFields
	}
	var x csvRow
	whole := x.split(e.text, columns)
	event, data := x.value[fieldEvent], x.at[fieldData]
	if data.from == 0 || len(event) != 1 || strings.IndexByte("+-<>*", event[0]) < 0 {
		return "", false
	}
	if !whole || x.at[fieldContext].from == 0 { // no telling what is what
		return e.text[:data.from] + blanked, true
	}
	h := t.talk("exchange " + x.value[fieldSession])
	safe, context := x.value[fieldData], x.value[fieldContext]
	switch {
	case event == "*" && context != "authenticated" && !strings.HasPrefix(context, "User Name"):
		safe, context = blankEncoded(h.unsay(safe)), blankEncoded(h.unsay(context))
	case event == "<" && !t.send, event == ">" && t.send:
		safe = h.command(safe)
	case (event == "<" || event == ">") && !isReply(safe) && safe != "": // the head of the file, which says who is who, is missing
		safe = h.command(safe)
	case event == "<" || event == ">":
		safe = h.reply(safe)
	}
	return x.with(e.text, safe, context), true
}

// span is where a field stands in its row, quotes included.
type span struct{ from, to int }

// csvRow is a row taken apart into the fields of exchangeFields.
type csvRow struct {
	value [len9]string
	at    [len9]span
}

// split takes a row apart; one with fewer columns breaks off.
func (x *csvRow) split(s string, columns []string) bool {
	rest, more := s, true
	for i, name := range columns {
		from := len(s) - len(rest)
		var value string
		value, rest, more = nextCSV(rest)
		to := len(s)
		if more {
			to -= len(rest) + len(",")
		}
		if k := slices.Index(exchangeFields, name); k > 0 {
			x.value[k], x.at[k] = value, span{from, to}
		}
		if !more {
			return i == len(columns)-1
		}
	}
	return true
}

// with gives the row with other data and context. A field that is not written as
// it would be written here is written anew, or something would stay beside it.
func (x *csvRow) with(row, data, context string) string {
	fields := []struct {
		at   span
		text string
	}{{x.at[fieldData], data}, {x.at[fieldContext], redact(context)}}
	if fields[0].at.from < fields[1].at.from {
		slices.Reverse(fields) // from the end on, so that places stay what they are
	}
	for _, f := range fields {
		if f.at.from == 0 || row[f.at.from:f.at.to] == f.text && strings.IndexByte(f.text, '"') < 0 {
			continue
		}
		row = row[:f.at.from] + writeCSV(f.text, row[f.at.from:f.at.to]) + row[f.at.to:]
	}
	return row
}

// writeCSV writes a field as it was written: in quotes if it was in quotes.
func writeCSV(text, old string) string {
	if strings.HasPrefix(old, `"`) || strings.ContainsAny(text, `",`) {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}
