package capture

import (
	"fmt"
	"io"
)

// The pcapng format: draft-ietf-opsawg-pcapng. Block types, section 11.1.
const (
	blockSection    = 0x0a0d0d0a // reads the same in both byte orders
	blockInterface  = 1
	blockPacket     = 2 // obsolete, appendix A
	blockSimple     = 3
	blockStatistics = 5
	blockEnhanced   = 6

	byteOrderMagic = 0x1a2b3c4d

	blockHeaderLen  = 8  // type, length
	blockTrailerLen = 4  // the length again
	minBlockLen     = 12 // header and trailer
	minSectionLen   = 28 // also byte order, version, section length
)

// maxBlock is the longest block that is taken for sane, in bytes; libpcap and
// Wireshark draw the line at the same place.
const maxBlock = 16 << 20

// maxHeldBlock is the longest block whose content is looked at. It has room
// for the longest packet and for as much again of options.
const maxHeldBlock = 512 << 10

// pcapngReader reads the packets of a pcapng file, of all its sections.
type pcapngReader struct {
	in *inputBuffer
	// report takes damage that does not end the reading.
	report func(*FileError)

	start   int64         // offset of the block that is being read
	big     bool          // byte order of the section
	unknown bool          // the section has a version that is not known
	first   int           // number in the file of the section's interface 0
	ifaces  []ngInterface // of the section
	all     []InterfaceInfo
	last    Time // of the last packet with a time, for those without
	section sectionInfo
	orders  [2]bool // byte orders that occurred: little, big
}

// openPcapng reads the first section header.
func openPcapng(in *inputBuffer, report func(*FileError)) (recordReader, error) {
	n := &pcapngReader{in: in, report: report}
	kind, block, err := n.block()
	if err == io.EOF || err == nil && kind != blockSection {
		err = &FileError{What: "does not begin with a whole section header"}
	}
	if err != nil {
		return nil, err
	}
	if err := n.beginSection(block); err != nil {
		return nil, err
	}
	if n.unknown {
		return nil, &FileError{What: n.versionWords(block)}
	}
	return n, nil
}

func (n *pcapngReader) word(b []byte) uint32 { return word32(b, n.big) }

// block reads the next block of a sane length and gives its type and its
// body. Blocks too long to be held are passed over.
func (n *pcapngReader) block() (kind uint32, body []byte, err error) {
	for {
		n.start = n.in.offset()
		head, err := n.in.need(minBlockLen)
		if err != nil {
			return 0, nil, n.in.ending(err, "block header", len(head), minBlockLen)
		}
		if word32(head, false) == blockSection {
			if err := n.byteOrder(head[blockHeaderLen:]); err != nil {
				return 0, nil, err
			}
		}
		kind, size := n.word(head), n.word(head[4:])
		if size < minBlockLen || size > maxBlock || size%4 != 0 {
			return 0, nil, n.damage(fmt.Sprintf("a block claims a length of %d bytes: the file is damaged", size))
		}
		if size > maxHeldBlock {
			if err := n.passOver(kind, size); err != nil {
				return 0, nil, err
			}
			continue
		}
		whole, err := n.in.need(int(size))
		if err != nil {
			return 0, nil, n.in.ending(err, "block", len(whole), int(size))
		}
		if again := n.word(whole[size-blockTrailerLen:]); again != size {
			return 0, nil, n.damage(fmt.Sprintf("a block's two lengths differ, %d and %d: the file is damaged", size, again))
		}
		n.in.skip(int(size))
		return kind, whole[blockHeaderLen : size-blockTrailerLen], nil
	}
}

// passOver skips a block that is too long to be held. Nothing that is read
// here is ever so long, but blocks of other kinds (secrets, custom ones) are.
func (n *pcapngReader) passOver(kind, size uint32) error {
	switch kind {
	case blockSection, blockInterface, blockPacket, blockSimple, blockEnhanced, blockStatistics:
		n.report(&FileError{Offset: n.start, What: fmt.Sprintf("a block of type %d has %d bytes", kind, size),
			Do: "it was left out"})
	}
	done, err := n.in.discard(int64(size))
	if err == nil {
		return nil
	}
	failed := n.in.ending(err, "block", int(done), int(size))
	if e, ok := failed.(*FileError); ok {
		e.Offset = n.start
	}
	return failed
}

// byteOrder takes the byte order of a section from its header.
func (n *pcapngReader) byteOrder(magic []byte) error {
	switch uint32(byteOrderMagic) {
	case word32(magic, false):
		n.big = false
	case word32(magic, true):
		n.big = true
	default:
		return n.damage(fmt.Sprintf("a section header has the byte order mark %#08x: the file is damaged", word32(magic, true)))
	}
	return nil
}

// damage is an error that ends the reading at this block.
func (n *pcapngReader) damage(what string) *FileError {
	e := &FileError{Offset: n.start, What: what}
	if n.start > 0 {
		e.Do = "everything before it was read"
	}
	return e
}

// leftOut reports a block of a sane length and a senseless content.
func (n *pcapngReader) leftOut(what string) {
	n.report(&FileError{Offset: n.start, What: what, Do: "it was left out"})
}

func (n *pcapngReader) next(r *record) error {
	for {
		kind, body, err := n.block()
		if err != nil {
			return err
		}
		if n.unknown && kind != blockSection {
			continue
		}
		found := false
		switch kind {
		case blockEnhanced:
			found = n.enhanced(body, r)
		case blockPacket:
			found = n.obsolete(body, r)
		case blockSimple:
			found = n.simple(body, r)
		case blockInterface:
			err = n.addInterface(body)
		case blockStatistics:
			n.statistics(body)
		case blockSection:
			err = n.beginSection(body)
		}
		if err != nil {
			return err
		}
		if found {
			return nil
		}
	}
}
