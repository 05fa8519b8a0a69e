package gatewaylog

import (
	"strings"
	"sync"
)

// WordsOf gives what each product will have logged of the session, in short form,
// by the products' names: of those of which something can be said. The map is
// shared by all that end alike, and not to be changed.
func WordsOf(v *Verdict) map[string]string {
	k, alike := likenessOf(v)
	if alike {
		if words := wordsKnown.get(k); words != nil {
			return words
		}
	}
	words := make(map[string]string, len(productOrder))
	for _, p := range productOrder {
		if x := Expect(p, v); len(x.Phrases) > 0 {
			words[string(p)] = x.String()
		}
	}
	if alike {
		wordsKnown.put(k, words)
	}
	return words
}

// A likeness is all that the words hang on, but for a number of bytes: which row of
// each product's table fits, from 1, and what goes into their places.
type likeness struct {
	rows        [len(productOrder)]uint8
	where, last string
}

// likenessOf is that of a verdict; there is none where a row has bytes to say.
func likenessOf(v *Verdict) (k likeness, alike bool) {
	end := v.ending()
	for i, p := range productOrder {
		rows := expectations[p]
		at := fitting(rows, end, v)
		if at < 0 {
			continue
		}
		if rows[at].counts {
			return k, false
		}
		k.rows[i] = uint8(at + 1)
	}
	k.where, k.last = v.postfixWhere(), v.sendmailLast()
	return k, true
}

// wordsKnown are the words of verdicts that came before: to make them again for
// each session was an eighth of the garbage of a capture of short ones.
var wordsKnown knownWords

type knownWords struct {
	lock sync.RWMutex
	list map[likeness]map[string]string
}

// maxWordsKnown is far above the ways in which sessions end.
const maxWordsKnown = 1 << 10

func (w *knownWords) get(k likeness) map[string]string {
	w.lock.RLock()
	defer w.lock.RUnlock()
	return w.list[k]
}

func (w *knownWords) put(k likeness, words map[string]string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if len(w.list) >= maxWordsKnown {
		return
	}
	if w.list == nil {
		w.list = map[likeness]map[string]string{}
	}
	k.where = strings.Clone(k.where) // it may be the session's own text
	w.list[k] = words
}
