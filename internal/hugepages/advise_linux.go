package hugepages

import "syscall"

const (
	huge     = 14 // MADV_HUGEPAGE: give huge pages from now on
	dontNeed = 4  // MADV_DONTNEED: what is there is not needed, and reads as zero
	populate = 23 // MADV_POPULATE_WRITE: give all pages now; since Linux 5.14
	collapse = 25 // MADV_COLLAPSE: make what is there huge pages now; since Linux 6.1

	smallBytes = 4 << 10
	hugeBytes  = 2 << 20 // on amd64, and on arm64 with small pages of 4 KiB
)

// whole advises on the huge pages that lie between two addresses with all of them.
func whole(from, to uintptr, advice uintptr) { advise(up(from, hugeBytes), to&^(hugeBytes-1), advice) }

func advise(from, to uintptr, advice uintptr) {
	if from < to {
		syscall.RawSyscall(syscall.SYS_MADVISE, from, to-from, advice)
	}
}

// up is the next multiple of a power of two.
func up(address, unit uintptr) uintptr { return (address + unit - 1) &^ (unit - 1) }
