package main

import (
	"math"
	"strconv"
	"strings"
)

// sizes are the units that a size may have: those with an i are powers of
// 1024 (IEC 80000-13), the others of 1000.
var sizes = []struct {
	unit  string
	bytes int64
}{
	{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"TIB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
	{"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"T", 1 << 40}, {"B", 1}, {"", 1},
}

// parseSize understands a number of bytes: "512MiB", "2 GB", "100M".
func parseSize(flag, word string) (int64, error) {
	text := strings.ToUpper(strings.ReplaceAll(word, " ", ""))
	for _, s := range sizes {
		number, found := strings.CutSuffix(text, s.unit)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || n <= 0 || math.IsInf(n, 0) || n*float64(s.bytes) > math.MaxInt64/2 {
			break
		}
		return int64(n * float64(s.bytes)), nil
	}
	return 0, usage("%s %q is no size", flag, word).hint("as in %s 512MiB", flag)
}
