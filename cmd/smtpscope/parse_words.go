package main

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"smtpscope/diagnosis"
	"smtpscope/report"
	"smtpscope/session"
)

// parsePorts understands "25", "2500-2599" and lists of them with commas; an
// empty list gives nil, for the default ports.
func parsePorts(words []string) (*session.Ports, error) {
	if len(words) == 0 {
		return nil, nil
	}
	ports := new(session.Ports)
	for _, word := range splitLists(words) {
		first, last, isRange := strings.Cut(word, "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.ParseUint(first, 10, 16)
		b, errB := strconv.ParseUint(last, 10, 16)
		if errA != nil || errB != nil || a == 0 || b < a {
			return nil, usage("--port %q is no port and no range of ports", word).hint("as in --port 25 or --port 2500-2599")
		}
		ports.Add(uint16(a), uint16(b))
	}
	return ports, nil
}

// parsePrefixes understands addresses and networks in CIDR notation.
func parsePrefixes(flag string, words []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, word := range splitLists(words) {
		if ip, err := netip.ParseAddr(strings.Trim(word, "[]")); err == nil {
			ip = ip.Unmap().WithZone("")
			list = append(list, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			return nil, usage("%s %q is no address and no network", flag, word).
				hint("as in %s 192.0.2.10 or %s 192.0.2.0/24; names are not looked up", flag, flag)
		}
		list = append(list, prefix.Masked())
	}
	return list, nil
}

// parseEndings understands "rst", "rst:client" and ":client".
func parseEndings(words []string) ([]report.Ending, error) {
	hows := make([]string, len(report.Hows))
	for i, how := range report.Hows {
		hows[i] = string(how)
	}
	var list []report.Ending
	for _, word := range splitLists(words) {
		how, by, _ := strings.Cut(strings.ToLower(word), ":")
		if how != "" && !slices.Contains(hows, how) {
			return nil, unknownWord("--ended", how, hows)
		}
		if by != "" && !slices.Contains(sides, by) {
			return nil, unknownWord("--ended "+how+":", by, sides)
		}
		list = append(list, report.Ending{How: session.How(how), By: by})
	}
	return list, nil
}

var sides = []string{"client", "server", "unknown"}

// parsePhases understands the words of the record, and those that stand for
// several of them.
func parsePhases(words []string) ([]string, error) {
	var list []string
	for _, word := range splitLists(words) {
		word = strings.ToLower(word)
		switch group, ok := report.PhaseGroups[word]; {
		case ok:
			list = append(list, group...)
		case slices.Contains(report.Phases, word):
			list = append(list, word)
		default:
			return nil, unknownWord("--phase", word, phaseWords())
		}
	}
	return list, nil
}

// parseFindings understands the codes of causes.
func parseFindings(words []string) ([]string, error) {
	list := splitLists(words)
	codes := diagnosis.Codes()
	for i, word := range list {
		if list[i] = strings.ToLower(word); !slices.Contains(codes, list[i]) {
			return nil, unknownWord("--finding", word, codes)
		}
	}
	return list, nil
}

// phaseWords are the words that --phase understands.
func phaseWords() []string {
	words := slices.Clone(report.Phases)
	for name := range report.PhaseGroups {
		words = append(words, name)
	}
	return sorted(words)
}

// unknownWord says which words there are, and which of them may be meant.
func unknownWord(flag, word string, words []string) error {
	e := usage("%s %q is unknown", flag, word)
	if near := closest(word, words); near != "" {
		e.hint("did you mean %q?", near)
	}
	return e.hint("it is one of %s", anyOf(words))
}

// splitLists takes lists with commas apart.
func splitLists(lists []string) []string {
	var words []string
	for _, list := range lists {
		for word := range strings.SplitSeq(list, ",") {
			if word = strings.TrimSpace(word); word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}
