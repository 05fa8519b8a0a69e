package main

import (
	"slices"
	"strings"
)

// closest gives the word of a list that a mistyped one most likely means; ""
// where none is near. Words that begin with what was typed are near.
func closest(typed string, words []string) string {
	typed = strings.ToLower(typed)
	best, least := "", max(1, len(typed)/3)+1
	for _, word := range words {
		d := distance(typed, word)
		if len(typed) >= 2 && strings.HasPrefix(word, typed) {
			d = 0
		}
		if d < least {
			best, least = word, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop, change, or swap with
// their neighbour to make one word of the other (optimal string alignment).
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row := rows[(i-1)%3], rows[i%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return rows[(len(a)+1)%3][len(b)]
}

// anyOf lists words the way a sentence does: "a, b or c".
func anyOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// sorted is a copy of words in order.
func sorted(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return words
}
