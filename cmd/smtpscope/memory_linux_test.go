package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"smtpscope/internal/hugepages"
)

// TestHugePagesBeforeTables: what package hugepages asks for its tables is of use
// only before gopacket/layers fills them.
func TestHugePagesBeforeTables(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-test.run", "^$")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	trace, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, trace)
	}
	tables := strings.Index(string(trace), "init github.com/google/gopacket/layers ")
	if tables < 0 {
		t.Skip("built without libpcap")
	}
	if asked := strings.Index(string(trace), "init smtpscope/internal/hugepages "); asked < 0 || asked > tables {
		t.Errorf("hugepages is initialised at %d of the trace, layers at %d", asked, tables)
	}
}

// TestGroundIsHuge: huge pages are asked for where the heap grows.
func TestGroundIsHuge(t *testing.T) {
	if modes, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil || strings.Contains(string(modes), "[never]") {
		t.Skip("the kernel has none")
	}
	hugepages.Ground(32 << 20)
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	// A mapping begins with its addresses: eight digits and fewer are the program's own.
	for _, m := range regexp.MustCompile(`(?m)^[0-9a-f]{9,}-`).Split(string(maps), -1) {
		size := regexp.MustCompile(`(?m)^Size: +(\d+) kB`).FindStringSubmatch(m)
		if size == nil || !regexp.MustCompile(`(?m)^VmFlags:.* hg\b`).MatchString(m) {
			continue
		}
		if kb, _ := strconv.Atoi(size[1]); kb >= 28<<10 {
			return
		}
	}
	t.Errorf("no mapping has it:\n%s", maps)
}
