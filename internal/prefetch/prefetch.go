// Package prefetch asks the processor to bring memory into its cache before it
// is needed. Thousands of sessions do not fit a cache, and a packet that waits
// for ten lines of its session's memory, one after the other, waits longer than
// all of its processing takes. Asked for in time, for some packets at once, the
// lines come side by side.
//
// It is a hint: it changes nothing, and addresses need not even be valid.
package prefetch

import "unsafe"

// lineBytes is what one hint brings: a cache line of today's processors.
const lineBytes = 64

// Lines hints at the n cache lines from p on.
func Lines(p unsafe.Pointer, n int) { lines(p, n) }

// Two hints at the cache lines of two addresses.
func Two(p, q unsafe.Pointer) { two(p, q) }

// Of hints at all of a value.
func Of[T any](p *T) { lines(unsafe.Pointer(p), (int(unsafe.Sizeof(*p))+lineBytes-1)/lineBytes) }
