// Package hostile makes sessions whose every text is of an attacker's choice:
// what the tests of the report's forms are held against.
package hostile

import (
	"net/netip"
	"reflect"

	"smtpscope/capture"
	"smtpscope/report"
	"smtpscope/session"
)

// Texts are what somebody may send as a banner, an address, a header or a
// line of a log, to be taken for something else by what shows it.
var Texts = []string{
	`<script>window.pwned=1</script>`,
	`"><img src=x onerror="window.pwned=1">`,
	`'><svg onload=window.pwned=1><title></title></svg>`,
	`</style></title></textarea></svg></desc><script>window.pwned=1</script>`,
	`<!--`, `-->`, `]]>`, `<![CDATA[`, `&lt;b&gt; &#x3c;b&#x3e; &amp`, `{{.Title}}{{template "session"}}`,
	`javascript:window.pwned=1`, `<a href="javascript:window.pwned=1">x</a>`,
	`<link rel=stylesheet href=//evil.example/x.css>`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
	`<iframe src=//evil.example></iframe><base href=//evil.example/><form action=//evil.example>`,
	"`", "``", "```", "```\n<script>alert(1)</script>\n```", "` ` `", "~~~", "a`b``c```d", "\\`", "`\\",
	`[link](https://evil.example/ "t")`, `![image](https://evil.example/x.png)`, `[ref]: https://evil.example`,
	`<https://evil.example>`, `https://evil.example/`, `www.evil.example`, `mallory@evil.example`, `mailto:mallory@evil.example`,
	`@everyone`, `@octocat please`, `#1`, `owner/repo#1`, `GH-1`, `PROJ-42`, `0123456789abcdef0123456789abcdef01234567`, `deadbee`, `!1`, `~label`, `:smile:`,
	`# heading`, `1. item`, `1) item`, `- item`, `+ item`, `* item`, `> quote`, `===`, `---`, `***bold*** __bold__ ~~gone~~`,
	`| a | b |`, `a|b`, `a\|b`, `:---:`, `$x^2$`, `\(x\)`, `<details open><summary>x</summary>`,
	"\x1b[31mred\x1b[0m", "\x1b]8;;https://evil.example\x07x", "\x00\x01\x08\x7f", "\u009b31m", "line\nfeed", "line\r\nfeed", "tab\there", "\u2028\u2029\u0085",
	"\u202egnp.exe\u202c", "\u2066\u2069\u200b\u200d\ufeff", "\U000e0041", "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306", "\xff\xfe\x80", "\ufffe\uffff",
	"日本語のメール", "=cmd|' /C calc'!A0", "", " ", "  leading and trailing  ",
}

// Longest is how long a text need be tried: a line of a reply (docs/limits.md).
// Here it stands in a hundred places, and with longer ones fuzzing tries little.
const Longest = 8 << 10

// Session is a session in which every text is s; words says whether those that
// are words of the record (phase, how it ended) are, too.
func Session(s string, words bool) *session.Session {
	one := new(session.Session)
	fill(reflect.ValueOf(one).Elem(), s, 0)
	r := &one.Record
	r.Session, r.SourceFrame = 1, 1
	r.Client = session.Endpoint{IP: netip.MustParseAddr("192.0.2.10"), Port: 41234}
	r.Server = session.Endpoint{IP: netip.MustParseAddr("2001:db8::25"), Port: 25}
	r.Start, r.End, r.Duration = 1e18, 1e18+40e9, 40e9
	abnormal := true
	r.Abnormal = &abnormal
	r.Log.Status = "matched"
	if !words {
		r.Ended.Phase, r.Ended.How, r.Ended.By, r.Log.Agrees = "data", session.ByRST, "client", "no"
		r.Findings[0].Severity, r.Findings[0].Certainty = "error", "strong"
	}
	one.Events = events(s)
	one.EventsCut, one.CutAt = 7, 3
	one.LogMoments = []session.Time{r.Start + 1e9}
	return one
}

// events are one of each kind and side.
func events(s string) []session.Event {
	var list []session.Event
	at := capture.Time(1e18)
	for _, kind := range []session.EventKind{
		session.EventSYN, session.EventSYNACK, session.EventEstablished, session.EventProxy, session.EventCommand,
		session.EventReply, session.EventContent, session.EventTLS, session.EventRetransmission, session.EventOutOfOrder,
		session.EventZeroWindow, session.EventWindowOpen, session.EventKeepAlive, session.EventOverlap, session.EventLate,
		session.EventICMP, session.EventNote, session.EventGap, session.EventLost, session.EventCut, session.EventRSTIgnored,
		session.EventRSTVoid, session.EventFIN, session.EventRST, session.EventEnd, session.EventKind(s),
	} {
		for _, side := range []string{"client", "server", ""} {
			at += 3e8
			n := int64(len(list) + 1)
			list = append(list, session.Event{Kind: kind, Side: side, Frame: n, Last: n, Time: at, Until: at, Count: 1, Bytes: 100, Text: s})
		}
	}
	return list
}

// fill sets every text to s, every number to 1, and gives every list one
// entry.
func fill(v reflect.Value, s string, depth int) {
	if !v.CanSet() || depth > 8 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), s, depth+1)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, s, depth+1)
		key := reflect.New(v.Type().Key()).Elem()
		fill(key, s, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), s, depth+1)
		}
	}
}

// Capture is the line about a capture in which every text is s.
func Capture(s string) *report.Capture {
	c := new(report.Capture)
	fill(reflect.ValueOf(c).Elem(), s, 0)
	from, to := session.Time(1e18), session.Time(1e18+40e9)
	c.Start, c.End = &from, &to
	c.Files[0].Start, c.Files[0].End = &from, &to
	return c
}
