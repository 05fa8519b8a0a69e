//go:build !linux

package live

import "errors"

// DropPrivileges is for Linux.
func DropPrivileges(string) error { return errors.New("--user is for Linux only") }
