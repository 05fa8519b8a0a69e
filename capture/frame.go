package capture

// Frame is a captured frame as the file has it, with what was found in it. It
// is for those who copy packets; a Segment is enough for those who read them.
// All of it is valid until the next call of NextFrame.
type Frame struct {
	Number      int64 // in the whole input, from 1
	Source      int   // index of the source in Summary.Sources
	SourceFrame int64 // number in its source, from 1
	Interface   int   // within the source, from 0: index of SourceInfo.Interfaces
	Link        int32 // LINKTYPE_ value
	Time        Time
	Data        []byte // what was captured
	Wire        int    // bytes on the wire, never less than len(Data)
	Original    int64  // as in Segment

	// Segment is what the frame holds; nil where it holds no TCP and no ICMP
	// error that quotes it, or is a fragment that does not complete its datagram.
	Segment *Segment
	// Layers are the headers found, from the outside in.
	Layers []Layer
	// Fragment is set where the frame is an IP fragment. Fragments inside a
	// datagram that came in fragments itself are not described: Nested.
	Fragment *Fragment
	Nested   bool
	// Datagram is the payload of an IP datagram that this frame, a fragment,
	// has completed; Segment lies in it, and so do Inner's headers. It ends
	// where the snap length cut one of the fragments.
	Datagram []byte
	Inner    []Layer
}

// NextFrame gives the next frame that the filter lets pass, whatever it holds.
// Its errors are those of Next. A Reader is asked for segments or for frames,
// not for both.
func (r *Reader) NextFrame() (*Frame, error) {
	if r.decoder.notes == nil {
		r.decoder.notes = new(layerNotes)
	}
	for {
		s, err := r.merge.next()
		if err != nil {
			r.progress.flush()
			return nil, err
		}
		record := r.count(s)
		if !r.filter.match(record) {
			r.filtered++
			continue
		}
		return r.decoder.frame(record, &r.segment, &r.frame), nil
	}
}

// frame decodes k and fills f, and s where there is a segment. Somebody must
// have asked for notes.
func (d *decoder) frame(k *record, s *Segment, f *Frame) *Frame {
	*f = Frame{
		Number: k.frame, Source: k.source, SourceFrame: k.sourceFrame, Interface: k.iface,
		Link: k.link, Time: k.time, Data: k.data, Wire: k.wire, Original: k.original,
	}
	if d.decode(k, s) {
		f.Segment = s
	}
	n := d.notes
	f.Layers, f.Nested = n.list, n.nested
	if n.is {
		f.Fragment = &n.fragment
	}
	if n.datagram != nil {
		f.Datagram, f.Layers, f.Inner = n.datagram, n.list[:n.inner], n.list[n.inner:]
	}
	return f
}
