//go:build amd64 || arm64

package prefetch

import "unsafe"

//go:noescape
func lines(p unsafe.Pointer, n int)

//go:noescape
func two(p, q unsafe.Pointer)
