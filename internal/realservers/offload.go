//go:build linux

package realservers

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Commands of the SIOCETHTOOL ioctl, from linux/ethtool.h. The older, single
// purpose ones suffice and need no feature names.
const (
	ethtoolSetTxChecksum = 0x17 // ETHTOOL_STXCSUM
	ethtoolSetTSO        = 0x1f // ETHTOOL_STSO
	ethtoolSetGSO        = 0x24 // ETHTOOL_SGSO
	ethtoolSetGRO        = 0x2c // ETHTOOL_SGRO
)

// plainWire switches off on one interface of the current namespace what makes
// a capture differ from a wire: segments above the MTU (TSO, GSO, GRO) and
// checksums that are filled in later. Switching off GRO is best effort.
func plainWire(link string) error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	for _, cmd := range []uint32{ethtoolSetTSO, ethtoolSetGSO, ethtoolSetGRO, ethtoolSetTxChecksum} {
		err := setOffload(s, link, cmd, 0)
		if err != nil && cmd != ethtoolSetGRO {
			return fmt.Errorf("ethtool command %#x on %s: %w", cmd, link, err)
		}
	}
	return nil
}

// ethtoolValue is struct ethtool_value.
type ethtoolValue struct{ cmd, data uint32 }

// ethtoolRequest is struct ifreq with ifr_data in use, padded to its 40 bytes.
type ethtoolRequest struct {
	name [unix.IFNAMSIZ]byte
	data *ethtoolValue
	_    [16]byte
}

func setOffload(socket int, link string, cmd, on uint32) error {
	value := ethtoolValue{cmd, on}
	req := ethtoolRequest{data: &value}
	copy(req.name[:unix.IFNAMSIZ-1], link)
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(socket), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&req)))
	if errno != 0 {
		return errno
	}
	return nil
}
