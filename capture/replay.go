package capture

import "io"

// A StoredFrame is a frame that somebody has kept: what it takes to find in it
// again all that a Frame tells.
type StoredFrame struct {
	Number int64
	Source int
	Link   int32 // LINKTYPE_ value
	Wire   int   // bytes on the wire
	Time   Time
	Data   []byte
}

// Replay hands stored frames out once more, as a Reader does those of a file.
type Replay struct {
	frames  []StoredFrame
	summary Summary
	decoder *decoder
	segment Segment
	frame   Frame
}

// NewReplay gives frames in their order. sources describe where they came
// from (SourceInfo.Interfaces, the first one). Neither is changed; both must
// stay as they are until the last call of NextFrame.
func NewReplay(frames []StoredFrame, sources []SourceInfo) *Replay {
	r := &Replay{frames: frames, summary: Summary{Sources: sources}, decoder: newDecoder()}
	r.decoder.notes = new(layerNotes)
	return r
}

// NextFrame gives the next frame, valid until the next call; io.EOF behind the
// last one.
func (r *Replay) NextFrame() (*Frame, error) {
	if len(r.frames) == 0 {
		return nil, io.EOF
	}
	k := &r.frames[0]
	r.frames = r.frames[1:]
	return r.decoder.frame(&record{data: k.Data, wire: k.Wire, time: k.Time, link: k.Link, frame: k.Number,
		source: k.Source, sourceFrame: k.Number}, &r.segment, &r.frame), nil
}

// Summary describes the sources.
func (r *Replay) Summary() Summary { return r.summary }
