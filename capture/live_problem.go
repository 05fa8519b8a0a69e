package capture

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
)

// liveProblem puts into words why an interface cannot be listened to. libpcap
// gives words, not codes; the words looked for stand in pcap-linux.c.
func liveProblem(name string, err error) error {
	text := err.Error()
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(text), w) })
	}
	switch {
	case says("permission", "not permitted") || errors.Is(err, fs.ErrPermission):
		return &liveError{name, "not allowed to capture", "once, as root: setcap cap_net_raw+ep " + program() + "; or run as root"}
	case says("no such device", "siocgifhwaddr", "siocgifindex", "not found") || errors.Is(err, syscall.ENODEV):
		return &liveError{name, "no such interface", nearInterfaces(name)}
	case says("is not up", "network is down", "interface is gone", "disappeared") || errors.Is(err, syscall.ENETDOWN):
		return &liveError{name, "the interface is down", "ip link set " + name + " up"}
	case strings.HasPrefix(text, "filter"):
		return &liveError{name, text, "see pcap-filter(7)"}
	}
	return &liveError{name, "cannot be listened to: " + oneLine(text), ""}
}

func program() string {
	if path, err := os.Executable(); err == nil {
		return path
	}
	return "smtpscope"
}

// nearInterfaces names the interfaces that there are, those most like name
// first.
func nearInterfaces(name string) string {
	list, err := net.Interfaces()
	if err != nil || len(list) == 0 {
		return "smtpscope interfaces lists them"
	}
	names := make([]string, 0, len(list)+1)
	for _, i := range list {
		names = append(names, i.Name)
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(distance(a, name), distance(b, name)) })
	const most = 6
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return fmt.Sprintf("there are %s", strings.Join(names, ", "))
}

// distance is how many letters must be put in, taken out or changed to make
// one name of the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
