package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"smtpscope/capture"
	"smtpscope/live"
	"smtpscope/report"
	"smtpscope/session"
)

// A watching is one run of live.
type watching struct {
	*program
	flags     *liveFlags
	sizes     liveSizes
	asked     string // the filters, in words
	in        *input
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
	unwritten   bool    // the output file does not take what is written
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
	if w.shown.selection, err = f.filter.selection(in.zone); err != nil {
		return nil, err
	}
	if w.sizes, err = f.sizes(); err != nil {
		return nil, err
	}
	if f.format != "table" && f.format != "jsonl" {
		return nil, unknownWord("--format", f.format, []string{"table", "jsonl"})
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	if in.ports == nil {
		in.ports = session.DefaultPorts()
	}
	if w.follow, err = p.following(f, w.sizes.memory, w.emit); err != nil {
		return nil, err
	}
	if w.recording, err = p.recording(&f.record); err != nil {
		return nil, err
	}
	if w.recording != nil && w.recording.config.Memory > w.sizes.memory/4 {
		return nil, usage("--record-memory %s is more than a quarter of --max-memory %s", f.record.memory, f.maxMemory).hint("raise --max-memory, or lower --record-memory")
	}
	watchMemory()
	w.memory = live.NewMemory(w.sizes.memory)
	w.mirror = live.NewMirror(in.ports.Has)
	return w, nil
}

// run opens everything, watches, and closes.
func (w *watching) run() error {
	if err := w.openOutput(); err != nil {
		return err
	}
	w.status = newStatusLine(w.program, w.in.quiet)
	w.log = slog.New(slog.NewTextHandler(w.status.above(w.stderr), nil))
	interfaces := slices.Clone(w.flags.interfaces)
	w.links.names = interfaces
	var err error
	w.source, err = capture.OpenLive(capture.LiveConfig{
		Interfaces: interfaces, Filter: w.in.filter, Ports: w.in.ports.List(64), Snaplen: w.flags.snaplen, Buffer: int(w.sizes.buffer),
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
		file, err := live.OpenOutput(w.flags.output, w.sizes.rotate, w.flags.keep)
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
	limits := w.in.limits
	limits.Connections = w.memory.Connections(w.recording.memory() + w.follow.memory())
	limits.TotalBytes = int(w.sizes.memory / 4)
	config := session.Config{
		Limits: limits, Ports: w.in.ports, Gateways: w.in.gateways,
		Source: func(i int) string { return names[i] },
		Events: true, Emit: w.take,
	}
	w.recording.follow(&config)
	w.tracker = session.NewTracker(config)
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
	if w.follow != nil {
		for _, path := range w.follow.paths {
			w.metrics.Log(path, true)
		}
	}
	w.log.Info("metrics", "url", "http://"+at.String()+"/metrics")
	return nil
}
