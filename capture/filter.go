package capture

import (
	"errors"
	"fmt"
	"sync"
)

// ErrNoFilter is the answer to a filter where libpcap is not built in.
var ErrNoFilter = errors.New("this build has no libpcap to compile a filter with: " +
	"filter with tcpdump -r FILE -w - 'EXPRESSION' first, or build with cgo and libpcap's headers")

// CheckFilter reports what is wrong with an expression of pcap-filter(7), in one
// line with libpcap's words; ErrNoFilter where this build cannot tell. An empty
// one is right.
func CheckFilter(expression string) error {
	_, err := compileFilter(expression)
	return err
}

// filter is an expression of pcap-filter(7). It is compiled once for each
// link type, when the first frame of that type comes. It is safe for
// concurrent use.
type filter struct {
	expr string

	mu       sync.RWMutex
	programs map[int32]bpfProgram // nil: drop all
	failed   error
}

// compileFilter checks expr and prepares it; an empty one gives nil, which
// matches everything. The error is one line with libpcap's words.
func compileFilter(expr string) (*filter, error) {
	if expr == "" {
		return nil, nil
	}
	// Some expressions are right for one link type only: "ether host" says
	// nothing to raw IP, "inbound" nothing to Ethernet. Wrong is what is
	// wrong everywhere.
	f := &filter{expr: expr, programs: make(map[int32]bpfProgram)}
	first := f.compile(linkEthernet)
	if first == nil || errors.Is(first, ErrNoFilter) {
		return f, first
	}
	for _, link := range []int32{linkSLL2, linkRaw, linkPPP} {
		if f.compile(link) == nil {
			return f, nil
		}
	}
	return nil, first
}

// match reports whether r passes. Where the expression has no meaning for
// r's link type nothing passes; the method err then says why.
func (f *filter) match(r *record) bool { return f == nil || f.matches(r) }

func (f *filter) matches(r *record) bool {
	f.mu.RLock()
	program, ok := f.programs[r.link]
	f.mu.RUnlock()
	if !ok {
		if err := f.compile(r.link); err != nil {
			f.fail(r.link, err)
		}
		f.mu.RLock()
		program = f.programs[r.link]
		f.mu.RUnlock()
	}
	return program.run(r.data, r.wire)
}

// err is why the frames of some link type could not be filtered; nil where
// all could.
func (f *filter) err() error {
	if f == nil {
		return nil
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.failed
}

func (f *filter) compile(link int32) error {
	program, err := compileBPF(link, f.expr)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.programs[link] = program
	f.mu.Unlock()
	return nil
}

// fail makes every frame of link fail, and keeps the first reason.
func (f *filter) fail(link int32, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.programs[link] = nil
	if f.failed == nil {
		f.failed = fmt.Errorf("frames of link type %d were left out: %w", link, err)
	}
}
