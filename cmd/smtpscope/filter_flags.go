package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"smtpscope/report"
)

// filterFlags say which sessions are wanted.
type filterFlags struct {
	ended, phases    []string
	clients, servers []string
	from, to, ids    []string
	since, until     string
	findings         []string
	abnormal         bool
	noProbes         bool
}

// amongThese goes on with the words of --abnormal where a command looks for what
// sessions have in common.
const amongThese = "; what they have in common is then looked for among these alone"

// register adds the flags, behind those of a log where there are any.
func (f *filterFlags) register(flags *pflag.FlagSet) {
	abnormal := "only sessions that ended abnormally"
	if flags.Lookup("log") != nil {
		abnormal += "; with --log also those in TLS of which it says so"
	}
	flags.BoolVar(&f.abnormal, "abnormal", false, abnormal)
	flags.StringArrayVar(&f.ended, "ended", nil, "`HOW`, how it ended: quit, fin, rst, silence, capture-end, ...; also by whom: rst:client, :server")
	flags.StringArrayVar(&f.phases, "phase", nil, "`PHASE`, where it ended: before-data, mid-data, after-dot, or connect, banner, hello, tls, ready, mail, rcpt, ...")
	flags.StringArrayVar(&f.findings, "finding", nil, "`CODE` of a cause that was found: connection-refused, ... (docs/diagnosis.md)")
	flags.BoolVar(&f.noProbes, "no-probes", false, "leave out health checks and scans: sessions in which nothing of a mail was said")
	flags.StringArrayVar(&f.clients, "client", nil, "`ADDRESS` or network of the client")
	flags.StringArrayVar(&f.servers, "server", nil, "`ADDRESS` or network of the server")
	flags.StringArrayVar(&f.from, "from", nil, "part of the sender's `ADDRESS`, @domain for a whole domain, <> for bounces")
	flags.StringArrayVar(&f.to, "to", nil, "part of a recipient's `ADDRESS`, or @domain")
	flags.StringArrayVar(&f.ids, "id", nil, "queue `ID` or Message-ID, as a log names it")
	flags.StringVar(&f.since, "since", "", "sessions open at or after a `TIME`: 02:30, '2006-01-02 15:04', RFC 3339")
	flags.StringVar(&f.until, "until", "", "sessions open at or before a `TIME`")
}

// selection understands the flags.
func (f *filterFlags) selection(zone *time.Location) (*report.Selection, error) {
	s := &report.Selection{Abnormal: f.abnormal, NoProbes: f.noProbes, From: splitLists(f.from), To: splitLists(f.to), IDs: splitLists(f.ids)}
	var err error
	if s.Ended, err = parseEndings(f.ended); err != nil {
		return nil, err
	}
	if s.Phases, err = parsePhases(f.phases); err != nil {
		return nil, err
	}
	if s.Findings, err = parseFindings(f.findings); err != nil {
		return nil, err
	}
	if s.Clients, err = parsePrefixes("--client", f.clients); err != nil {
		return nil, err
	}
	if s.Servers, err = parsePrefixes("--server", f.servers); err != nil {
		return nil, err
	}
	if s.Since, err = parseMoment("--since", f.since, zone); err != nil {
		return nil, err
	}
	s.Until, err = parseMoment("--until", f.until, zone)
	return s, err
}

// filterNames are the flags that select sessions.
var filterNames = []string{
	"abnormal", "ended", "phase", "finding", "no-probes", "client", "server", "from", "to", "id", "since", "until", "session",
}

// filterWords are the flags that select sessions the way they were typed; ""
// where none was.
func filterWords(flags *pflag.FlagSet) string {
	return filterWordsBy(flags, func(_, value string) string { return value })
}

// filterWordsBy are the same with each value as show gives it.
func filterWordsBy(flags *pflag.FlagSet, show func(name, value string) string) string {
	var words []string
	for _, name := range filterNames {
		flag := flags.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		switch v := flag.Value.(type) {
		case pflag.SliceValue:
			for _, one := range v.GetSlice() {
				words = append(words, "--"+name+" "+show(name, one))
			}
		default:
			if flag.Value.Type() == "bool" {
				words = append(words, "--"+name)
			} else {
				words = append(words, "--"+name+" "+show(name, flag.Value.String()))
			}
		}
	}
	return strings.Join(words, " ")
}

// parseSessions understands numbers of sessions, with commas between.
func parseSessions(words []string) ([]int64, error) {
	var list []int64
	for _, word := range splitLists(words) {
		n, err := strconv.ParseInt(strings.TrimPrefix(word, "#"), 10, 64)
		if err != nil || n < 1 {
			return nil, usage("--session %q is no number of a session", word).
				hint("a session is named by its first frame, the column # of smtpscope analyze")
		}
		list = append(list, n)
	}
	return list, nil
}
