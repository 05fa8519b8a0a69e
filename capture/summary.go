package capture

// Summary is what was read so far, and how good it is.
type Summary struct {
	// Sources are the inputs that could be read, in the order in which they
	// were named. Segment.Source is an index of it.
	Sources []SourceInfo

	Frames int64 // frames read, whatever became of them
	Bytes  int64 // captured bytes of frames, without file headers

	First, Last Time // the earliest and the latest frame; valid where Frames > 0

	Filtered  int64 // frames that Config.Filter dropped
	Unordered int64 // frames with a time before that of the frame in front of them
	Cut       int64 // frames of which less was captured than was on the wire

	// FilterError says of which link type all frames were dropped, as
	// Config.Filter has no meaning for it; nil = none.
	FilterError error

	// DecodeStats tells what the frames were that gave no Segment.
	DecodeStats

	// Errors are the inputs that could not be read, or not to their end:
	// first what Open found, then source by source. At most maxReports are
	// kept of one source.
	Errors []*FileError
}

// SourceInfo is one input.
type SourceInfo struct {
	Path   string // as it was named
	Format string // in words: "pcap, microseconds, little-endian, gzip"

	Links   []int32 // LINKTYPE_ values of its interfaces, each once
	Snaplen int64   // the largest of its interfaces, in bytes; 0 = none stated

	Packets     int64
	Bytes       int64 // captured bytes of packets
	First, Last Time  // the earliest and the latest packet; valid where Packets > 0

	// Interfaces are those that a pcapng file describes, in the order of the
	// file, over all its sections; one for a pcap file.
	Interfaces []InterfaceInfo
	// Dropped is how many packets the file says that the kernel or the
	// interface dropped while it was written, over all interfaces. A pcap
	// file cannot say so: valid where DropsKnown.
	Dropped    int64
	DropsKnown bool

	// Texts of a pcapng section header, on one line and of at most 256 bytes
	// each; empty where there is none.
	Hardware, OS, Application string
	Comments                  []string
}

// InterfaceInfo is an interface that packets were captured on.
type InterfaceInfo struct {
	Name, Description string
	Filter            string // the capture filter
	Link              int32  // LINKTYPE_ value
	Snaplen           int64  // bytes, 0 = no limit

	// Counters of the last statistics block; packets. Dropped is what the
	// interface dropped, DroppedByOS what the operating system did.
	Received, Dropped, DroppedByOS int64
	DropsKnown                     bool
}

// conclude derives from the interfaces what is told of the whole source.
func (s *SourceInfo) conclude() {
	s.Links, s.Snaplen, s.Dropped, s.DropsKnown = nil, 0, 0, false
	seen := make(map[int32]bool)
	for i := range s.Interfaces {
		in := &s.Interfaces[i]
		if !seen[in.Link] {
			seen[in.Link] = true
			s.Links = append(s.Links, in.Link)
		}
		s.Snaplen = max(s.Snaplen, in.Snaplen)
		s.Dropped = addClamped(s.Dropped, addClamped(in.Dropped, in.DroppedByOS))
		s.DropsKnown = s.DropsKnown || in.DropsKnown
	}
}
