//go:build cgo

package hugepages

import "unsafe"

// The linker says where the variables begin and end that have no value in the file.
//
//go:linkname bss runtime.bss
var bss byte

//go:linkname enoptrbss runtime.enoptrbss
var enoptrbss byte

// gopacket/layers, which comes with gopacket/pcap, fills tables of 65,536 entries
// each, 7 MB, before main: 1,600 faults. Go initialises packages whose imports are
// ready in the order of their paths, and this one imports hardly anything, so it
// is early enough to ask for these tables as a whole; a test holds that. What
// would have to be shared with what the file holds can only be asked for in small
// pages, which still is half of the time. A table of 32 MiB (crypto's) that nobody
// touches stays untouched.
//
// 28 ms of layers' initialisation became 8 to 12 ms, 0.77 of the CPU time of
// `smtpscope version`, for some 3 MiB.
func init() {
	from, to := uintptr(unsafe.Pointer(&bss)), uintptr(unsafe.Pointer(&enoptrbss))
	whole(from, to, huge)
	whole(from, to, collapse) // what the runtime has touched is there in small pages
	advise(up(from, smallBytes), min(up(from, hugeBytes), to&^(smallBytes-1)), populate)
}
