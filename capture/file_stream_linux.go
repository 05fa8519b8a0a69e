package capture

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// widen makes a pipe hold pipeSize, the most that a user may ask for
// (/proc/sys/fs/pipe-max-size). Where that is refused, or from is no pipe, all
// stays as it is.
func widen(from io.Reader) {
	f, ok := from.(*os.File)
	if !ok {
		return
	}
	if raw, err := f.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize)
		})
	}
}
