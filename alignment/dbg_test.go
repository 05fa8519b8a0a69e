package alignment

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func TestDbg(t *testing.T) {
	rows := readTruth(t, filepath.Join(postfixFolder, "truth.jsonl"))
	records := readRecords(t, filepath.Join(postfixFolder, "all.pcap"))
	for _, name := range []string{"maillog", "maillog.iso"} {
		y := thirdDeleted(t, name, rows, records, 200)
		n := map[string]int{}
		for _, c := range y.complaints {
			f := strings.Fields(c)
			n[strings.Split(f[0], "/")[0]+" "+f[1]]++
		}
		var k []string
		for x := range n {
			k = append(k, fmt.Sprintf("%4d %s", n[x], x))
		}
		sort.Strings(k)
		t.Logf("%s\n%s", name, strings.Join(k, "\n"))
	}
}
