package markdown

import "strings"

// text writes one line of text so that it is text and nothing else. Words that
// consist of letters, figures and the punctuation of plain sentences stand as
// they are. Every other run of words becomes a code span: whatever some
// dialect could take for markup, a link, a mention (@name), a reference to an
// issue (#1, ABC-1) or a commit, or HTML. Backslashes would not help, for
// mentions and links are looked for behind Markdown, in the text that it gives.
func text(s string) string {
	var out, odd []string
	flush := func() {
		if len(odd) > 0 {
			core, tail := sentenceEnd(strings.Join(odd, " "))
			out = append(out, span(core)+tail)
			odd = nil
		}
	}
	for i, word := range strings.Fields(s) {
		if harmless(word) && (i > 0 || !listMark(word)) {
			flush()
			out = append(out, word)
			continue
		}
		odd = append(odd, word)
	}
	flush()
	return strings.Join(out, " ")
}

// sentenceEnd takes one mark off the end of a run of words, where it is that
// of the sentence around them: not of "...", not of ":smile:".
func sentenceEnd(s string) (core, tail string) {
	last := len(s) - 1
	if last < 1 || !strings.Contains(".,;:?", s[last:]) || strings.ContainsAny(s[last-1:last], ".,;:?") || strings.Contains(s[:last], ":") {
		return s, ""
	}
	return s[:last], s[last:]
}

// plainRunes are characters beyond ASCII that our own words use.
const plainRunes = "→–…≠≥"

// harmless reports whether a word cannot be read as anything but itself.
func harmless(word string) bool {
	if strings.Contains(strings.ToLower(word), "www.") { // a link without a scheme
		return false
	}
	core := strings.TrimRight(strings.TrimLeft(word, "("), ".,;:?)%")
	if tail := word[strings.LastIndex(word, core)+len(core):]; core != "" && strings.ContainsAny(strings.TrimRight(tail, ".,;:?"), ".,;:?") || doubled(tail) {
		return false // more than the end of a sentence
	}
	if strings.Trim(core, plainRunes) == "" {
		return word != "" && !strings.ContainsAny(word, "(")
	}
	for i := range len(core) {
		c := core[i]
		switch {
		case letter(c), figure(c):
		case c == '\'':
		case c == '.' || c == ':' || c == ',':
			// Between letters it could be a host or a scheme; between figures
			// it is a number, a time or an address.
			if i == 0 || i+1 == len(core) || !figure(core[i-1]) || !figure(core[i+1]) {
				return false
			}
		case c == '-':
			// "mid-DATA" and dates, but no list, no rule, no "ABC-1".
			if i == 0 || i+1 == len(core) || !(letter(core[i+1]) || figure(core[i-1])) {
				return false
			}
		default:
			return false
		}
	}
	return !commit(core)
}

// doubled reports whether two marks of sentences stand in a row, but for the
// three dots of an ellipsis.
func doubled(tail string) bool {
	return tail != "..." && len(tail)-len(strings.TrimRight(tail, ".,;:?")) > 1
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func figure(c byte) bool { return c >= '0' && c <= '9' }

// commit reports whether a word has a part that could be the name of a commit:
// seven or more hexadecimal figures.
func commit(word string) bool {
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return r > 0x7f || !letter(byte(r)) && !figure(byte(r)) }) {
		if len(part) >= 7 && strings.Trim(strings.ToLower(part), "0123456789abcdef") == "" {
			return true
		}
	}
	return false
}

// listMark reports whether a word at the beginning of a line begins a list:
// "1." or "1)".
func listMark(word string) bool {
	rest := strings.TrimLeft(word, "0123456789")
	return rest != word && (rest == "." || rest == ")")
}

// span writes s as a code span (CommonMark 6.1): the backticks around it are
// one more than any run of them inside.
func span(s string) string {
	fence := strings.Repeat("`", longestRun(s)+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " " // one space on each side is taken away again
	}
	return fence + s + fence
}

// cell is text in a cell of a table. A bar would end the cell, in a code span
// too, and how it is escaped there differs between dialects: it is written as
// Printable would.
func cell(s string) string { return strings.ReplaceAll(text(s), "|", `\x7c`) }

func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
