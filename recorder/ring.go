package recorder

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"smtpscope/capture"
)

// ring is everything that came, in files of a size, the oldest of which go. A
// file has its name when it is whole; one that a crash left gets it at the next
// start (adopt). A nil *ring keeps nothing.
type ring struct {
	cfg     *Config
	shelf   *shelf
	segment int64 // bytes of one file
	lost    atomic.Int64
	anew    atomic.Bool // the file in hand has failed: begin another one

	// the watching goroutine:
	pending *piece
	file    *capture.PcapngWriter
	links   map[[2]int32]int // source and link type -> interface of the file
	written int64            // bytes of the file so far
	begun   time.Time

	full  chan *piece
	empty chan *piece
	done  chan struct{}

	// the writing goroutine:
	out      *os.File
	name     string
	size     int64
	stopped  bool
	skipping bool // the rest of a file that has failed
	nextTry  time.Time
	frames   int64 // of the file so far
	count    int   // of files, so that no two have one name
}

// A piece is whole pcapng blocks of one file.
type piece struct {
	bytes.Buffer
	begins  capture.Time // with the file's header
	frames  int64
	newFile bool
}

const (
	ringPieces    = 32
	ringPieceSize = 256 << 10
	// RingBytes is what the ring holds in memory at most, beside Config.Memory: a
	// buffer may have grown to twice what is in it.
	RingBytes = ringPieces * ringPieceSize * 2
	// A ring has some sixteen files, so that it is always nearly full, but
	// none so small that it costs more than it holds; and none stays open, and
	// not yet brought to the disk, for long.
	ringFiles   = 16
	segmentMin  = 1 << 20
	segmentMost = 64 << 20
	segmentTime = 5 * time.Minute
)

func openRing(cfg *Config) (*ring, error) {
	segment := min(max(cfg.Ring/ringFiles, segmentMin), segmentMost)
	dir := filepath.Join(cfg.Dir, "ring")
	if err := adopt(dir); err != nil {
		cfg.Alarm("what a crash left of the ring could not be kept", err)
	}
	shelf, err := openShelf(dir, Quota{Size: cfg.Ring})
	if err != nil {
		return nil, err
	}
	r := &ring{cfg: cfg, shelf: shelf, segment: segment, full: make(chan *piece, ringPieces), empty: make(chan *piece, ringPieces), done: make(chan struct{})}
	for range ringPieces {
		r.empty <- new(piece)
	}
	go r.write()
	return r, nil
}

// frame takes the next frame. Where the disk cannot follow it is counted and
// let go.
func (r *ring) frame(f *capture.StoredFrame) {
	if r == nil {
		return
	}
	if r.pending != nil && r.pending.Len() > ringPieceSize {
		r.hand()
	}
	if r.pending == nil && !r.begin(f.Time) {
		r.lost.Add(1)
		return
	}
	key := [2]int32{int32(f.Source), f.Link}
	iface, there := r.links[key]
	if !there {
		iface, _ = r.file.Interface(f.Link, 0, r.interfaceName(f.Source)) // a Buffer does not fail
		r.links[key] = iface
	}
	_ = r.file.Packet(iface, f.Time, f.Data, f.Wire, capture.OriginalFrame(f.Number))
	r.pending.frames++
}

func (r *ring) interfaceName(source int) string {
	if s := r.cfg.Sources(); source < len(s) {
		return s[source].Path
	}
	return ""
}

// begin takes an empty piece, and begins a new file where the one before is
// large or old enough.
func (r *ring) begin(at capture.Time) bool {
	select {
	case r.pending = <-r.empty:
	default:
		r.file = nil // what comes next does not follow what was written
		return false
	}
	p := r.pending
	p.Reset()
	p.frames, p.newFile = 0, false
	if !r.anew.Swap(false) && r.file != nil && r.written < r.segment && time.Since(r.begun) < segmentTime {
		return true
	}
	p.newFile, p.begins = true, at
	r.file, _ = capture.NewPcapngWriter(&redirected{r}, r.cfg.Options.Application, "ring of everything, kept by smtpscope live; nothing is blanked")
	r.links, r.written, r.begun = map[[2]int32]int{}, 0, time.Now()
	return true
}

// redirected writes to the piece in hand.
type redirected struct{ r *ring }

func (w *redirected) Write(p []byte) (int, error) { return w.r.pending.Write(p) }

// hand gives the piece to the writing goroutine, which has room for all there
// are.
func (r *ring) hand() {
	r.written += int64(r.pending.Len())
	r.full <- r.pending
	r.pending = nil
}

// flush hands over what there is, about once a second.
func (r *ring) flush() {
	if r != nil && r.pending != nil {
		r.hand()
	}
}

func (r *ring) close() {
	if r == nil {
		return
	}
	r.flush()
	close(r.full)
	<-r.done
}

// write is the writing goroutine.
func (r *ring) write() {
	defer close(r.done)
	for p := range r.full {
		if err := r.piece(p); err != nil {
			r.fail(err)
		}
		r.empty <- p
	}
	if err := r.finish(); err != nil {
		r.fail(err)
	}
}

func (r *ring) piece(p *piece) error {
	if p.newFile {
		if err := r.finish(); err != nil {
			r.fail(err)
		}
		if r.skipping = r.stopped && time.Now().Before(r.nextTry); !r.skipping {
			if err := r.create(p.begins); err != nil {
				r.lost.Add(p.frames)
				return err
			}
		}
	}
	if r.skipping || r.out == nil {
		r.lost.Add(p.frames)
		r.anew.Store(!time.Now().Before(r.nextTry))
		return nil
	}
	r.frames += p.frames
	n, err := r.out.Write(p.Bytes())
	r.size += int64(n)
	return err
}

func (r *ring) create(at capture.Time) error {
	if err := r.shelf.makeRoom(r.segment+ringPieceSize, time.Now()); err != nil {
		r.cfg.Alarm("old files of the ring could not be removed", err)
	}
	r.count++
	stem := fmt.Sprintf("%s_ring_%06d", at.Time().Format("20060102T150405.000Z"), r.count)
	file, err := os.CreateTemp(r.shelf.dir, openName(stem)) // O_EXCL, mode 0600
	if err != nil {
		return err
	}
	r.out, r.size, r.frames, r.name = file, 0, 0, stem+".pcapng"
	return nil
}

// finish gives the file its name.
func (r *ring) finish() error {
	if r.out == nil {
		return nil
	}
	if err := r.out.Sync(); err != nil {
		return err
	}
	if err := r.out.Close(); err != nil {
		return err
	}
	if err := os.Rename(r.out.Name(), r.shelf.path(r.name)); err != nil {
		return err
	}
	r.out = nil
	r.shelf.added(r.name, r.size, time.Now())
	if r.stopped {
		r.stopped = false
		r.cfg.Alarm("the ring is written again", nil)
	}
	return nil
}

// fail takes the file away: it would not be whole.
func (r *ring) fail(err error) {
	if r.out != nil {
		_ = r.out.Close()
		_ = os.Remove(r.out.Name())
		r.out = nil
		r.lost.Add(r.frames)
	}
	r.nextTry = time.Now().Add(retryAfter)
	if !r.stopped {
		r.stopped = true
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		r.cfg.Alarm("the ring is not written", err)
	}
}
