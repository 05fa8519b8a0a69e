package diagnosis

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FindArticles gives the pages for a page's name, for a verdict as it is shown,
// or for words from a log: a phrase as a product writes it, or a whole line that
// holds one. The first
// fits best. It is empty where nothing is known. Case does not matter.
func FindArticles(words string) []Article {
	pages := Articles()
	asked := plainWords(words)
	if asked == "" {
		return nil
	}
	for _, a := range pages {
		if asked == a.Key || slices.Contains(a.Also, asked) || strings.ReplaceAll(asked, " ", "-") == a.Key {
			return []Article{a}
		}
	}
	if found := pagesByVerdict(pages, asked); len(found) > 0 {
		return found
	}
	if found := pagesByPhrase(pages, asked, phrasesOf); len(found) > 0 {
		return found
	}
	if found := pagesByPhrase(pages, asked, logsOf); len(found) > 0 {
		return found
	}
	return pagesByReply(pages, asked)
}

// enhancedCodes is the page about the codes of RFC 3463.
const enhancedCodes = "reply-enhanced"

// pagesByReply: the page of the first reply code among the words, and that of
// enhanced codes where one follows it, or stands alone.
func pagesByReply(pages []Article, asked string) (found []Article) {
	words := strings.FieldsFunc(asked, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("-:;,()[]<>\"'=", r) })
	for i, word := range words {
		at := slices.IndexFunc(pages, func(a Article) bool { return a.Kind == ReplyArticle && slices.Contains(a.Also, word) })
		if at < 0 {
			continue
		}
		found = append(found, pages[at])
		words = words[i+1 : min(i+2, len(words))]
		break
	}
	if slices.ContainsFunc(words, isEnhanced) {
		found = append(found, pages[slices.IndexFunc(pages, func(a Article) bool { return a.Key == enhancedCodes })])
	}
	return found
}

// isEnhanced: a status code of RFC 3463 section 2: class, subject of up to three
// digits, detail of up to three.
func isEnhanced(word string) bool {
	parts := strings.Split(word, ".")
	if len(parts) != 3 || !slices.Contains([]string{"2", "4", "5"}, parts[0]) {
		return false
	}
	return !slices.ContainsFunc(parts, func(p string) bool {
		return p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != ""
	})
}

func phrasesOf(a *Article) []string { return a.Phrases }
func logsOf(a *Article) []string    { return a.Logs }

// LoggedAs are the causes for which a log may have the words of a page.
func LoggedAs(page *Article) (causes []string) {
	for _, a := range Articles() {
		if slices.ContainsFunc(a.Logs, func(l string) bool {
			return slices.ContainsFunc(page.Phrases, func(p string) bool { return plainWords(p) == plainWords(l) })
		}) {
			causes = append(causes, a.Key)
		}
	}
	return causes
}

// pagesByPhrase: the page with the longest phrase that the words hold leads.
func pagesByPhrase(pages []Article, asked string, words func(*Article) []string) []Article {
	type hit struct {
		page   Article
		length int
	}
	var hits []hit
	for _, a := range pages {
		best := 0
		for _, p := range words(&a) {
			if phrase := plainWords(p); holds(asked, phrase) {
				best = max(best, letters(phrase))
			}
		}
		if best > 0 {
			hits = append(hits, hit{a, best})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.length, a.length) })
	var found []Article
	for _, h := range hits {
		found = append(found, h.page)
	}
	return found
}

// plainSigns puts what can be typed for what word processors make of it.
var plainSigns = strings.NewReplacer("’", "'", "“", `"`, "”", `"`, "...", "…")

// plainWords is text for comparing: lower case, one blank between words, plain
// quotes.
func plainWords(s string) string {
	s = plainSigns.Replace(strings.ToLower(s))
	return strings.Trim(strings.Join(strings.Fields(s), " "), `"'`)
}

// holds says whether the text has a phrase, its pieces between "…" in order.
// Nothing or anything may stand for "…"; a piece begins and ends with whole
// words.
func holds(text, phrase string) bool {
	for piece := range strings.SplitSeq(phrase, "…") {
		piece = strings.TrimSpace(piece)
		end := endOfPiece(text, piece)
		if end < 0 {
			return false
		}
		text = text[end:]
	}
	return true
}

// endOfPiece is where the first occurrence of a piece in whole words ends, -1
// where there is none.
func endOfPiece(text, piece string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], piece)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(piece)
		if piece == "" || !joined(text[:at], piece) && !joined(piece, text[end:]) {
			return end
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + size
	}
}

// joined: the word at the end of a goes on at the beginning of b. "_" ends a
// word, so that "milter_" is found in "milter_read".
func joined(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return isLetter(last) && isLetter(first)
}

// isLetter: not for scripts that do not part their words by blanks.
func isLetter(r rune) bool {
	return r != utf8.RuneError && r < 0x2e80 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// letters is how much of a phrase is words.
func letters(phrase string) int {
	return utf8.RuneCountInString(strings.ReplaceAll(phrase, "…", ""))
}

// ArticlesAbout gives pages whose name, title or phrases hold any of the
// words, those with most of them first: for suggestions.
func ArticlesAbout(words string) []Article {
	type hit struct {
		page  Article
		count int
	}
	var hits []hit
	for _, a := range Articles() {
		text := plainWords(strings.Join(append([]string{a.Key, a.Title}, a.Phrases...), " "))
		count := 0
		for _, word := range strings.Fields(plainWords(words)) {
			if utf8.RuneCountInString(word) >= 4 && strings.Contains(text, word) {
				count++
			}
		}
		if count > 0 {
			hits = append(hits, hit{a, count})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.count, a.count) })
	var found []Article
	for _, h := range hits {
		found = append(found, h.page)
	}
	return found
}
