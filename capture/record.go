package capture

// record is one captured frame as a file holds it, before anything in it is
// decoded. It is the border between the files half of this room and the
// decode half.
type record struct {
	data  []byte // what was captured; valid until the next call of next
	wire  int    // bytes the frame had on the wire, never less than len(data)
	time  Time   // when it was captured
	link  int32  // LINKTYPE_ value of its interface, 16 bits used
	iface int    // interface within the source, from 0 in order of appearance

	frame       int64 // number in the whole input, from 1
	sourceFrame int64 // number in its source, from 1
	source      int   // index of the source in Summary.Sources
	original    int64 // number that a comment of the packet gives it (OriginalFrame); 0 = none
}

// recordReader reads the records of one source in the order of the file.
type recordReader interface {
	// next fills r but for frame, sourceFrame and source, which are the
	// Reader's to give. It answers io.EOF at an orderly end and a *FileError
	// where the source is damaged; either answer is final.
	next(r *record) error
	// holds reports whether next can answer from what was read already, so that
	// the data of the records before it stays as it is.
	holds() bool
	// describe fills in what the file says about itself, as far as read.
	describe(*SourceInfo)
}
