//go:build !cgo

package capture

import (
	"errors"
	"testing"
)

func TestFilterWithoutLibpcap(t *testing.T) {
	if _, err := compileFilter("tcp"); !errors.Is(err, ErrNoFilter) {
		t.Error(err)
	}
}
