//go:build unix

package live

import "syscall"

// noFollow: open(2) fails where the name is a symbolic link (ELOOP), whenever it was put
// there.
const noFollow = syscall.O_NOFOLLOW
