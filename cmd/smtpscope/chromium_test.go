package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// A browser is a headless Chromium that is spoken to by its DevTools protocol
// through a pipe (--remote-debugging-pipe): messages are JSON with a NUL behind.
type browser struct {
	t       *testing.T
	to      *os.File
	answers chan message
	seen    []message // events that came meanwhile
	last    int
	page    string // the session of the page
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// chromiumPatience is how long an answer may take on a busy machine.
const chromiumPatience = 2 * time.Minute

// startChromium starts a browser with one empty page. Where there is none the
// test is not run, which is a failure on CI.
func startChromium(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("not run: chromium is not installed (scripts/need chromium)")
	}
	ours, theirs := pipes(t)
	c := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync", "--disable-extensions",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	c.ExtraFiles = theirs[:] // its file descriptors 3 and 4
	if err := c.Start(); err != nil {
		t.Skip("not run: chromium does not start: ", err)
	}
	for _, f := range theirs {
		f.Close()
	}
	b := &browser{t: t, to: ours[1], answers: make(chan message, 1000)}
	go b.listen(ours[0])
	t.Cleanup(func() {
		b.page = ""
		b.call("Browser.close", nil)
		_ = c.Wait()
	})
	b.open()
	return b
}

// pipes are the two ends for reading and writing on each side.
func pipes(t *testing.T) (ours, theirs [2]*os.File) {
	t.Helper()
	var err error
	if theirs[0], ours[1], err = os.Pipe(); err != nil {
		t.Fatal(err)
	}
	if ours[0], theirs[1], err = os.Pipe(); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

func (b *browser) listen(from *os.File) {
	defer close(b.answers)
	r := bufio.NewReaderSize(from, 1<<16)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(line[:len(line)-1], &m) == nil {
			b.answers <- m
		}
	}
}

// call asks and waits for the answer; events that come before it are kept.
func (b *browser) call(method string, params map[string]any) json.RawMessage {
	b.t.Helper()
	b.last++
	ask := map[string]any{"id": b.last, "method": method, "params": params}
	if params == nil {
		ask["params"] = map[string]any{}
	}
	if b.page != "" {
		ask["sessionId"] = b.page
	}
	line, err := json.Marshal(ask)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(line, 0)); err != nil {
		b.t.Fatal(err)
	}
	m := b.wait(method, func(m *message) bool { return m.ID == b.last })
	if m.Error != nil {
		b.t.Fatalf("%s: %s", method, m.Error.Message)
	}
	return m.Result
}

func (b *browser) wait(what string, done func(*message) bool) message {
	b.t.Helper()
	for limit := time.After(chromiumPatience); ; {
		select {
		case m, alive := <-b.answers:
			if !alive {
				b.t.Fatalf("chromium has gone before it answered %s", what)
			}
			if done(&m) {
				return m
			}
			b.seen = append(b.seen, m)
		case <-limit:
			b.t.Fatalf("chromium does not answer %s", what)
		}
	}
}

// open makes the page, and listens to all that it says and asks for.
func (b *browser) open() {
	b.t.Helper()
	var target struct{ TargetID, SessionID string }
	b.read(b.call("Target.createTarget", map[string]any{"url": "about:blank"}), &target)
	b.read(b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}), &target)
	b.page = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network", "Security"} {
		b.call(domain+".enable", nil)
	}
}

func (b *browser) read(from json.RawMessage, to any) {
	b.t.Helper()
	if err := json.Unmarshal(from, to); err != nil {
		b.t.Fatal(err)
	}
}

// show loads a page at a width, light or dark.
func (b *browser) show(url string, width int, scheme string) {
	b.t.Helper()
	b.seen = nil
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
	b.call("Page.navigate", map[string]any{"url": url})
	b.wait("the page", func(m *message) bool { return m.Method == "Page.loadEventFired" })
}

// evaluate runs an expression in the page and gives its value.
func (b *browser) evaluate(expression string, to any) {
	b.t.Helper()
	var answer struct {
		Result struct{ Value json.RawMessage }
		Failed json.RawMessage `json:"exceptionDetails"`
	}
	b.read(b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}), &answer)
	if answer.Failed != nil {
		b.t.Fatalf("%s: %s", expression, answer.Failed)
	}
	b.read(answer.Result.Value, to)
}

// complaints are what the page said to the console, and what it asked the
// network for beside itself.
func (b *browser) complaints(url string) []string {
	var list []string
	for _, m := range b.seen {
		switch m.Method {
		case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening", "Page.windowOpen":
			list = append(list, fmt.Sprintf("%s: %s", m.Method, m.Params))
		case "Network.requestWillBeSent", "Network.webSocketCreated":
			var asked struct{ Request struct{ URL string } }
			if json.Unmarshal(m.Params, &asked) != nil || asked.Request.URL != url {
				list = append(list, fmt.Sprintf("%s: %s", m.Method, m.Params))
			}
		}
	}
	return list
}

// picture takes a screenshot of the page from the top, at most so high.
func (b *browser) picture(name string, width, height int) {
	b.t.Helper()
	var shot struct{ Data string }
	b.read(b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}), &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
