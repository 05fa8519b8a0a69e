package session

import (
	"strings"
	"testing"
)

// TestListsOfPages: the list of pages that stays with a conversation has the same
// room after each story, short or long.
func TestListsOfPages(t *testing.T) {
	var free pool
	var p pages
	for _, n := range []int{1, 5, 9, 40, 2} {
		p.write(strings.Repeat("x", n*pageBytes), &free)
		if len(p.list) != n {
			t.Fatalf("%d pages, want %d", len(p.list), n)
		}
		p.release(&free)
		if c := cap(p.list); c != 0 && c != usuallyListed {
			t.Errorf("after a story of %d pages there is room for %d", n, c)
		}
		for _, page := range p.list[:cap(p.list)] {
			if page != nil {
				t.Errorf("after a story of %d pages one of them is kept", n)
			}
		}
	}
}
