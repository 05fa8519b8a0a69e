package benchdata

import (
	"math/rand/v2"
	"sort"
	"sync"
)

// pool is text that all bodies are cut from: lines of base64 as attachments
// have them, lines of prose, and some that begin with a dot, stuffed
// (RFC 5321 section 4.5.2).
var pool = sync.OnceValue(func() *textPool { return newPool(4 << 20) })

type textPool struct {
	text    []byte
	starts  []int // of the lines
	stuffed []int // offsets of the dots that stuffing added
}

func newPool(size int) *textPool {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	const prose = "the quick brown fox jumps over the lazy dog and then writes a letter to its mail server about it, "
	r := rand.New(rand.NewPCG(7, 7))
	p := &textPool{}
	for len(p.text) < size {
		p.starts = append(p.starts, len(p.text))
		switch k := r.IntN(400); {
		case k == 0:
			p.stuffed = append(p.stuffed, len(p.text))
			p.text = append(p.text, "..profile of the sender"...)
		case k < 100:
			at := r.IntN(len(prose) / 2)
			p.text = append(p.text, prose[at:at+r.IntN(len(prose)/2)]...)
		default:
			for range 76 {
				p.text = append(p.text, base64[r.IntN(64)])
			}
		}
		p.text = append(p.text, "\r\n"...)
	}
	return p
}

// added counts the dots that stuffing added in the first n bytes behind from.
func (p *textPool) added(from, n int) int {
	before := func(at int) int {
		return at/len(p.text)*len(p.stuffed) + sort.SearchInts(p.stuffed, at%len(p.text))
	}
	return before(from+n) - before(from)
}

// content makes a body of about size bytes whose lines are whole.
func content(r *rand.Rand, header []byte, size int, end string) body {
	b := body{header: header, from: pool().starts[r.IntN(len(pool().starts))], end: end, cut: 1 << 62}
	if size -= len(header); size > 0 {
		to := b.from + size
		base := to / len(pool().text) * len(pool().text)
		i := sort.SearchInts(pool().starts, to-base)
		if i == len(pool().starts) {
			to = base + len(pool().text)
		} else {
			to = base + pool().starts[i]
		}
		b.lines = to - b.from
	}
	return b
}

// breakOff cuts a body somewhere. It avoids the places where it is not clear
// yet what the last bytes mean.
func (b *body) breakOff(r *rand.Rand) {
	whole := len(b.header) + b.lines
	b.cut = 1 + r.IntN(whole-1)
	for b.cut < whole && b.cut > len(b.header) {
		last := pool().text[(b.from+b.cut-len(b.header)-1)%len(pool().text)]
		if last != '.' && last != '\r' && last != '\n' {
			break
		}
		b.cut++
	}
	b.cut = min(b.cut, whole-1)
}

// unstuffed is the length of the content that is sent, as the record counts it.
func (b *body) unstuffed() int64 {
	lines := min(b.lines, max(b.size()-len(b.header), 0))
	return int64(min(len(b.header), b.size()) + lines - pool().added(b.from, lines))
}

// raw is the length of content that is not stuffed: a BDAT chunk.
func (b *body) raw() int64 { return int64(b.size()) }
