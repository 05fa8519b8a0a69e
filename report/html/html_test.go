package html

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"smtpscope/internal/hostile"
	"smtpscope/report"
	"smtpscope/report/document"
	"smtpscope/session"
)

func pageOf(t *testing.T, d *document.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// voids are the elements without an end tag (HTML Living Standard 13.1.2).
var voids = map[string]bool{"meta": true, "br": true, "wbr": true}

// tags are all elements that a page has, with their attributes.
var tags = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "id", "style": "", "body": "",
	"header": "", "main": "", "footer": "", "section": "class aria-label", "article": "class id aria-labelledby", "div": "class",
	"p": "class", "span": "class", "h1": "", "h2": "", "h3": "id", "h4": "", "h5": "", "ul": "class", "li": "", "dl": "class", "dt": "", "dd": "",
	"table": "class", "caption": "", "thead": "", "tbody": "", "tr": "class", "th": "scope class", "td": "class colspan",
	"abbr": "title", "a": "href", "b": "", "br": "", "wbr": "", "code": "", "small": "", "pre": "class", "details": "", "summary": "",
	"figure": "", "figcaption": "",
	"svg": "class role viewBox viewbox aria-labelledby aria-hidden xmlns width height", "desc": "id", "g": "class", "text": "class x y",
	"line": "class x1 x2 y1 y2", "path": "class d", "rect": "class x y width height rx", "circle": "class cx cy r",
}

// checkPage fails unless a page consists of our own elements, each closed
// where it should be, and refers to nothing but itself. It gives the texts.
func checkPage(t *testing.T, page []byte) string {
	t.Helper()
	z := xhtml.NewTokenizer(bytes.NewReader(page))
	var open []string
	var texts strings.Builder
	ids, refs := map[string]bool{}, map[string]bool{}
	for {
		switch kind := z.Next(); kind {
		case xhtml.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			for ref := range refs {
				if !ids[ref] {
					t.Errorf("a link to %s, which is not there", ref)
				}
			}
			return texts.String()
		case xhtml.CommentToken:
			t.Errorf("a comment: %s", z.Raw())
		case xhtml.TextToken:
			if len(open) > 0 && open[len(open)-1] != "style" {
				texts.WriteString(string(z.Text()))
			}
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			token := z.Token()
			checkTag(t, &token, ids, refs)
			if kind == xhtml.StartTagToken && !voids[token.Data] {
				open = append(open, token.Data)
			}
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> where %v is open", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func checkTag(t *testing.T, token *xhtml.Token, ids, refs map[string]bool) {
	t.Helper()
	allowed, known := tags[token.Data]
	if !known {
		t.Errorf("element %s", token)
	}
	for _, a := range token.Attr {
		switch {
		case !strings.Contains(" "+allowed+" ", " "+a.Key+" "):
			t.Errorf("attribute %s of %s", a.Key, token)
		case a.Key == "href":
			if !strings.HasPrefix(a.Val, "#s") {
				t.Errorf("a link to %s", a.Val)
			}
			refs[a.Val[1:]] = true
		case a.Key == "id":
			if ids[a.Val] {
				t.Errorf("id %s twice", a.Val)
			}
			ids[a.Val] = true
		case a.Key == "class" && !plainWords(a.Val):
			t.Errorf("class %q", a.Val)
		}
	}
}

func plainWords(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz ") == ""
}

func TestHostilePages(t *testing.T) {
	for _, s := range hostile.Texts {
		checkHostile(t, s, false)
		checkHostile(t, s, true)
	}
}

func checkHostile(t *testing.T, s string, words bool) {
	t.Helper()
	for _, single := range []bool{false, true} {
		texts := checkPage(t, pageOf(t, hostile.Document(s, single, words)))
		for _, line := range strings.Split(s, "\n") {
			// The page shows what was sent, in its printable form: nothing
			// that was taken for markup has gone.
			if want := report.Printable(strings.TrimSuffix(line, "\r")); !strings.Contains(texts, want) {
				t.Errorf("%q is not shown", want)
			}
		}
	}
}

func FuzzPage(f *testing.F) {
	for i := 0; i < len(hostile.Texts); i += 8 { // TestHostile… has all of them
		f.Add(hostile.Texts[i])
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) <= hostile.Longest {
			checkHostile(t, s, false)
		}
	})
}

// TestPolicy: the page forbids everything but its own style sheet, whose hash
// is that of the text between the tags.
func TestPolicy(t *testing.T) {
	page := string(pageOf(t, hostile.Document("x", false, false)))
	_, rest, _ := strings.Cut(page, "<style>")
	css, _, _ := strings.Cut(rest, "</style>")
	if css != style {
		t.Error("the style sheet was changed on its way into the page: its hash does not fit")
	}
	for _, never := range []string{"<script", "javascript:", "@import", "url(", " style=", "http://", "https://"} {
		if i := strings.Index(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), never); i >= 0 {
			t.Errorf("%s in the page", never)
		}
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") {
		t.Error("no Content-Security-Policy")
	}
}

func TestEmptyReport(t *testing.T) {
	d := document.NewBuilder(document.Options{}).Document(&report.Capture{}, nil)
	if texts := checkPage(t, pageOf(t, d)); !strings.Contains(texts, "The capture holds no mail session.") {
		t.Errorf("an empty report does not say so: %s", texts)
	}
}

// manySessions is an incident: every third session is abnormal.
func manySessions(n int) *document.Document {
	o := document.Options{}
	choice := document.NewChoice(o.Limits, false)
	b := document.NewBuilder(o)
	for i := range n {
		s := hostile.Session("a word or two", false)
		abnormal := i%3 == 0
		s.Record.Session, s.Record.Abnormal = int64(i+1), &abnormal
		s.Record.Log.Abnormal = false
		s.Record.Start += session.Time(i) * 1e9
		s.Record.Client.IP = netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		if !choice.Wants(&s.Record) {
			s.Events = nil
		}
		b.Add(s)
	}
	return b.Document(hostile.Capture("x"), nil)
}

// TestTenThousandSessions: the page does not grow with the number of sessions
// beyond its limits, and says what is not in it.
func TestTenThousandSessions(t *testing.T) {
	page := pageOf(t, manySessions(10_000))
	if len(page) > 6<<20 {
		t.Errorf("a page of %d bytes", len(page))
	}
	texts := checkPage(t, page)
	for _, said := range []string{
		"50 sessions are told in full here, and 3,284 more that ended abnormally are not",
		"1,334 more sessions are not listed here", "4,666 more sessions are not listed here", "Of 10,000 sessions, 3,334 ended abnormally",
	} {
		if !strings.Contains(texts, said) {
			t.Errorf("not said: %s", said)
		}
	}
	t.Logf("%d bytes", len(page))
}

func BenchmarkTenThousandSessions(b *testing.B) {
	for b.Loop() {
		if err := Write(io.Discard, manySessions(10_000)); err != nil {
			b.Fatal(err)
		}
	}
}
