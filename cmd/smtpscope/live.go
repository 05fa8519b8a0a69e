package main

import (
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"smtpscope/live"
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
	flags      *pflag.FlagSet
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
	f.flags = flags
	flags.SortFlags = false
	flags.StringArrayVarP(&f.interfaces, "interface", "i", nil, "`INTERFACE` to listen to, or any; repeatable")
	flags.StringVar(&f.format, "format", "table", "`FORM`: table or jsonl")
	flags.StringVarP(&f.output, "output", "o", "", "append to this `FILE` instead of standard output")
	flags.StringVar(&f.rotate, "rotate", "", "move the output file aside when it has this `SIZE`, as 100MiB")
	flags.IntVar(&f.keep, "keep", 10, "how many `FILES` moved aside are kept")
	f.log.register(c)
	flags.Lookup("log").Usage = "follow this gateway's log `FILE` as it grows; repeatable"
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

// liveSizes are the sizes among the flags, bytes.
type liveSizes struct {
	memory, buffer int64
	rotate         int64 // 0 = never
}

func (f *liveFlags) sizes() (s liveSizes, err error) {
	if s.memory, err = parseSize("--max-memory", f.maxMemory); err != nil {
		return s, err
	}
	if s.memory < 64<<20 {
		return s, usage("--max-memory %s is too little", f.maxMemory).hint("64MiB at least")
	}
	if s.buffer, err = parseSize("--buffer", f.buffer); err != nil || f.rotate == "" {
		return s, err
	}
	s.rotate, err = parseSize("--rotate", f.rotate)
	return s, err
}

// check finds what makes no sense before anything is opened.
func (f *liveFlags) check() error {
	for i, name := range f.interfaces {
		if slices.Contains(f.interfaces[:i], name) {
			return usage("-i %s is named twice", name).hint("once is enough")
		}
	}
	if f.output == "-" {
		return usage("-o -: standard output is where it goes without -o").hint("leave -o out")
	}
	if f.rotate != "" && f.output == "" {
		return usage("--rotate without --output").hint("name the file: -o /var/log/smtpscope.jsonl")
	}
	if f.rotate == "" && f.flags.Changed("keep") {
		return usage("--keep without --rotate").hint("say when the file is to be moved aside: --rotate 100MiB")
	}
	if f.keep < 1 {
		return usage("--keep %d is too little", f.keep).hint("one at least")
	}
	if len(f.log.files) == 0 && f.flags.Changed("log-delay") {
		return usage("--log-delay without a log").hint("name the log: --log /var/log/maillog")
	}
	if f.snaplen != 0 && f.snaplen < 64 {
		return usage("--snaplen %d is too short", f.snaplen).hint("headers alone take 54 bytes and more; leave it out to keep all")
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
