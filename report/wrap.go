package report

import (
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// onEachLine applies f to every line of text.
func onEachLine(text string, f func(string) string) string {
	if !strings.Contains(text, "\n") {
		return f(text)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = f(line)
	}
	return strings.Join(lines, "\n")
}

// width is how many columns the widest line of text takes in a terminal. The
// table's renderer measures with the same function.
func width(text string) int {
	widest := 0
	for line := range strings.SplitSeq(text, "\n") {
		widest = max(widest, lineWidth(line))
	}
	return widest
}

func lineWidth(line string) int {
	if plain(line) {
		return len(line)
	}
	return twwidth.WidthNoCache(line)
}

// maxBytes is how many bytes a column may take before a word is split unmeasured:
// four for a character, and some for what stands above and below it. To measure
// what is left of a long word for each line again would take time that grows
// with its square.
const maxBytes = 16

// wrap breaks text into lines of at most limit columns: at spaces, and within
// a word that is longer than a line behind one of "@.:/-_", or else where the
// line ends. Lines behind the first are indented by indent columns. A line has
// room for one column of text at least, whatever limit is.
func wrap(text string, limit, indent int) string {
	limit = max(limit, indent+1, 1)
	if lineWidth(text) <= limit {
		return text
	}
	var lines []string
	line := ""
	room := limit
	flush := func() {
		lines = append(lines, line)
		line, room = "", limit-indent
	}
	for _, word := range words(text) {
		for {
			gap := 0
			if line != "" {
				gap = 1
			}
			if len(word) <= maxBytes*limit && lineWidth(line)+gap+lineWidth(word) <= room {
				line += strings.Repeat(" ", gap) + word
				break
			}
			if line != "" {
				flush()
				continue
			}
			var head string
			head, word = split(word, room)
			line = head
			flush()
		}
	}
	if line != "" {
		flush()
	}
	return strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}

// units stay on the line of their number: nobody reads "41" and then "kB".
var units = map[string]bool{
	"B": true, "kB": true, "MB": true, "GB": true, "s": true, "ms": true, "min": true, "h": true, "d": true,
}

// words takes text apart at its spaces, but for those between a number and
// its unit.
func words(text string) []string {
	list := strings.Split(text, " ")
	kept := list[:0]
	for _, word := range list {
		if n := len(kept); n > 0 && units[strings.TrimRight(word, ",;)")] && endsInDigit(kept[n-1]) {
			kept[n-1] += " " + word
			continue
		}
		kept = append(kept, word)
	}
	return kept
}

func endsInDigit(s string) bool {
	return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9'
}

// split cuts a word that is too long for room columns, best behind a mark at
// which a reader expects it in the second half of the line. It takes at least
// one character.
func split(word string, room int) (head, rest string) {
	used, end, best := 0, 0, 0
	for i, r := range word {
		size := utf8.RuneLen(r)
		w := lineWidth(string(r))
		if i > 0 && used+w > room {
			break
		}
		used += w
		end = i + size
		if strings.ContainsRune("@.:/-_", r) && used > room/2 {
			best = end
		}
	}
	if best > 0 && best < len(word) {
		end = best
	}
	return word[:end], word[end:]
}

// maxDomain is how long a domain may be to be kept whole by shortenAddress.
const maxDomain = 40

// shortenAddress cuts an address to limit columns, in its local part where
// the domain is not what makes it long.
func shortenAddress(address string, limit int) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 || lineWidth(address) <= limit || lineWidth(address[i:]) > maxDomain {
		return shorten(address, limit)
	}
	return shorten(address[:i], limit-lineWidth(address[i:])) + address[i:]
}

// shorten cuts text to limit columns, "…" at the end telling so.
func shorten(text string, limit int) string {
	if lineWidth(text) <= limit {
		return text
	}
	used := 0
	for i, r := range text {
		w := lineWidth(string(r))
		if used+w > limit-1 {
			return text[:i] + "…"
		}
		used += w
	}
	return text
}
