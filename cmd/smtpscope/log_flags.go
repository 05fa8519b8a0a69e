package main

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"smtpscope/alignment"
	"smtpscope/gatewaylog"
)

// logFlags say which gateway logs are read, and what they do not say
// themselves.
type logFlags struct {
	files  []string
	format string
	zone   string
	year   int
	offset string
	maps   []string
}

// register adds the flags of commands that hold a log against a capture.
func (f *logFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&f.files, "log", nil, "a gateway's log `FILE`, plain or compressed, - for standard input; repeatable")
	f.registerReading(flags)
	flags.StringVar(&f.offset, "clock-offset", "", "log clock minus capture clock, a `TIME` as -37.4s or 5h30m, instead of an estimate")
	flags.StringArrayVar(&f.maps, "map", nil, "`A=B`: address A of the capture is B in the log, or the reverse; repeatable")
	complete(c, "log-format", productNames())
}

func (f *logFlags) registerReading(flags *pflag.FlagSet) {
	flags.StringVar(&f.format, "log-format", "", "take the log for that of this `PRODUCT`: see smtpscope formats")
	flags.StringVar(&f.zone, "log-tz", "", "`ZONE` of the log's times that name none: Local, Europe/Berlin, +02:00")
	flags.IntVar(&f.year, "log-year", 0, "`YEAR` of the log's first line where its times have none")
}

func productNames() []string {
	var names []string
	for _, p := range gatewaylog.Products() {
		names = append(names, string(p))
	}
	return names
}

// A logInput is logFlags, understood.
type logInput struct {
	sources []gatewaylog.Source
	options gatewaylog.Options
	align   alignment.Config
}

// logs understands the flags; nil where no log was named.
func (p *program) logs(f *logFlags, captures []string) (*logInput, error) {
	if len(f.files) == 0 {
		return nil, f.withoutLog()
	}
	in := new(logInput)
	var err error
	if in.sources, err = p.logSources(f.files, captures); err != nil {
		return nil, err
	}
	if in.options, err = f.options(p.env["TZ"]); err != nil {
		return nil, err
	}
	if f.offset != "" {
		d, err := time.ParseDuration(strings.TrimPrefix(f.offset, "+"))
		if err != nil {
			return nil, usage("--clock-offset %q is no span of time", f.offset).hint("as in --clock-offset 37.4s or --clock-offset -5h30m")
		}
		in.align.Offset = &d
	}
	in.align.Map, err = parseMaps(f.maps)
	return in, err
}

// withoutLog complains about flags that mean nothing without --log.
func (f *logFlags) withoutLog() error {
	for _, given := range []struct {
		name string
		set  bool
	}{{"log-format", f.format != ""}, {"log-tz", f.zone != ""}, {"log-year", f.year != 0}, {"clock-offset", f.offset != ""}, {"map", len(f.maps) > 0}} {
		if given.set {
			return usage("--%s without a log", given.name).hint("name the log: --log /var/log/maillog")
		}
	}
	return nil
}

func (f *logFlags) options(local string) (gatewaylog.Options, error) {
	o := gatewaylog.Options{Year: f.year}
	for _, product := range gatewaylog.Products() {
		if f.format == string(product) {
			o.Product = product
		}
	}
	if f.format != "" && o.Product == "" {
		return o, unknownWord("--log-format", f.format, productNames())
	}
	if f.year != 0 && (f.year < 1970 || f.year > 2200) {
		return o, usage("--log-year %d is no year", f.year)
	}
	if f.zone == "" {
		return o, nil
	}
	var err error
	o.Zone, err = parseZone(f.zone, local)
	return o, err
}

// logSources begins to read nothing, but looks whether a file is a log at all:
// a capture may take minutes before its log's turn comes. Standard input can be
// the capture or a log.
func (p *program) logSources(files, captures []string) ([]gatewaylog.Source, error) {
	var list []gatewaylog.Source
	taken := false
	for _, name := range captures {
		taken = taken || name == "-"
	}
	for _, name := range files {
		if name == "-" {
			if taken {
				return nil, usage("standard input is named twice").hint("name the capture or the log as a file")
			}
			taken = true
			list = append(list, gatewaylog.Source{Name: "-", Once: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(p.stdin), nil }})
			continue
		}
		sources, err := gatewaylog.Files(name)
		if err != nil {
			return nil, err
		}
		for i := range sources {
			if err := sources[i].Check(); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		list = append(list, sources...)
	}
	return list, nil
}

// parseMaps understands A=B.
func parseMaps(words []string) ([]alignment.Pair, error) {
	var list []alignment.Pair
	for _, word := range splitLists(words) {
		a, b, _ := strings.Cut(word, "=")
		x, errX := netip.ParseAddr(strings.Trim(a, "[]"))
		y, errY := netip.ParseAddr(strings.Trim(b, "[]"))
		if errX != nil || errY != nil {
			return nil, usage("--map %q is no pair of addresses", word).hint("as in --map 10.0.0.5=192.0.2.7")
		}
		list = append(list, alignment.Pair{A: x.Unmap(), B: y.Unmap()})
	}
	return list, nil
}
