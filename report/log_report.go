package report

import (
	"fmt"
	"io"

	"smtpscope/gatewaylog"
)

// WriteLogReport says what was read of logs and what was not taken; verbose
// shows the first lines of each kind.
func WriteLogReport(w io.Writer, r *gatewaylog.Report, verbose bool) {
	if r.Connections > 0 {
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%s, %s, %s\n", Count(r.Lines, "line", "lines"), Count(r.Connections, "connection", "connections"), Count(r.Messages, "mail", "mails"))
	for _, p := range r.Products {
		if verbose {
			fmt.Fprintf(w, "  %s: %s, %s, %s\n", Printable(string(p.Product)), Count(p.Lines, "line", "lines"), Count(p.Connections, "connection", "connections"), Count(p.Messages, "mail", "mails"))
		}
	}
	WriteUntaken(w, r, verbose)
}

// WriteUntaken says which lines belong to no connection, and why.
func WriteUntaken(w io.Writer, r *gatewaylog.Report, verbose bool) {
	for _, x := range r.Reasons {
		if !verbose && r.Connections > 0 {
			break
		}
		who := ""
		if x.Product != "" {
			who = " (" + Printable(string(x.Product)) + ")"
		}
		fmt.Fprintf(w, "  %s%s: %s\n", Count(x.Lines, "line", "lines"), who, Printable(x.Words))
		if !verbose {
			continue
		}
		for _, l := range x.Examples {
			fmt.Fprintf(w, "    %s:%d: %s\n", Printable(l.File), l.Number, LogText(l.Text))
		}
	}
	WriteLogOddities(w, r, verbose)
}

// WriteLogOddities says what else happened to lines that were read. What may have
// cost something is said in any case.
func WriteLogOddities(w io.Writer, r *gatewaylog.Report, verbose bool) {
	for _, x := range []struct {
		n         int64
		always    bool
		one, many string
		words     string
	}{
		{r.Cut, true, "line", "lines", "over-long: read by the beginning"},
		{r.GivenUp, true, "connection", "connections", "handed out unfinished, for lack of memory"},
		{r.Continued, false, "line", "lines", "a piece of the broken line before"},
		{r.Repeated, false, "line", "lines", `not written: "last message repeated"`},
		{r.OutOfOrder, false, "line", "lines", "more than a second older than the line before"},
		{r.Unfinished, false, "connection", "connections", "without an end in the log"},
	} {
		if x.n > 0 && (verbose || x.always) {
			fmt.Fprintf(w, "  %s: %s\n", Count(x.n, x.one, x.many), x.words)
		}
	}
}
