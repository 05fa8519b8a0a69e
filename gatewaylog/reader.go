package gatewaylog

import "strings"

// parser reads the lines of one product into its book.
type parser interface {
	// take puts the line where it belongs, or says why it does not.
	take(*entry) reason
	// books are the parser's books.
	book() *book
}

// reader is one run over the sources.
type reader struct {
	options Options
	report  *Report
	shelf   *shelf
	parsers map[Product]parser
	tags    map[string]Product // of tags seen before; bounded
	esa     *esa
	exim    *exim
	smg     *symantec
}

// Read reads all sources and hands out every connection as soon as it is
// finished, in the order in which they end; those that are open when the log
// ends come last. emit owns what it is given; an error from it ends the
// reading. A source that breaks off is named in the Report, and what was read
// before counts.
func Read(sources []Source, o Options, emit func(*Connection) error) (*Report, error) {
	r := newReader(o, emit)
	m := newMerger(sources, r.options, r.report, r.esa.wantsMore)
	for e := m.next(); e != nil && r.shelf.err == nil; e = m.next() {
		r.line(e)
	}
	if r.shelf.err == nil {
		r.shelf.flush()
	}
	m.stop()
	r.report.finish()
	return r.report, r.shelf.err
}

func newReader(o Options, emit func(*Connection) error) *reader {
	o = o.withDefaults()
	r := &reader{options: o, report: newReport(), tags: map[string]Product{}}
	r.shelf = &shelf{options: o, report: r.report, emit: emit}
	r.esa, r.exim, r.smg = newESA(r.shelf), newExim(r.shelf), newSymantec(r.shelf)
	sendmail, postfix := newSendmail(r.shelf), newPostfix(r.shelf)
	r.parsers = map[Product]parser{
		CiscoESA:    r.esa,
		SymantecSMG: r.smg,
		PureMessage: newPureMessage(r.shelf, sendmail.b, postfix.b),
		Sendmail:    sendmail,
		Postfix:     postfix,
		Exim:        r.exim,
		OpenSMTPD:   newOpenSMTPD(r.shelf),
		Exchange:    newExchange(r.shelf),
	}
	return r
}

// line puts one entry where it belongs and counts it.
func (r *reader) line(e *entry) {
	if !e.time.IsZero() {
		if r.report.First.IsZero() || e.time.At.Before(r.report.First.At) {
			r.report.First = e.time
		}
		if e.time.At.After(r.report.Last.At) {
			r.report.Last = e.time
		}
	}
	if e.text == "" {
		why := blankLine
		if e.broken {
			why = brokenLine
		}
		r.report.count(e, "", why)
		return
	}
	if n, ok := repeats(e); ok {
		r.report.Repeated += n
		r.report.count(e, "", r.repeat(e))
		return
	}
	product := r.recognise(e)
	p := r.parsers[product]
	if p == nil {
		r.report.count(e, "", foreign)
		return
	}
	if !e.time.IsZero() {
		r.shelf.tick(p.book(), e.time.At.UnixNano())
	}
	why := p.take(e)
	if why != taken {
		r.shelf.last = nil
		e.strange = r.options.Product != "" && r.product(e) == ""
	}
	r.report.count(e, product, why)
}

// recognise tells which product wrote the line, "" if none that is known. The
// order is from sure signs to shapes.
func (r *reader) recognise(e *entry) Product {
	if r.options.Product != "" {
		return r.options.Product
	}
	return r.product(e)
}

// product is what the line looks like.
func (r *reader) product(e *entry) Product {
	switch {
	case e.epoch, len(r.smg.columns) > 0 && r.smg.columns[e.file] != nil:
		return SymantecSMG
	case e.iso == 'T' && strings.HasPrefix(e.body, ","), strings.HasPrefix(e.text, "#"):
		return exchangeOrNone(e)
	case e.tag != "":
		if p := r.byTag(e.tag); p != "" {
			return p
		}
	}
	return r.byShape(e)
}

// byTag knows the programs that log under a name of their own.
func (r *reader) byTag(tag string) Product {
	p, ok := r.tags[tag]
	if ok {
		return p
	}
	switch {
	case strings.HasPrefix(tag, "postfix"):
		p = Postfix
	case tag == "smtpd":
		p = OpenSMTPD
	case strings.HasPrefix(tag, "exim"):
		p = Exim
	case tag == "ecelerity", tag == "bmserver", tag == "conduit":
		p = SymantecSMG
	case tag == "sendmail", strings.HasPrefix(tag, "sm-"):
		p = Sendmail
	}
	if len(r.tags) < 4096 {
		r.tags[tag] = p
	}
	return p
}

// byShape looks at the text where the tag says nothing.
func (r *reader) byShape(e *entry) Product {
	switch {
	case e.level != "":
		return CiscoESA
	case strings.Contains(e.body, cefMark):
		return CiscoESA
	case isPureMessage(e):
		return PureMessage
	case e.iso == ' ' && r.exim.knows(e):
		return Exim
	case isSendmailBody(e.body):
		return Sendmail
	case isSymantecExport(e.text):
		return SymantecSMG
	}
	return ""
}

// repeats recognises what syslog daemons write instead of a line that came
// again, and how often it came.
//
//	Nov 22 11:08:22 mx1 last message repeated 3 times
//	Nov 22 11:08:22 mx1 postfix/smtpd[7]: message repeated 3 times: [ connect from …]
//
// The second holds the line itself, which is taken once.
func repeats(e *entry) (int64, bool) {
	if rest, ok := strings.CutPrefix(e.body, "message repeated "); ok {
		n := leadingDigits(rest)
		if inner, ok := strings.CutPrefix(rest[n:], " times: ["); ok && n > 0 {
			e.body = strings.TrimSuffix(strings.TrimPrefix(inner, " "), "]")
		}
		return 0, false
	}
	_, rest, ok := strings.Cut(e.body, "last message repeated ")
	if !ok || len(e.body) > 200 {
		return 0, false
	}
	n := leadingDigits(rest)
	if n == 0 || n > 9 || !strings.HasPrefix(rest[n:], " time") {
		return 0, false
	}
	return int64(number(rest[:n])), true
}

// repeat puts the line where the line before went.
func (r *reader) repeat(e *entry) reason {
	s := r.shelf
	if s.last == nil {
		return repeatOfNothing
	}
	for _, b := range s.books {
		if b.product == s.last.Product {
			if s.lastMsg != nil {
				return b.addTo(s.lastMsg, e)
			}
			return b.add(s.last, e)
		}
	}
	return repeatOfNothing
}
