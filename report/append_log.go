package report

import "smtpscope/session"

// log writes what the gateway's log has on a session.
func (f *fields) log(l *session.Log) error {
	if l == nil {
		return nil
	}
	f.text(`,"log":{"status":"`, l.Status)
	f.textIf(`,"gateway":"`, l.Gateway)
	f.spanIf(`,"offset":`, l.Offset)
	if l.Score != nil {
		if err := f.float(`,"score":`, *l.Score); err != nil {
			return err
		}
	}
	f.textIf(`,"agrees":"`, l.Agrees)
	f.text(`,"difference":"`, l.Difference)
	f.textIf(`,"words":"`, l.Words)
	f.textIf(`,"stage":"`, l.Stage)
	if l.Abnormal {
		f.truth(`,"abnormal":`, true)
	}
	f.textIf(`,"connection":"`, l.Connection)
	f.texts(`,"messages":[`, l.Messages)
	f.texts(`,"unseen":[`, l.Unseen)
	f.candidates(l.Candidates)
	f.textIf(`,"reason":"`, l.Reason)
	f.entries(l.Entries)
	f.numberIf(`,"entries_cut":`, l.EntriesCut)
	f.b = append(f.b, '}')
	return nil
}

func (f *fields) candidates(list []session.LogCandidate) {
	if len(list) == 0 {
		return
	}
	f.key(`,"candidates":[`)
	for i := range list {
		c := &list[i]
		f.item()
		f.b = append(f.b, '{')
		f.text(`,"connection":"`, c.Connection)
		f.texts(`,"messages":[`, c.Messages)
		f.text(`,"file":"`, c.File)
		f.number(`,"line":`, c.Line)
		f.b = append(f.b, '}')
	}
	f.b = append(f.b, ']')
}

func (f *fields) entries(list []session.LogEntry) {
	if len(list) == 0 {
		return
	}
	f.key(`,"entries":[`)
	for i := range list {
		e := &list[i]
		f.item()
		f.b = append(f.b, '{')
		f.text(`,"file":"`, e.File)
		f.number(`,"line":`, e.Line)
		f.timeIf(`,"time":`, e.Time)
		f.text(`,"text":"`, e.Text)
		f.b = append(f.b, '}')
	}
	f.b = append(f.b, ']')
}
