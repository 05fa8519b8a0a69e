package main

import (
	"os"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"smtpscope/capture"
	"smtpscope/diagnosis"
	"smtpscope/evidence"
	"smtpscope/reassembly"
	"smtpscope/recorder"
	"smtpscope/report"
	"smtpscope/session"
)

// recordFlags are the flags of the flight recorder.
type recordFlags struct {
	dir    string
	when   []string
	bodies bool
	raw    bool
	memory string
	size   string
	files  int
	age    time.Duration
	ring   string
	flags  *pflag.FlagSet
}

func (f *recordFlags) register(flags *pflag.FlagSet) {
	f.flags = flags
	flags.StringVar(&f.dir, "record", "", "keep the packets of sessions that ended abnormally in this `DIR`, one file each")
	flags.StringArrayVar(&f.when, "record-when", nil, "keep these `SESSIONS`: abnormal (default), all, words of --ended and --phase, or codes of --finding; one of them is enough")
	flags.BoolVar(&f.bodies, "with-bodies", false, "leave message bodies in the recordings")
	flags.BoolVar(&f.raw, "raw", false, "blank nothing in the recordings, credentials neither")
	flags.StringVar(&f.memory, "record-memory", "64MiB", "hold this `SIZE` of packets of open sessions at most")
	flags.StringVar(&f.size, "record-size", "1GiB", "keep this `SIZE` of recordings; the oldest go first")
	flags.IntVar(&f.files, "record-files", 10000, "keep so many `FILES`")
	flags.DurationVar(&f.age, "record-age", 30*24*time.Hour, "keep recordings for this `TIME`, as 720h")
	flags.StringVar(&f.ring, "ring", "", "also keep the last packets of everything, this `SIZE`, in DIR/ring; needs --raw")
}

// recording is the recorder with what decides what it keeps. A nil *recording
// keeps nothing.
type recording struct {
	*recorder.Recorder
	config recorder.Config
	any    []report.Selection // one is enough
}

// recording understands the flags; nil where nothing is to be recorded.
func (p *program) recording(f *recordFlags) (*recording, error) {
	if f.dir == "" {
		for _, name := range []string{"record-when", "with-bodies", "raw", "record-memory", "record-size", "record-files", "record-age", "ring"} {
			if f.flags.Changed(name) {
				return nil, usage("--%s without --record", name).hint("name the folder: --record /var/lib/smtpscope/recordings")
			}
		}
		return nil, nil
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	r := new(recording)
	c := &r.config
	var err error
	if c.Memory, err = parseSize("--record-memory", f.memory); err != nil {
		return nil, err
	}
	if c.Memory < 1<<20 {
		return nil, usage("--record-memory %s is too little", f.memory).hint("1MiB at least; the default is 64MiB")
	}
	if c.Quota.Size, err = parseSize("--record-size", f.size); err != nil {
		return nil, err
	}
	if f.ring != "" {
		if c.Ring, err = parseSize("--ring", f.ring); err != nil {
			return nil, err
		}
		if c.Ring < 16<<20 {
			return nil, usage("--ring %s is too little", f.ring).hint("16MiB at least")
		}
	}
	c.Dir, c.Quota.Files, c.Quota.Age = f.dir, f.files, f.age
	c.Options = evidence.Options{Bodies: f.bodies, Raw: f.raw, Application: "smtpscope " + version()}
	c.Options.Comments = []string{shows(c.Options)}
	c.Comment = func(s *session.Session) string { return evidenceComment(s, nil) }
	r.any, err = parseRecordWhen(f.when)
	return r, err
}

func (f *recordFlags) check() error {
	info, err := os.Stat(f.dir)
	switch {
	case err == nil && !info.IsDir():
		return usage("--record %s is no folder", f.dir).hint("a file is written there for each session")
	case f.raw && f.bodies:
		return usage("--raw has the bodies already").hint("leave one of --raw and --with-bodies out")
	case f.ring != "" && !f.raw:
		return usage("--ring needs --raw: what is secret in a packet is known when its session was understood, and the ring keeps packets at once").
			hint("add --raw, and treat DIR as you treat passwords; or leave --ring out")
	case f.files < 1:
		return usage("--record-files %d is too little", f.files).hint("one at least")
	case f.age <= 0:
		return usage("--record-age %s is too short", f.age).hint("as in --record-age 720h")
	}
	return nil
}

// parseRecordWhen understands words of several lists, which do not overlap.
func parseRecordWhen(words []string) ([]report.Selection, error) {
	list := splitLists(words)
	if len(list) == 0 {
		list = []string{"abnormal"}
	}
	var any []report.Selection
	for _, word := range list {
		one := []string{word}
		if word == "all" {
			any = append(any, report.Selection{})
		} else if word == "abnormal" {
			any = append(any, report.Selection{Abnormal: true})
		} else if phases, err := parsePhases(one); err == nil {
			any = append(any, report.Selection{Phases: phases})
		} else if endings, err := parseEndings(one); err == nil {
			any = append(any, report.Selection{Ended: endings})
		} else if codes, err := parseFindings(one); err == nil {
			any = append(any, report.Selection{Findings: codes})
		} else {
			return nil, unknownWord("--record-when", word, recordWords())
		}
	}
	return any, nil
}

func recordWords() []string {
	words := append([]string{"abnormal", "all"}, phaseWords()...)
	for _, how := range report.Hows {
		words = append(words, string(how))
	}
	return append(words, diagnosis.Codes()...)
}

// traceBytes is what is kept of one session to know what to blank: enough for
// the quarter of a MiB that is recorded of it.
const traceBytes = 1 << 20

// follow makes the tracker say what the recorder has to know.
func (r *recording) follow(c *session.Config) {
	if r == nil {
		return
	}
	c.Trace, c.TraceBytes = true, traceBytes
	c.Dropped = func(k *reassembly.Conn) { r.Dropped(k.Client, k.Server) }
}

// open begins to record.
func (r *recording) open(w *watching) error {
	if r == nil {
		return nil
	}
	r.config.Sources = func() []capture.SourceInfo { return w.interfaces }
	r.config.Alarm = func(what string, err error) {
		if err != nil {
			w.log.Error(what, "error", err)
		} else {
			w.log.Info(what)
		}
	}
	var err error
	r.Recorder, err = recorder.Open(r.config)
	return err
}

// frames is what the source shows every frame to; nil where nobody asks.
func (r *recording) frames() func(*capture.Frame) {
	if r == nil {
		return nil
	}
	return func(f *capture.Frame) { r.Frame(f) }
}

// session takes a finished session, and lets go of its trace.
func (r *recording) session(s *session.Session, first session.Time) {
	if r == nil {
		return
	}
	wanted := slices.ContainsFunc(r.any, func(one report.Selection) bool { return one.Match(&s.Record, first) })
	r.Session(s, wanted)
	s.Trace = nil
}

// memory is what the recorder may hold, bytes.
func (r *recording) memory() int64 {
	if r == nil {
		return 0
	}
	if r.config.Ring > 0 {
		return r.config.Memory + recorder.RingBytes
	}
	return r.config.Memory
}

func (r *recording) beat(at capture.Time) {
	if r != nil {
		r.Beat(at)
	}
}

func (r *recording) counts() recorder.Counts {
	if r == nil {
		return recorder.Counts{}
	}
	return r.Counts()
}

func (r *recording) end() {
	if r != nil && r.Recorder != nil {
		r.Close()
	}
}
