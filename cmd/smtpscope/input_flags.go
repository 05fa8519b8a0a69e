package main

import (
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"smtpscope/capture"
	"smtpscope/reassembly"
	"smtpscope/session"
)

// inputFlags say what is read and how: the flags that every command which
// reads captures has.
type inputFlags struct {
	ports     []string
	filter    string
	gateways  []string
	zone      string
	color     string
	idleLimit time.Duration
	workers   int
	verbose   bool
	quiet     bool
}

func (f *inputFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.ports, "port", nil, "mail `PORTS`, as 25 or 2500-2599 or 25,587; repeatable (default 25,465,587,2525; sessions on other ports are found by their greeting)")
	flags.StringVar(&f.filter, "filter", "", "read only packets that match an `EXPRESSION` of tcpdump: 'host 192.0.2.10'")
	flags.StringArrayVar(&f.gateways, "gateway", nil, "`ADDRESS` or network of our own gateway: sessions to it are inbound, from it outbound; repeatable")
	flags.StringVar(&f.zone, "tz", "UTC", "`ZONE` for times shown and typed: Local, Europe/Berlin, +02:00")
	flags.StringVar(&f.color, "color", "auto", "`WHEN`: auto, always or never")
	flags.DurationVar(&f.idleLimit, "idle-limit", 0, "give a session up after this `TIME` without a packet (default 1h5m)")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "also say what the captures are and what else is in them")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no lines about the capture, no progress; errors only")
}

// registerFiles registers what there is for files beside.
func (f *inputFlags) registerFiles(flags *pflag.FlagSet) {
	f.register(flags)
	flags.IntVar(&f.workers, "workers", 0, "`NUMBER` of processors that read a large file together, 1, 2 or 4; the output is the same (default as many as there are; 1 for what is compressed or comes by a pipe)")
}

// An input is inputFlags, understood.
type input struct {
	paths     []string
	stdin     io.Reader
	ports     *session.Ports
	portWords []string
	filter    string
	gateways  []netip.Prefix
	zone      *time.Location
	limits    reassembly.Limits
	workers   int
	verbose   bool
	quiet     bool
}

func (p *program) input(f *inputFlags, paths []string) (*input, error) {
	in := &input{paths: paths, stdin: p.stdin, filter: f.filter, portWords: f.ports,
		limits: reassembly.Limits{Idle: f.idleLimit}, workers: f.workers, verbose: f.verbose, quiet: f.quiet}
	var err error
	if in.ports, err = parsePorts(f.ports); err != nil {
		return nil, err
	}
	if in.gateways, err = parsePrefixes("--gateway", f.gateways); err != nil {
		return nil, err
	}
	if in.zone, err = parseZone(f.zone, p.env["TZ"]); err != nil {
		return nil, err
	}
	switch {
	case f.idleLimit < 0:
		return nil, usage("--idle-limit %s: a time limit is above zero", f.idleLimit).hint("as in --idle-limit 30m")
	case f.workers < 0 || f.workers == 3 || f.workers > reassembly.MaxShares:
		return nil, usage("--workers %d is not 1, 2 or 4", f.workers).hint("leave it out: as many are used as pay")
	case f.verbose && f.quiet:
		return nil, usage("--verbose and --quiet exclude each other").hint("leave one of them out")
	}
	if err := checkFilter(f.filter); err != nil {
		return nil, err
	}
	return in, checkColor(f.color)
}

// checkFilter finds a wrong filter before anything is read. Where none can be
// compiled the reading says so, in words of its own.
func checkFilter(expression string) error {
	if err := capture.CheckFilter(expression); err != nil && !errors.Is(err, capture.ErrNoFilter) {
		return usage("%s", err).hint("as in --filter 'host 192.0.2.10'; see pcap-filter(7)")
	}
	return nil
}

// needCaptures wants at least one capture named.
func needCaptures(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return nil
	}
	return usage("no capture named").
		hint("smtpscope %s mail.pcap, or - for standard input; see %s --help", c.Name(), c.CommandPath())
}
