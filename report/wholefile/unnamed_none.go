//go:build !linux

package wholefile

import (
	"errors"
	"os"
)

// begin opens a file under a temporary name.
func begin(dir string) (*temporary, error) { return named(dir) }

func linkUnnamed(*os.File, string) error { return errors.ErrUnsupported }
