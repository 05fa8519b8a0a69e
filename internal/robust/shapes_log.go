package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// shapeYear is that of the packets of a wire.
const shapeYear = 2023

type logFile struct {
	name  string
	lines []string
}

// logs are the logs of testdata and of gatewaylog's tests: lines of all
// products.
func (t *trial) logs() (files []logFile) {
	for _, pattern := range []string{"testdata/*/gateway.log", "gatewaylog/testdata/*.log"} {
		paths, _ := filepath.Glob(filepath.Join(t.root, pattern))
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				panic(err)
			}
			f := logFile{name: strings.TrimPrefix(path, t.root+"/")}
			for line := range strings.Lines(string(text)) {
				if line = strings.TrimRight(line, "\r\n"); line != "" {
					f.lines = append(f.lines, line)
				}
			}
			if len(f.lines) > 0 {
				files = append(files, f)
			}
		}
	}
	return files
}

func reopened(text []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

var (
	// stamp is what a line begins with: it stays, or the line would be none.
	stamp = regexp.MustCompile(`^(<\d+>)?(\S+ : \S+ )?([A-Z][a-z]{2}\s+)?([A-Z][a-z]{2}\s+\d+ \d\d:\d\d:\d\d( \d{4})?|\d{4}-\d\d-\d\d[T ]\S+)`)
	// token is what may change from line to line: addresses, ids, numbers.
	token = regexp.MustCompile(`[A-Za-z0-9._-]+@[A-Za-z0-9._-]+|\d+\.\d+\.\d+\.\d+|[A-Za-z]*[0-9][A-Za-z0-9]*`)
)

// A piece is what a line says between two tokens, and the second of them.
type piece struct {
	text, token string
	does        int
}

// logOf is one to four lines of a log, over and over. Each token of them
// stays, or counts, at one speed or another; the same token does the same in all
// lines.
func logOf(r *rand.Rand, lines []string, length int) []byte {
	var block [][]piece
	does := map[string]int{}
	at := r.IntN(len(lines))
	for i := range 1 + r.IntN(4) {
		line := lines[min(at+i, len(lines)-1)]
		if r.IntN(3) == 0 {
			line = lines[r.IntN(len(lines))]
		}
		block = append(block, pieces(r, line, does))
	}
	var b bytes.Buffer
	write := func(line []piece, i int) {
		for _, p := range line {
			b.WriteString(p.text)
			b.WriteString(changed(p.token, p.does, i))
		}
		b.WriteByte('\n')
	}
	last := block[len(block)-1]
	switch r.IntN(4) {
	case 0: // all in turn
		for i := range length {
			for _, line := range block {
				write(line, i)
			}
		}
	case 1: // one kind after the other
		for _, line := range block {
			for i := range length {
				write(line, i)
			}
		}
	case 2: // the first once
		write(block[0], 0)
		for i := range length {
			for _, line := range block[min(1, len(block)-1):] {
				write(line, i)
			}
		}
	case 3: // the last at twice the speed of the others
		for i := range length {
			write(block[i%len(block)], i/len(block))
			write(last, i)
		}
	}
	return b.Bytes()
}

// pieces takes a line apart. What tokens do is chosen where they come first.
func pieces(r *rand.Rand, line string, does map[string]int) (list []piece) {
	from := len(stamp.FindString(line))
	begin := 0
	for _, m := range token.FindAllStringIndex(line[from:], -1) {
		s := line[from+m[0] : from+m[1]]
		if _, known := does[s]; !known {
			does[s] = r.IntN(8)
		}
		list = append(list, piece{line[begin : from+m[0]], s, does[s]})
		begin = from + m[1]
	}
	return append(list, piece{line[begin:], "", stays})
}

// stays: the token is the same in all lines.
const stays = 4

// changed is a token at its i-th repetition.
func changed(s string, does, i int) string {
	switch does {
	case 0: // each time another
	case 1:
		i /= 2
	case 2:
		i %= 97
	case 3:
		i = 1<<20 - i
	default: // from stays on
		return s
	}
	n := strconv.Itoa(i)
	switch at := strings.IndexByte(s, '@'); {
	case at >= 0:
		return s[:at] + n + s[at:]
	case strings.Count(s, ".") == 3 && does != 3:
		c := client(i).ip
		return strconv.Itoa(int(c>>24)) + "." + strconv.Itoa(int(c>>16&255)) + "." + strconv.Itoa(int(c>>8&255)) + "." + strconv.Itoa(int(c&255))
	case len(n) < len(s): // ids have their length
		return s[:len(s)-len(n)] + n
	}
	return n
}
