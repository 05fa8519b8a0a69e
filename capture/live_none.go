//go:build !cgo && !linux

package capture

import "errors"

func openTap(string, *LiveConfig) (tap, error) {
	return nil, errors.New("this build cannot listen: build with cgo and libpcap's headers")
}
