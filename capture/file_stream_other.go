//go:build !linux

package capture

import "io"

func widen(io.Reader) {}
