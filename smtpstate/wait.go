package smtpstate

// waitBuffer holds the client's bytes behind DATA or STARTTLS until the reply
// decides what they are. It also reads them as content at once, so that the
// end is known even where there were too many to keep.
type waitBuffer struct {
	base   int64 // stream offset of the first byte
	bytes  int   // bytes that wait, gaps left out
	total  int64 // gaps included
	buf    []byte
	pieces []piece

	scan  contentScan
	ended bool  // scan found the end ...
	fresh bool  // ... just now: what follows is a piece of its own
	end   int64 // ... which was this many bytes in
}

// piece is a run of waiting bytes that were seen at one place, or a gap among
// them.
type piece struct {
	at   Mark
	n    int64
	kind pieceKind

	dropped int64 // of n, bytes that were read
}

type pieceKind uint8

const (
	pieceBytes   pieceKind = iota
	pieceGap               // missing
	pieceCut               // missing, up to a segment's end
	pieceDropped           // there were too many to keep
)

// hold lets the client's bytes wait for the reply to a command.
func (c *clientSide) hold(command *Command) {
	c.mode = modeWait
	c.held = command
}

// waiting is where bytes wait, made when the first of them comes: most clients
// send none ahead of the reply.
func (m *Machine) waiting() *waitBuffer {
	if m.client.wait == nil {
		m.client.wait = m.store.waits.take()
		m.client.wait.scan.header.text = &m.text
	}
	return m.client.wait
}

// dropWait: nothing waits any more.
func (m *Machine) dropWait() {
	if w := m.client.wait; w != nil {
		m.client.wait = nil
		m.store.giveWait(w)
	}
}

func (s *Store) giveWait(w *waitBuffer) {
	clear(w.buf)
	buf, pieces := w.buf[:0], w.pieces[:0]
	if cap(buf) > bufferMost || cap(pieces) > listMost {
		buf, pieces = nil, nil
	}
	*w = waitBuffer{buf: buf, pieces: pieces}
	s.waits.give(w)
}

// add takes the next bytes, which begin at the stream offset pos.
func (w *waitBuffer) add(data []byte, pos int64, at Mark, limit int) {
	if w.total == 0 {
		w.base = pos
	}
	w.bytes += len(data)
	for !w.ended && len(data) > 0 {
		var n int
		w.scan.header.offset = w.base + w.total
		n, w.ended = w.scan.write(data, at)
		w.store(data[:n], at, limit)
		w.end, w.fresh = w.total, w.ended
		data = data[n:]
	}
	// Behind the end there is room for some more: commands are short.
	w.store(data, at, limit+limit/4)
}

func (w *waitBuffer) store(data []byte, at Mark, limit int) {
	if len(data) == 0 {
		return
	}
	w.total += int64(len(data))
	room := max(limit-len(w.buf), 0)
	if n := len(w.pieces); n > 0 && w.pieces[n-1].kind != pieceBytes &&
		(n >= piecesMax || w.pieces[n-1].kind == pieceDropped && !w.fresh) {
		room = 0 // what was dropped stays one piece
	}
	room = min(room, len(data))
	w.buf = append(w.buf, data[:room]...)
	w.push(piece{at: at, n: int64(room)})
	rest := int64(len(data) - room)
	w.push(piece{at: at, n: rest, dropped: rest, kind: pieceDropped})
}

// push adds a piece, to the one before where that is possible.
func (w *waitBuffer) push(p piece) {
	if p.n == 0 {
		return
	}
	if n := len(w.pieces); n > 0 && !w.fresh {
		last := &w.pieces[n-1]
		switch {
		case last.kind == pieceBytes && p.kind == pieceBytes && (last.at == p.at || n >= piecesMax),
			last.kind == pieceDropped && (p.kind == pieceDropped || n >= piecesMax):
			last.n += p.n
			last.dropped += p.dropped
			return
		}
	}
	w.fresh = false
	w.pieces = append(w.pieces, p)
}

// gap takes n missing bytes.
func (w *waitBuffer) gap(n int64, cut bool, pos int64, at Mark) {
	if w.total == 0 {
		w.base = pos
	}
	if !w.ended {
		w.scan.gap(n, cut, at)
	}
	w.total += n
	kind := pieceGap
	if cut {
		kind = pieceCut
	}
	w.push(piece{at: at, n: n, kind: kind})
}

// release lets the waiting bytes go on as command lines (content false), or as
// content.
func (m *Machine) release(content bool, at Mark) {
	w := m.client.wait
	m.client.wait, m.client.held = nil, nil
	m.client.mode = modeLine
	if w == nil {
		if content {
			m.client.mode = modeContent
		}
		return
	}
	skip := int64(0)
	if content {
		skip = w.total
		if w.ended {
			skip = w.end
		}
		m.adopt(w, at)
	}
	if w.total > 0 {
		m.client.pos = w.base + skip
		m.replay(w, skip)
	}
	m.store.giveWait(w)
}

// adopt makes the content that was read while it waited the message's.
func (m *Machine) adopt(w *waitBuffer, at Mark) {
	c := &m.client
	msg := m.scan().message
	m.newScan(w.scan).message = msg
	c.mode = modeContent
	if !w.scan.begun {
		return
	}
	m.tally.contentBytes += int64(w.bytes) - w.behindEnd()
	m.obs.ContentBegin("DATA", w.scan.start)
	end := w.total
	if w.ended {
		end = w.end
	}
	m.traceContent(w.base, w.base+end)
	m.updateTransfer()
	if w.ended {
		m.endContent(w.base+w.end-dotLine, w.scan.last)
	} else if n := len(w.pieces); n > 0 && (w.pieces[n-1].kind == pieceGap || w.pieces[n-1].kind == pieceCut) {
		m.client.forkTo(forkContent)
	}
}

// behindEnd is how many waiting bytes follow the end of the content.
func (w *waitBuffer) behindEnd() (n int64) {
	if !w.ended {
		return 0
	}
	pos := int64(0)
	for _, p := range w.pieces {
		if pos >= w.end && p.kind == pieceBytes {
			n += p.n
		}
		if pos >= w.end {
			n += p.dropped
		}
		pos += p.n
	}
	return n
}

// replay feeds what waited, from skip bytes on.
func (m *Machine) replay(w *waitBuffer, skip int64) {
	buf, pos := w.buf, int64(0)
	for _, p := range w.pieces {
		var data []byte
		if p.kind == pieceBytes {
			data, buf = buf[:p.n], buf[p.n:]
		}
		pos += p.n
		switch {
		case pos <= skip:
		case p.kind == pieceBytes:
			m.feed(data, p.at)
		case p.kind == pieceDropped:
			m.odd().SkippedBytes += p.dropped
			m.note("too many bytes waited for a reply", sideClient, p.at)
			m.missClient(p.n, false, p.at)
		default:
			m.missClient(p.n, p.kind == pieceCut, p.at)
		}
	}
}
