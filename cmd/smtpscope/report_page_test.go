package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// screenshots names the directory that pictures of the pages are written to,
// to be looked at; without it none are taken.
const screenshots = "SMTPSCOPE_SCREENSHOTS"

// hostileConversation is a session whose every word wants to be something
// else than text.
const hostileConversation = `
handshake
S: 220 <script>window.pwned=1</script><img src="http://evil.example/a.png" onerror="window.pwned=1">
C: EHLO "><svg/onload=window.pwned=1>
S: 250 </text></svg><script>window.pwned=1</script><style>@import "http://evil.example/x.css"</style>
C: MAIL FROM:<'"><script>window.pwned=1</script>@example.net>
S: 250 <base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">
C: RCPT TO:<javascript:window.pwned=1@example.org>
S: 550 <a href="javascript:window.pwned=1">click</a><iframe src="http://evil.example/"></iframe>
C rst
`

// reportPages writes the reports that are opened, by name.
func reportPages(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	script, capture := filepath.Join(dir, "hostile.txt"), filepath.Join(dir, "hostile.pcap")
	if err := os.WriteFile(script, []byte(hostileConversation), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeWire(script, capture, ""); err != nil {
		t.Fatal(err)
	}
	demo := filepath.Join(casesDir, "demo")
	pages := map[string]string{}
	for name, args := range map[string][]string{
		"demo":    {filepath.Join(demo, "capture.pcap"), "--log", filepath.Join(demo, "gateway.log")},
		"session": {filepath.Join(demo, "capture.pcap"), "--log", filepath.Join(demo, "gateway.log"), "--session", "42"},
		"hostile": {capture},
	} {
		file := filepath.Join(dir, name+".html")
		mustRun(t, nil, append([]string{"report", "-o", file}, args...)...)
		pages[name] = "file://" + file
	}
	return pages
}

// TestReportInChromium opens reports in a real browser: nothing on its
// console, nothing asked of the network, nothing wider than the screen, the
// ladder large enough to read, and enough contrast, on a telephone and on a
// desk, light and dark.
func TestReportInChromium(t *testing.T) {
	b := startChromium(t)
	for name, url := range reportPages(t) {
		for _, width := range []int{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					b.t = t
					b.show(url, width, scheme)
					checkShown(t, b, width, scheme)
					for _, c := range b.complaints(url) {
						t.Error(c)
					}
					if dir := os.Getenv(screenshots); dir != "" {
						height := 0
						b.evaluate("document.documentElement.scrollHeight", &height)
						b.picture(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), width, min(height, 8000))
					}
				})
			}
		}
	}
	b.t = t
}

// TestReportOnPaper: what is printed on A4 and on Letter fits the sheet, on
// white, whatever scheme the reader's screen has.
func TestReportOnPaper(t *testing.T) {
	b := startChromium(t)
	// Widths of the sheets in CSS pixels (96 an inch) without the margins of
	// 14 mm that the style sheet asks for.
	sheets := map[string]int{"A4": (210 - 28) * 96 * 10 / 254, "Letter": 816 - 28*96*10/254}
	for name, url := range reportPages(t) {
		for sheet, width := range sheets {
			t.Run(name+"/"+sheet, func(t *testing.T) {
				b.t = t
				b.show(url, width, "dark")
				b.call("Emulation.setEmulatedMedia", map[string]any{"media": "print", "features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}})
				checkShown(t, b, width, "light")
				if dir := os.Getenv(screenshots); dir != "" {
					b.picture(filepath.Join(dir, name+"-"+sheet+".png"), width, 4000)
				}
				var pdf struct{ Data []byte }
				b.read(b.call("Page.printToPDF", map[string]any{"preferCSSPageSize": false}), &pdf)
				if !strings.HasPrefix(string(pdf.Data), "%PDF-") {
					t.Error("it does not print")
				}
				b.call("Emulation.setEmulatedMedia", map[string]any{"media": ""})
			})
		}
	}
	b.t = t
}

// A shown is what the page looks like, measured in the page.
type shown struct {
	Pwned     bool
	Scripts   int
	Wide      int // of the whole page
	Wider     []string
	Paper     string  // colour behind everything
	Letter    float64 // height of a ladder's letters on the screen
	Faint     []string
	Untitled  int // pictures without a name
	Unlabeled int // tables without headings
}

// measure runs in the page. Contrast is WCAG's 2.1, 1.4.3: 4.5 for text; what
// is hidden, or drawn over a picture's own colours, is left out.
const measure = `JSON.stringify((() => {
  document.querySelectorAll("details").forEach(d => d.open = true);
  const rgb = c => (c.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = rgb(c).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c).length < 4 || rgb(c)[3] > 0) return c; } return "rgb(255, 255, 255)"; };
  const faint = new Set(), wider = new Set(), width = document.documentElement.clientWidth;
  for (const e of document.querySelectorAll("body *")) {
    const box = e.getBoundingClientRect(), own = [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim());
    if (box.width > 0 && !e.closest(".wide") && !e.closest("svg") && box.right > width + 1) wider.add(e.outerHTML.slice(0, 80));
    if (!own || box.width == 0 || ["TITLE", "title", "desc"].includes(e.tagName)) continue;
    const style = getComputedStyle(e), ink = e.closest("svg") ? style.fill : style.color;
    const a = light(ink), p = light(behind(e)), ratio = (Math.max(a, p) + .05) / (Math.min(a, p) + .05);
    if (ratio < 4.5) faint.add(ratio.toFixed(2) + " " + (e.getAttribute("class") || e.tagName) + " in " + (e.parentElement.getAttribute("class") || e.parentElement.tagName));
  }
  const label = document.querySelector(".ladder .label");
  return {
    Pwned: "pwned" in window, Scripts: document.scripts.length, Wide: document.documentElement.scrollWidth, Wider: [...wider].slice(0, 5),
    Paper: getComputedStyle(document.body).backgroundColor,
    Letter: label ? parseFloat(getComputedStyle(label).fontSize) * label.getScreenCTM().a : 0,
    Faint: [...faint].slice(0, 12), Untitled: [...document.querySelectorAll("svg[role=img]")].filter(s => !s.querySelector("title") || !s.querySelector("desc")).length,
    Unlabeled: [...document.querySelectorAll("table")].filter(t => !t.querySelector("th[scope=col]")).length,
  };
})())`

func checkShown(t *testing.T, b *browser, width int, scheme string) {
	t.Helper()
	var text string
	b.evaluate(measure, &text)
	var s shown
	b.read(json.RawMessage(text), &s)
	if s.Pwned || s.Scripts > 0 {
		t.Errorf("%d scripts; did one run: %v", s.Scripts, s.Pwned)
	}
	if s.Wide > width {
		t.Errorf("%d pixels wide on a screen of %d: %s", s.Wide, width, strings.Join(s.Wider, "\n"))
	}
	if dark := s.Paper != "rgb(255, 255, 255)"; dark != (scheme == "dark") {
		t.Errorf("%s paper in the %s scheme", s.Paper, scheme)
	}
	if s.Letter < 9 {
		t.Errorf("the letters of the ladder are %.1f pixels", s.Letter)
	}
	if len(s.Faint) > 0 {
		t.Errorf("too little contrast: %s", strings.Join(s.Faint, "; "))
	}
	if s.Untitled > 0 || s.Unlabeled > 0 {
		t.Errorf("%d pictures without a name, %d tables without headings", s.Untitled, s.Unlabeled)
	}
}
