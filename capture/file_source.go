package capture

import (
	"errors"
	"io"
	"math"
)

// maxReports is how many errors are kept of one source. A damaged file may
// have one in every block.
const maxReports = 8

// peekBufferSize is how much of a file is read to see its first packet, in
// bytes. A longer packet makes the buffer grow.
const peekBufferSize = 4 << 10

// source is one input while it is read.
type source struct {
	input    input
	index    int
	progress *progress
	stop     *stopSignal

	// begins is the time of the first packet, by which the sources are put in
	// order; the earliest moment where it is not known.
	begins Time

	file     io.Closer  // nil while not open
	unpacker *unpacker  // nil where the file is plain
	reading  *readAhead // nil where nothing is read ahead; it closes file and unpacker
	in       *inputBuffer
	records  recordReader
	head     record // the next record to be handed out
	loaded   bool   // head was read ahead
	over     bool   // it ended while it was looked at, and cannot be read again

	// What was handed out.
	info    SourceInfo
	packing string
	reports []*FileError
}

// open begins to read, with buffers of limit bytes: it finds the compression
// and the format.
func (s *source) open(limit int) error {
	file, err := s.input.open(s.stop)
	if err != nil {
		return s.blame(err)
	}
	s.file = file
	stored := limit
	if size := s.input.size(); size > 0 {
		stored = int(min(int64(limit), size+1)) // 1: to see the end
	}
	meter := &meter{from: file, progress: s.progress, stop: s.stop}
	s.in = newInputBuffer(meter, stored)
	if head, _ := s.in.need(magicLen); packedWith(head) != nil {
		meter.ahead = s.ahead(limit)
		err = s.unpack(packedWith(head), limit)
	}
	if err == nil {
		s.records, err = openRecords(s.in, s.report)
	}
	if err != nil {
		err = s.blame(err)
		s.close()
	}
	return err
}

// unpack puts a decompressor between the file and the format.
func (s *source) unpack(p *packing, limit int) error {
	var err error
	s.unpacker, err = p.unpack(s.in)
	if err != nil {
		return s.in.ending(err, "header", 0, 0)
	}
	s.packing = p.name
	if s.ahead(limit) {
		s.reading = newReadAhead(unpackedFile{s.unpacker, s.file}, s.stop)
		s.in = newInputBufferAhead(s.reading, s.progress.tell)
		return nil
	}
	s.in = newInputBuffer(s.unpacker, limit)
	return nil
}

// ahead reports whether a goroutine is to unpack the source ahead: a file that is
// read for good. A pipe has one already, which hands out what came; and to read
// a plain file ahead was measured to cost more than it saves: what one processor
// has read, the other has to fetch.
func (s *source) ahead(limit int) bool { return s.input.again() && limit == bufferSize }

// unpackedFile closes the file with what unpacks it.
type unpackedFile struct {
	*unpacker
	file io.Closer
}

func (u unpackedFile) Close() error {
	return errors.Join(u.unpacker.Close(), u.file.Close())
}

// peek finds out when the source begins. A file is closed again, so that a
// thousand of them do not need as many descriptors; what can be read only
// once stays open with its first record in hand.
func (s *source) peek() error {
	s.begins = math.MinInt64
	again := s.input.again()
	limit := bufferSize
	if again {
		s.progress.pause(true)
		defer s.progress.pause(false)
		limit = peekBufferSize
	}
	if err := s.open(limit); err != nil {
		return err
	}
	if !again {
		if s.advance() != nil {
			s.over = true
			return nil
		}
		s.begins, s.loaded = s.head.time, true
		return nil
	}
	if s.records.next(&s.head) == nil {
		s.begins = s.head.time
	}
	s.close()
	s.reports = nil // they come again
	return nil
}

// start makes the first record the head. It tells whether there is one.
func (s *source) start() bool {
	if s.loaded {
		s.loaded = false
		return true
	}
	if s.over || s.records == nil && s.open(bufferSize) != nil {
		return false
	}
	return s.advance() == nil
}

// advance reads the next record into head. After an error, which is kept, the
// source is closed.
func (s *source) advance() error {
	err := s.records.next(&s.head)
	if err != nil {
		if err != io.EOF {
			err = s.blame(err)
		}
		s.close()
	}
	return err
}

// count takes head as handed out.
func (s *source) count(frame int64) *record {
	r := &s.head
	i := &s.info
	if i.Packets == 0 {
		i.First, i.Last = r.time, r.time
	}
	i.Packets++
	i.Bytes += int64(len(r.data))
	i.First, i.Last = min(i.First, r.time), max(i.Last, r.time)
	r.frame, r.sourceFrame, r.source = frame, i.Packets, s.index
	return r
}

// blame completes an error and keeps it.
func (s *source) blame(err error) error {
	if errors.Is(err, errStopped) {
		return errStopped
	}
	e, ok := err.(*FileError)
	switch {
	case err == errEmpty && s.unpacker != nil:
		e = &FileError{What: "holds nothing: the " + s.packing + " data unpacks to no bytes"}
	case err == errEmpty && s.input.pipe():
		e = emptyPipeProblem(s.input.path)
	case err == errEmpty:
		e = emptyProblem(s.input.path)
	case !ok:
		e = &FileError{What: "cannot be read", Err: err}
	}
	if e.Offset > 0 {
		e.Frame = s.info.Packets + 1
	}
	s.report(e)
	return e
}

// report completes an error with what only the source knows, and keeps it.
func (s *source) report(e *FileError) {
	e.Path = s.input.path
	e.Unpacked = s.unpacker != nil
	if len(s.reports) < maxReports {
		s.reports = append(s.reports, e)
	}
}

// describe is what is known of the source at this moment.
func (s *source) describe() SourceInfo {
	info := s.info
	if s.records == nil {
		return info
	}
	s.records.describe(&info)
	if s.packing != "" {
		info.Format += ", " + s.packing
	}
	info.conclude()
	return info
}

// close lets go of the file and of the buffer; the counts stay.
func (s *source) close() {
	if s.file == nil {
		return
	}
	s.info = s.describe()
	if s.reading != nil {
		s.reading.Close()
	} else {
		if s.unpacker != nil {
			s.unpacker.Close()
		}
		s.file.Close()
	}
	s.file, s.unpacker, s.reading, s.in, s.records = nil, nil, nil, nil, nil
}
