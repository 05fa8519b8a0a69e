package report

import (
	"maps"
	"slices"
	"strconv"

	"smtpscope/session"
)

func (f *fields) findings(list []session.Finding) {
	if len(list) == 0 {
		return
	}
	f.key(`,"findings":[`)
	for i := range list {
		f.item()
		f.finding(&list[i])
	}
	f.b = append(f.b, ']')
}

func (f *fields) finding(n *session.Finding) {
	f.b = append(f.b, '{')
	f.text(`,"code":"`, n.Code)
	f.text(`,"severity":"`, n.Severity)
	f.text(`,"certainty":"`, n.Certainty)
	f.text(`,"summary":"`, n.Summary)
	if len(n.Frames) > 0 {
		f.key(`,"frames":[`)
		for _, frame := range n.Frames {
			f.item()
			f.b = strconv.AppendInt(f.b, frame, 10)
		}
		f.b = append(f.b, ']')
	}
	f.textIf(`,"against":"`, n.Against)
	f.textIf(`,"elsewhere":"`, n.Elsewhere)
	f.textIf(`,"advice":"`, n.Advice)
	f.b = append(f.b, '}')
}

// gateways writes the products in the order of their names, as encoding/json
// does.
func (f *fields) gateways(words map[string]string) {
	if len(words) == 0 {
		return
	}
	f.key(`,"gateways":{`)
	if len(f.names) != len(words) || slices.ContainsFunc(f.names, func(name string) bool { _, there := words[name]; return !there }) {
		f.names = slices.AppendSeq(f.names[:0], maps.Keys(words))
		slices.Sort(f.names)
	} // else they are those of the record before, nearly always
	for _, name := range f.names {
		if f.b[len(f.b)-1] != '{' {
			f.b = append(f.b, ',')
		}
		f.b = append(appendString(f.b, name), ':')
		f.b = appendString(f.b, words[name])
	}
	f.b = append(f.b, '}')
}
