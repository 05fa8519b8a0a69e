//go:build cgo

package hugepages

import "unsafe"

// The linker says where the variables begin that have no value in the file.
//
//go:linkname bss runtime.bss
var bss byte

// gopacket/layers, which comes with gopacket/pcap, fills tables of 65,536 entries
// each, 7 MB, before main: 1,600 faults. Go initialises packages whose imports are
// ready in the order of their paths, and this one imports hardly anything, so it
// is early enough to ask for these tables as a whole; a test holds that. What
// would have to be shared with what the file holds can only be asked for in small
// pages, which still is half of the time. What lies behind the last whole huge page of
// them, tables of which hardly anything is touched, stays in small ones.
//
// 28 ms of layers' initialisation became 8 to 12 ms, 0.77 of the CPU time of
// `smtpscope version`, for some 3 MiB.
func init() {
	from, to := uintptr(unsafe.Pointer(&bss)), endOfTables()&^(hugeBytes-1)
	whole(from, to, huge)
	whole(from, to, collapse) // what the runtime has touched is there in small pages
	advise(up(from, smallBytes), min(up(from, hugeBytes), to&^(smallBytes-1)), populate)
}
