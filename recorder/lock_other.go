//go:build !linux

package recorder

import "os"

// lockFolder locks on Linux only.
func lockFolder(dir string) (*os.File, error) { return os.Open(dir) }
