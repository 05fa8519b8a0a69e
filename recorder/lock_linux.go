package recorder

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFolder takes a folder for this process alone, as long as the file that it
// gives is open. Two recorders would take each other's open files for what a
// crash left, and each would keep quotas of its own. It is the folder itself
// that is locked: no file is left behind, whoever may list it may lock it, and
// the kernel lets go of it when the process is gone, however it went.
func lockFolder(dir string) (*os.File, error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	// Any other error says that the file system locks no folders (NFS): there
	// recording goes without.
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		_ = folder.Close()
		return nil, fmt.Errorf("%s is in use by another smtpscope; name another folder, or stop that one", dir)
	}
	return folder, nil
}
