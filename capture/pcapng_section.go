package capture

import "fmt"

// maxComments is how many comments of sections are kept.
const maxComments = 16

// maxInterfaces is how many interfaces one file may describe. Real files have
// a handful; each costs memory.
const maxInterfaces = 1 << 16

// sectionInfo is what section headers tell: texts of the first one that has
// them, and the comments of all.
type sectionInfo struct {
	hardware, os, application string
	comments                  []string
}

// ngInterface is what is needed of an interface to read its packets.
type ngInterface struct {
	link    int32
	snaplen uint32
	clock   ngClock
}

// beginSection reads a section header. Its interfaces count from 0 again. The
// length of the section is not used: it is often not known (-1), and the next
// section header tells the same.
func (n *pcapngReader) beginSection(body []byte) error {
	if len(body) < minSectionLen-minBlockLen {
		return n.damage("a section header is too short: the file is damaged")
	}
	n.first += len(n.ifaces)
	n.ifaces = n.ifaces[:0]
	n.unknown = word16(body[4:], n.big) != 1
	if n.unknown {
		if n.start > 0 {
			n.report(&FileError{Offset: n.start, What: n.versionWords(body), Do: "this section was left out"})
		}
		return nil
	}
	if n.big {
		n.orders[1] = true
	} else {
		n.orders[0] = true
	}
	n.options(body[minSectionLen-minBlockLen:], n.section.take)
	return nil
}

func (n *pcapngReader) versionWords(body []byte) string {
	return fmt.Sprintf("pcapng version %d.%d is not known", word16(body[4:], n.big), word16(body[6:], n.big))
}

func (s *sectionInfo) take(code uint16, value []byte) {
	keep := func(where *string) {
		if *where == "" {
			*where = text(value)
		}
	}
	switch code {
	case ngOptComment:
		if len(s.comments) < maxComments {
			s.comments = append(s.comments, text(value))
		}
	case ngOptHardware:
		keep(&s.hardware)
	case ngOptOS:
		keep(&s.os)
	case ngOptApplication:
		keep(&s.application)
	}
}

// addInterface reads an interface description (section 4.2).
func (n *pcapngReader) addInterface(body []byte) error {
	const fixed = 8 // link type, reserved, snaplen
	if len(body) < fixed {
		return n.damage("an interface description is too short: the file is damaged")
	}
	if len(n.all) >= maxInterfaces {
		return n.damage(fmt.Sprintf("more than %d interfaces: the file is damaged", maxInterfaces))
	}
	i := ngInterface{link: int32(word16(body, n.big)), snaplen: n.word(body[4:]), clock: defaultClock}
	info := InterfaceInfo{Link: i.link, Snaplen: int64(i.snaplen)}
	n.options(body[fixed:], func(code uint16, value []byte) {
		switch {
		case code == ngOptName:
			info.Name = text(value)
		case code == ngOptDescr:
			info.Description = text(value)
		case code == ngOptFilter && len(value) > 1 && value[0] == 0: // 0: a text, not BPF code
			info.Filter = text(value[1:])
		case code == ngOptResolution && len(value) >= 1:
			i.clock.resolution(value[0])
		case code == ngOptTimeOffset && len(value) >= 8:
			i.clock.offset = int64(n.word64(value))
		}
	})
	n.ifaces = append(n.ifaces, i)
	n.all = append(n.all, info)
	return nil
}

// statistics reads the counters of an interface (section 4.6). They count
// from the start of the capture, so the last ones hold.
func (n *pcapngReader) statistics(body []byte) {
	const fixed = 12 // interface, time (2)
	if len(body) < fixed || int64(n.word(body)) >= int64(len(n.ifaces)) {
		n.leftOut("a statistics block is of no interface that the file describes")
		return
	}
	info := &n.all[n.first+int(n.word(body))]
	n.options(body[fixed:], func(code uint16, value []byte) {
		switch code {
		case ngOptReceived:
			info.Received = n.counter(value)
		case ngOptIfDrop:
			info.Dropped, info.DropsKnown = n.counter(value), true
		case ngOptOSDrop:
			info.DroppedByOS, info.DropsKnown = n.counter(value), true
		}
	})
}

func (n *pcapngReader) describe(info *SourceInfo) {
	info.Format = "pcapng, "
	switch n.orders {
	case [2]bool{true, false}:
		info.Format += orderName(false)
	case [2]bool{false, true}:
		info.Format += orderName(true)
	default:
		info.Format += "both byte orders"
	}
	info.Interfaces = append([]InterfaceInfo(nil), n.all...)
	info.Hardware, info.OS, info.Application = n.section.hardware, n.section.os, n.section.application
	info.Comments = append([]string(nil), n.section.comments...)
}
