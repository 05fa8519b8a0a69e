package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"smtpscope/redact"
	"smtpscope/report"
	"smtpscope/report/document"
)

// redactKeyVariable holds the key where --redact-key names no file.
const redactKeyVariable = "SMTPSCOPE_REDACT_KEY"

// redactFlags say which names are replaced by pseudonyms.
type redactFlags struct {
	kinds   string
	keyFile string
	flags   *pflag.FlagSet
}

func (f *redactFlags) register(flags *pflag.FlagSet) {
	f.flags = flags
	flags.StringVar(&f.kinds, "redact", "", "replace names by pseudonyms: all, or of these `KINDS`: "+strings.Join(redact.Words, ","))
	flags.Lookup("redact").NoOptDefVal = "all"
	flags.StringVar(&f.keyFile, "redact-key", "", "`FILE` with the key of the pseudonyms, or "+redactKeyVariable+"; the same key gives the same ones (default a new key, told to nobody)")
}

// redactor understands the flags; nil where nothing is to be replaced.
func (p *program) redactor(f *redactFlags) (*redact.Redactor, error) {
	if f.flags == nil || !f.flags.Changed("redact") {
		if f.keyFile != "" {
			return nil, usage("--redact-key without --redact").hint("say what to replace: --redact, or --redact=addresses,ips")
		}
		return nil, nil
	}
	kinds, unknown := redact.ParseKinds(f.kinds)
	if unknown != "" {
		return nil, unknownWord("--redact", unknown, append([]string{"all"}, redact.Words...))
	}
	key, err := p.redactKey(f.keyFile)
	if err != nil {
		return nil, err
	}
	return redact.New(key, kinds), nil
}

// redactKey reads the key. What it holds is in no message.
func (p *program) redactKey(name string) (redact.Key, error) {
	if name == "" {
		if value, set := p.env[redactKeyVariable]; set {
			key, err := redact.NewKey([]byte(value))
			if err != nil {
				err = fmt.Errorf("%s: %w", redactKeyVariable, err)
			}
			return key, err
		}
		return redact.RandomKey(), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return redact.Key{}, fmt.Errorf("--redact-key: %w", err)
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, 1<<16))
	if err != nil {
		return redact.Key{}, fmt.Errorf("--redact-key: %w", err)
	}
	key, err := redact.NewKey(b)
	if err != nil {
		err = fmt.Errorf("--redact-key %s: %w", name, err)
	}
	return key, err
}

// asked are the filters that select sessions, fit to be redacted: an id is known
// from here on, and a part of an address, which no pseudonym is a part of, is
// left out.
func (f *redactFlags) asked(names *redact.Redactor) string {
	return filterWordsBy(f.flags, func(name, value string) string {
		parts := strings.Split(value, ",")
		for i, part := range parts {
			switch {
			case name == "id" && strings.Contains(part, "@"):
				names.Learn(redact.MessageIDs, part)
			case name == "id":
				names.Learn(redact.QueueIDs, part)
			case (name == "from" || name == "to") && names.Kinds().Has(redact.Addresses) && part != "<>" && names.Text(part) == part:
				parts[i] = "…"
			}
		}
		return strings.Join(parts, ",")
	})
}

// redactedLine is the line about the captures without names, and with what was
// replaced.
func redactedLine(line *report.Capture, names *redact.Redactor) *report.Capture {
	line = document.Redacted(line, names)
	line.Redacted = replaced(names)
	return line
}

// replaced is what was replaced so far.
func replaced(names *redact.Redactor) *report.Redacted {
	r := &report.Redacted{Key: names.Fingerprint(), Counts: map[string]int64{}}
	for _, c := range names.Counts() {
		r.Counts[c.Kind] = int64(c.N)
	}
	return r
}

// redactWords say what was replaced: "replaced: 4 mail addresses, 2 IP
// addresses; key 1a2b3c4d5e6f".
func redactWords(r *redact.Redactor) string {
	var parts []string
	for _, c := range r.Counts() {
		parts = append(parts, fmt.Sprintf("%d %s", c.N, c.Name))
	}
	return "replaced: " + strings.Join(parts, ", ") + "; key " + r.Fingerprint()
}
