package diagnosis

import "slices"

// blocks is a list whose entries stay where they are: it grows by pieces, and
// copies nothing.
type blocks[T any] struct {
	list [][]T
	n    int
}

const blockSize = 256

// add gives room for another entry.
func (b *blocks[T]) add() *T {
	if b.n%blockSize == 0 {
		b.list = append(b.list, make([]T, blockSize))
	}
	p := &b.list[b.n/blockSize][b.n%blockSize]
	b.n++
	return p
}

// pointers puts the entries behind p.
func (b *blocks[T]) pointers(p []*T) []*T {
	p = slices.Grow(p, b.n)
	for i := range b.n {
		p = append(p, &b.list[i/blockSize][i%blockSize])
	}
	return p
}

// vocabulary makes numbers of words of which there are few: a fact holds a byte
// for each. The number of "" is 0.
type vocabulary []string

// number gives that of a word, and learns new ones.
func (v *vocabulary) number(word string) uint8 {
	if len(*v) == 0 {
		*v = append(*v, "")
	}
	n := slices.Index(*v, word)
	if n < 0 {
		if n = len(*v); n > 255 {
			return 0 // there are not half as many causes
		}
		*v = append(*v, word)
	}
	return uint8(n)
}

func (v vocabulary) word(number uint8) string {
	if number == 0 {
		return ""
	}
	return v[number]
}
