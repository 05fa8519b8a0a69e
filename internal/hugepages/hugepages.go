// Package hugepages has the kernel give memory in pieces of 2 MiB where the
// program is about to touch all of it. In pages of 4 KiB each first touch is a
// fault, which costs 7 to 12 µs on a virtual machine: that was half of the time
// of `smtpscope version`, and four tenths of that of a capture of 100 MB.
//
// Two things take such memory: the tables that gopacket/layers fills while it is
// initialised (tables_linux.go), and the heap (heap_linux.go). Both are advice:
// on a kernel or a system that does not take it all is as it would be without.
package hugepages
