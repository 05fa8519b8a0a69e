package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"smtpscope/capture"
	"smtpscope/live"
	"smtpscope/report"
	"smtpscope/session"
)

const liveHelp = `Watches interfaces and reports each SMTP session as it ends: the same verdicts
as analyze gives for a capture file of the same traffic. It is made to run for
weeks on a mirror port. Memory stays below --max-memory: where more sessions are
open than fit, those that have been idle for longest are given up, and said to
be. What the kernel dropped is counted and reported.

SIGINT or SIGTERM ends it in order, with the sessions that are still open as
capture-end; a second one ends it at once. SIGHUP opens the output file anew.

Who is not root needs the right to capture, once:
  setcap cap_net_raw+ep $(command -v smtpscope)`

const liveExamples = `  smtpscope interfaces
  smtpscope live -i eth1
  smtpscope live -i eth1 --abnormal --no-probes
  smtpscope live -i eth1 -i eth2 --format jsonl -o /var/log/smtpscope.jsonl --rotate 100MiB
  smtpscope live -i any --metrics :9399 --user smtpscope`

// liveFlags are the flags of live.
type liveFlags struct {
	input      inputFlags
	filter     filterFlags
	interfaces []string
	snaplen    int
	buffer     string
	local      bool
	immediate  bool
	user       string
	format     string
	output     string
	rotate     string
	keep       int
	metrics    string
	maxMemory  string
	log        logFlags
	logDelay   time.Duration
	record     recordFlags
}

func (p *program) liveCommand() *cobra.Command {
	f := new(liveFlags)
	c := &cobra.Command{
		Use:     "live -i INTERFACE",
		Short:   "Watch a mirror port and report sessions as they end",
		Long:    liveHelp,
		Example: liveExamples,
		Args:    needNoFiles,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.live(f, filterWords(c.Flags()))
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringArrayVarP(&f.interfaces, "interface", "i", nil, "`INTERFACE` to listen to, or any; repeatable")
	flags.StringVar(&f.format, "format", "table", "`FORM`: table or jsonl")
	flags.StringVarP(&f.output, "output", "o", "", "append to this `FILE` instead of standard output")
	flags.StringVar(&f.rotate, "rotate", "", "move the output file aside when it has this `SIZE`, as 100MiB")
	flags.IntVar(&f.keep, "keep", 10, "how many `FILES` moved aside are kept")
	f.log.register(c)
	flags.DurationVar(&f.logDelay, "log-delay", 15*time.Second, "wait this `TIME` for a session's lines in the log")
	f.record.register(flags)
	flags.StringVar(&f.maxMemory, "max-memory", "512MiB", "stay below this `SIZE`")
	flags.StringVar(&f.metrics, "metrics", "", "serve Prometheus metrics on this `ADDRESS`; :9399 is loopback only")
	flags.StringVar(&f.user, "user", "", "become this `USER` and keep only the right to capture")
	flags.IntVar(&f.snaplen, "snaplen", 0, "keep this many `BYTES` of each packet (default all)")
	flags.StringVar(&f.buffer, "buffer", "16MiB", "the kernel's buffer for each interface, `SIZE`")
	flags.BoolVar(&f.local, "no-promiscuous", false, "only see packets for this host")
	flags.BoolVar(&f.immediate, "immediate", false, "take each packet at once, not after a twentieth of a second: the kernel's buffer holds far fewer then")
	f.filter.register(flags)
	f.input.register(flags)
	complete(c, "format", []string{"table", "jsonl"})
	completeCommon(c)
	return c
}

func needNoFiles(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("%s takes no arguments, but got %q", c.Name(), args[0]).hint("an interface is named by -i %s; a file is read by smtpscope analyze", args[0])
}

// live watches until it is told to end.
func (p *program) live(f *liveFlags, asked string) error {
	if len(f.interfaces) == 0 {
		return usage("no interface named").hint("-i eth1; smtpscope interfaces lists them")
	}
	w, err := p.watching(f, asked)
	if err != nil {
		return err
	}
	if f.user != "" {
		if err := live.DropPrivileges(f.user); err != nil {
			return err
		}
	}
	return w.run()
}

// A watching is one run of live.
type watching struct {
	*program
	flags     *liveFlags
	asked     string // the filters, in words
	in        *input
	selection *report.Selection
	memory    *live.Memory
	metrics   *live.Metrics
	mirror    *live.Mirror
	log       *slog.Logger
	out       io.Writer
	file      *live.Output // nil: standard output
	sink      func(*session.Session) error
	status    *statusLine
	follow    *logFollowing // nil: no log
	recording *recording    // nil: nothing is recorded
	losses    live.Losses
	outages   live.Outages
	links     links

	source      *capture.Live
	interfaces  []capture.SourceInfo // as they were when the watching began
	tracker     *session.Tracker
	shown       reading // what was selected, and counted on the way
	first       session.Time
	failed      error
	unwritten   bool // the output file does not take what is written
	lastDrops   int64
	lastLook    capture.Time // packet time of the last look at the drops
	linkedAt    capture.Time // host's time of the last look at the links
	lastAccount time.Time
}

func (p *program) watching(f *liveFlags, asked string) (*watching, error) {
	in, err := p.input(&f.input, nil)
	if err != nil {
		return nil, err
	}
	w := &watching{program: p, flags: f, in: in, asked: asked, shown: reading{in: in}}
	if w.selection, err = f.filter.selection(in.zone); err != nil {
		return nil, err
	}
	most, err := parseSize("--max-memory", f.maxMemory)
	if err != nil {
		return nil, err
	}
	if most < 64<<20 {
		return nil, usage("--max-memory %s is too little", f.maxMemory).hint("64MiB at least")
	}
	if f.format != "table" && f.format != "jsonl" {
		return nil, unknownWord("--format", f.format, []string{"table", "jsonl"})
	}
	if f.rotate != "" && f.output == "" {
		return nil, usage("--rotate without --output").hint("name the file: -o /var/log/smtpscope.jsonl")
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	if in.ports == nil {
		in.ports = session.DefaultPorts()
	}
	if w.follow, err = p.following(f, w.emit); err != nil {
		return nil, err
	}
	if w.recording, err = p.recording(&f.record); err != nil {
		return nil, err
	}
	if held := w.recording.memory(); held > most/4 {
		return nil, usage("--record-memory %s is more than a quarter of --max-memory %s", f.record.memory, f.maxMemory).hint("raise --max-memory, or lower --record-memory")
	}
	w.memory = live.NewMemory(most)
	w.mirror = live.NewMirror(in.ports.Has)
	return w, nil
}

// check finds what makes no sense before anything is opened.
func (f *liveFlags) check() error {
	for i, name := range f.interfaces {
		if slices.Contains(f.interfaces[:i], name) {
			return usage("-i %s is named twice", name).hint("once is enough")
		}
	}
	if f.snaplen != 0 && f.snaplen < 64 {
		return usage("--snaplen %d is too short", f.snaplen).hint("headers alone take 54 bytes and more; leave it out to keep all")
	}
	if _, err := parseSize("--buffer", f.buffer); err != nil {
		return err
	}
	if f.rotate != "" {
		if _, err := parseSize("--rotate", f.rotate); err != nil {
			return err
		}
	}
	if f.metrics != "" && !addressed(f.metrics) {
		return usage("--metrics %q is no address", f.metrics).hint("as in --metrics :9399, which is loopback only, or --metrics 192.0.2.1:9399")
	}
	return nil
}

// addressed reports whether addr is a port, or a host with a port.
func addressed(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// run opens everything, watches, and closes.
func (w *watching) run() error {
	if err := w.openOutput(); err != nil {
		return err
	}
	buffer, err := parseSize("--buffer", w.flags.buffer)
	if err != nil {
		return err
	}
	w.status = newStatusLine(w.program, w.in.quiet)
	w.log = slog.New(slog.NewTextHandler(w.status.above(w.stderr), nil))
	interfaces := slices.Clone(w.flags.interfaces)
	w.links.names = interfaces
	w.source, err = capture.OpenLive(capture.LiveConfig{
		Interfaces: interfaces, Filter: w.in.filter, Ports: w.in.ports.List(64), Snaplen: w.flags.snaplen, Buffer: int(buffer),
		Local: w.flags.local, Batched: !w.flags.immediate, Down: w.links.source, Frames: w.recording.frames(),
	})
	if err != nil {
		return err
	}
	defer w.source.Close()
	w.interfaces = w.source.Summary().Sources
	if err := w.recording.open(w); err != nil {
		return err
	}
	defer w.recording.end() // finish has done it, unless something failed before
	w.openTracker(interfaces)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if w.flags.metrics != "" {
		if err := w.serve(ctx); err != nil {
			return err
		}
	}
	if err := w.follow.start(ctx); err != nil {
		return err
	}
	return w.watch()
}

func (w *watching) openOutput() error {
	w.out = w.stdout
	if w.flags.output != "" {
		size := int64(0)
		if w.flags.rotate != "" {
			var err error
			if size, err = parseSize("--rotate", w.flags.rotate); err != nil {
				return err
			}
		}
		file, err := live.OpenOutput(w.flags.output, size, w.flags.keep)
		if err != nil {
			return err
		}
		w.file, w.out = file, file
	}
	return nil
}

func (w *watching) openTracker(names []string) {
	style := func() report.Style { return w.style(w.in, w.flags.input.color) }
	if w.flags.format == "jsonl" {
		w.sink = report.NewJSONL(w.out).Session
	} else {
		w.sink = report.NewLiveTable(w.out, style).Session
	}
	limits := w.in.limits()
	limits.Connections = w.memory.Connections(w.recording.memory())
	limits.TotalBytes = int(w.memoryLimit() / 4)
	config := session.Config{
		Limits: limits, Ports: w.in.ports, Gateways: w.in.gateways,
		Source: func(i int) string { return names[i] },
		Events: true, Emit: w.take,
	}
	w.recording.follow(&config)
	w.tracker = session.NewTracker(config)
}

func (w *watching) memoryLimit() int64 {
	n, _ := parseSize("", w.flags.maxMemory) // understood before
	return n
}

func (w *watching) serve(ctx context.Context) error {
	w.metrics = live.NewMetrics(version())
	addr := w.flags.metrics
	if addr[0] == ':' {
		addr = "127.0.0.1" + addr
	}
	at, err := w.metrics.Serve(ctx, addr, func(err error) { w.log.Error("metrics are no longer served", "error", err) })
	if err != nil {
		return fmt.Errorf("--metrics %s: %w", w.flags.metrics, err)
	}
	for _, name := range w.links.names {
		w.metrics.Interface(name, true)
	}
	w.log.Info("metrics", "url", "http://"+at.String()+"/metrics")
	return nil
}

// linked says which interfaces nothing can be seen of, and which are seen
// again; sessions that are open meanwhile will say so, too.
func (w *watching) linked() {
	now := capture.Time(time.Now().UnixNano())
	for _, c := range w.links.look() {
		w.metrics.Interface(c.name, c.trouble == "")
		if c.trouble == "" {
			w.outages.End(c.name, now)
			w.log.Info("interface is back", "interface", c.name)
			continue
		}
		if c.before == "" {
			w.outages.Begin(c.name, max(w.lastOf(c.name)+1, cmp.Or(w.linkedAt, now)))
		}
		w.log.Warn("nothing can be seen of the interface", "interface", c.name, "because", c.trouble)
	}
	w.linkedAt = now
}

// lastOf is when the last packet of an interface came.
func (w *watching) lastOf(name string) (at capture.Time) {
	for _, s := range w.source.Summary().Sources {
		if s.Path == name {
			at = s.Last
		}
	}
	return at
}

// watch is the loop: the same as that for files, and once a second, when the
// source says so, a look at everything else.
func (w *watching) watch() error {
	stop := onSignal(w.source.Stop)
	hangup := onHangup()
	defer hangup.end()
	if err := live.Notify("READY=1"); err != nil {
		w.log.Warn("systemd was not told", "error", err)
	}
	for {
		segment, err := w.source.Next()
		if err != nil {
			break
		}
		if w.first == 0 && segment.Kind != capture.KindTick {
			w.first = session.Time(segment.Time)
		}
		w.mirror.Segment(segment)
		w.tracker.Segment(segment)
		if segment.Kind == capture.KindTick {
			w.beat(segment.Time, hangup.came())
		}
		if w.failed != nil {
			w.source.Stop()
		}
	}
	stop.end()
	return w.finish()
}

// beat is done once a second.
func (w *watching) beat(at capture.Time, hangup bool) {
	if hangup && w.file != nil {
		if err := w.file.Reopen(); err != nil {
			w.log.Error("the output could not be opened anew", "error", err)
		}
	}
	now := time.Now()
	if part := w.memory.Excess(); part > 0 {
		n := int(w.tracker.Assembly().Open)/part + 1
		w.log.Warn("memory is short: sessions are given up, those idle for longest first", "sessions", n)
		w.tracker.Evict(n)
	}
	if w.follow.beat(now) {
		w.log.Error("the log cannot be read any more: sessions stand without it; start anew")
	}
	w.recording.beat(at)
	w.linked()
	numbers := w.numbers()
	w.metrics.Set(numbers)
	w.status.show(numbers, now)
	for _, text := range w.mirror.Look(at, numbers.Duplicates) {
		w.log.Warn(text)
	}
	w.lost(at, numbers)
	w.account(numbers, now)
	w.flush()
	_ = live.Notify("WATCHDOG=1") // systemd notices by itself
}

// lost notes which time drops fall into, so that the sessions of that time
// can say so.
func (w *watching) lost(at capture.Time, n live.Numbers) {
	dropped := n.KernelDrops + n.InterfaceDrops
	if more := dropped - w.lastDrops; more > 0 {
		w.losses.Add(w.lastLook, max(at, capture.Time(time.Now().UnixNano())), more)
		w.log.Warn("packets were lost before they could be read; sessions of this moment may show gaps",
			"kernel", n.KernelDrops, "interface", n.InterfaceDrops, "since", more)
		w.lastDrops = dropped
	}
	w.lastLook = at
}

// accountEvery is how often the log gets a line with all counts.
const accountEvery = 10 * time.Minute

// account writes that line.
func (w *watching) account(n live.Numbers, now time.Time) {
	if w.lastAccount.IsZero() {
		w.lastAccount = now
	}
	if now.Sub(w.lastAccount) < accountEvery {
		return
	}
	w.lastAccount = now
	w.log.Info("so far", n.Attrs()...)
}

func (w *watching) numbers() live.Numbers {
	c, q, a := w.source.Counters(), w.tracker.Quality(), w.tracker.Assembly()
	s, r := w.source.Summary(), w.recording.counts()
	return live.Numbers{
		Packets: c.Frames, Bytes: c.Bytes, KernelDrops: c.Kernel, InterfaceDrops: c.Interface,
		Undecodable: s.Truncated + s.Malformed + s.TooDeep,
		Open:        a.Open, Sessions: q.Sessions, Abnormal: q.Abnormal, Evicted: q.Evicted,
		MissedBytes: q.MissedBytes, Duplicates: a.Duplicates, Memory: w.memory.Used(),
		RecordedFiles: r.Files, RecordedBytes: r.Bytes, RecordingFailures: r.Failures, RecordingTooMany: r.TooMany,
		RecordingEvicted: r.Evicted, RecordingMemory: r.Memory, RingLost: r.RingLost, RecordingStopped: r.Stopped,
	}
}

// flush hands the output to the disk, and says when that begins to fail, and
// when it goes well again.
func (w *watching) flush() {
	if w.file == nil {
		return
	}
	err := w.file.Flush()
	why, lost := w.file.Trouble()
	switch {
	case (err != nil || why != nil) && !w.unwritten:
		w.unwritten = true
		w.log.Error("the output does not take everything; sessions are missing from it", "error", cmp.Or(err, why), "lines_lost", lost)
	case why == nil && w.unwritten && err == nil:
		w.unwritten = false
		w.log.Info("the output is written again", "lines_lost", lost)
	}
}

// take takes a finished session.
func (w *watching) take(s *session.Session) {
	diagnose(s)
	w.noteLosses(&s.Record)
	w.metrics.Session(s)
	s.Events = nil
	if w.follow != nil {
		w.follow.aligner.Session(s, time.Now())
		return
	}
	w.emit(s)
}

// noteLosses makes a session say what the capturing machine lost meanwhile.
func (w *watching) noteLosses(r *session.Record) {
	from, to := capture.Time(r.Start), capture.Time(r.End)
	if r.Ended.By == "unknown" {
		to = max(to, w.lastLook) // no packet ended it: the one that did may have been missed
	}
	if n := w.losses.Between(from, to); n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("packets were lost by the capturing machine while this session was open: %d, of this session or of others", n))
	}
	if d := w.outages.Within(r.Source, from, to); d > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("nothing could be seen of the interface for %s while this session was open", report.Span(d)))
	}
}

// emit records a session, and writes it where it was asked for.
func (w *watching) emit(s *session.Session) {
	w.recording.session(s, w.first)
	w.shown.first = w.first
	if s.Record.Probe && s.Record.Abnormal != nil && *s.Record.Abnormal {
		w.shown.oddProbes++
	}
	if w.failed != nil || !w.shown.wants(w.selection, &s.Record) {
		return
	}
	w.shown.selected++
	w.status.clear()
	w.failed = w.sink(s)
}

// finish writes what is still open, and the last line.
func (w *watching) finish() error {
	_ = live.Notify("STOPPING=1")
	w.lost(w.source.Summary().Last, w.numbers())
	w.tracker.Close()
	away := w.outages.Close(capture.Time(time.Now().UnixNano()))
	if err := w.follow.end(); err != nil {
		w.log.Error("the log could not be followed", "error", err)
	}
	w.recording.end()
	w.status.end()
	numbers := w.numbers()
	w.metrics.Set(numbers)
	if w.status == nil { // on a terminal the report says it
		w.log.Info("ended", numbers.Attrs()...)
	}
	err := w.conclude(numbers, away)
	if w.file != nil {
		err = cmp.Or(err, w.file.Close())
	}
	return cmp.Or(w.failed, err)
}

// conclude writes what there is to say of the whole.
func (w *watching) conclude(n live.Numbers, away []live.Away) error {
	w.shown.summary, w.shown.quality = w.source.Summary(), w.tracker.Quality()
	line := w.shown.captureLine()
	line.Log = w.follow.summary()
	for _, a := range away {
		line.Errors = append(line.Errors, fmt.Sprintf("%s: nothing could be seen of it for %s, %s", a.Name, report.Span(a.Long), report.Count(int64(a.Times), "time", "times")))
	}
	switch {
	case w.flags.format == "jsonl":
		return report.NewJSONL(w.out).Capture(line)
	case w.in.quiet:
		return nil
	}
	fmt.Fprintln(w.out)
	if err := report.WriteHeader(w.out, line, w.style(w.in, w.flags.input.color), w.asked); err != nil {
		return err
	}
	for _, text := range line.Errors {
		fmt.Fprintln(w.out, report.Printable(text))
	}
	if n.RecordedFiles+n.RecordingFailures > 0 {
		fmt.Fprintf(w.out, "%s recorded in %s, %s could not be\n", report.Count(n.RecordedFiles, "session was", "sessions were"),
			report.Printable(w.flags.record.dir), report.Thousands(n.RecordingFailures))
	}
	return nil
}
