package main

import (
	"fmt"

	"smtpscope/capture"
	"smtpscope/session"
)

// origins are the numbers that packets had in the capture out of which extract
// has cut them.
type origins struct {
	of map[int64]int64
}

// maxOrigins bounds the packets whose number is remembered: evidence is a few
// sessions, and a file that claims more is none.
const maxOrigins = 1 << 20

// note remembers the number of a packet that has one.
func (o *origins) note(s *capture.Segment) {
	if s.Original == 0 || len(o.of) >= maxOrigins {
		return
	}
	if o.of == nil {
		o.of = map[int64]int64{}
	}
	o.of[s.Frame] = s.Original
}

// tell notes in a record where its packets were. The record itself, and all
// that is shown of it, names packets by their number in the file that was
// read, as Wireshark does.
func (o *origins) tell(r *session.Record) {
	first, there := o.of[r.Frames.First]
	if !there {
		return
	}
	note := fmt.Sprintf("cut out of another capture: its first frame was %d there", first)
	if last, there := o.of[r.Frames.Last]; there {
		note += fmt.Sprintf(", its last %d", last)
	}
	if end, there := o.of[r.Ended.Frame]; there {
		note += fmt.Sprintf("; the session ended at %d", end)
	}
	r.Notes = append(r.Notes, note)
}
