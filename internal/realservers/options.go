package realservers

import (
	"path/filepath"
	"time"
)

// Options says what to play and where to write it.
type Options struct {
	Server string // one of [Servers]
	Dir    string // output directory, made if missing; files in it are overwritten
	Demo   bool   // play the five sessions of testdata/demo on a Postfix with timers of 30 s

	// Only, where not empty, names the scenarios to play.
	Only []string
	// Log gets one line per step of the run; nil for silence.
	Log func(format string, args ...any)
	// NoInstall forbids apt-get install of missing tools; what is missing is
	// an error then. Unpacking servers into the cache is always allowed.
	NoInstall bool
}

// Result names the files that a run wrote.
type Result struct {
	Capture       string        // pcap on the gateway's interface, Ethernet, microseconds
	ClientCapture string        // the same traffic on the clients' side of the router
	Log           string        // the server's log: RFC 3164 lines in UTC, Exim's its main log
	FineLog       string        // the same lines with times of microseconds; empty for Exim, which writes its own
	Truth         string        // one Session a line
	Started       time.Time     // when the first session began
	Elapsed       time.Duration // the whole run, installation included
}

const (
	captureFile       = "gateway.pcap"
	clientCaptureFile = "client.pcap"
	logFile           = "maillog"
	fineLogFile       = "maillog.iso"
	truthFile         = "truth.jsonl"
	startFile         = "start.log" // what the server said while starting
)

func resultIn(dir string) *Result {
	return &Result{
		Capture:       filepath.Join(dir, captureFile),
		ClientCapture: filepath.Join(dir, clientCaptureFile),
		Log:           filepath.Join(dir, logFile),
		FineLog:       filepath.Join(dir, fineLogFile),
		Truth:         filepath.Join(dir, truthFile),
	}
}

func (o *Options) logf(format string, args ...any) {
	if o.Log != nil {
		o.Log(format, args...)
	}
}
