package wholefile

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// begin opens a file without a name where the file system has them (open(2), O_TMPFILE)
// and /proc is there to name it by.
func begin(dir string) (*temporary, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, uint32(Mode))
	if err != nil {
		return named(dir)
	}
	file := os.NewFile(uintptr(fd), dir)
	if _, err := os.Stat(procName(file)); err != nil {
		_ = file.Close()
		return named(dir)
	}
	return &temporary{file: file}, nil
}

// linkUnnamed gives a file its first name; it fails where that is taken (linkat(2)).
func linkUnnamed(file *os.File, name string) error {
	if err := unix.Linkat(unix.AT_FDCWD, procName(file), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW); err != nil {
		return &os.PathError{Op: "link", Path: name, Err: err}
	}
	return nil
}

func procName(file *os.File) string { return fmt.Sprintf("/proc/self/fd/%d", file.Fd()) }
