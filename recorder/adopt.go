package recorder

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// A crash leaves the ring's open file under its temporary name, which holds the
// name that it would have got. What was written of it is often what matters
// most, so the next start cuts it back to its last whole block and keeps it.

// openName is the pattern of an open file's name (os.CreateTemp), and
// leftOpen finds those that were left.
func openName(stem string) string { return leftoverPrefix + stem + "-*" + leftoverSuffix }

var leftOpen = regexp.MustCompile(`^\.smtpscope-(\d{8}T\d{6}\.\d{3}Z_ring_\d{6})-\d+\.part$`)

// crashed marks the name of a file that was not finished.
const crashed = "_crash.pcapng"

// adopt gives the open files that a crash left in a folder their names. What
// cannot be kept is left to openShelf, which takes leftovers away.
func adopt(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var failed error
	for _, e := range list {
		found := leftOpen.FindStringSubmatch(e.Name())
		if found == nil || !e.Type().IsRegular() {
			continue
		}
		failed = errors.Join(failed, keep(filepath.Join(dir, e.Name()), filepath.Join(dir, found[1]+crashed)))
	}
	return errors.Join(err, failed)
}

// keep cuts a file back to its last whole block and renames it, where it has
// any packet.
func keep(path, name string) error {
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return err // there is such a file already: this one goes
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	size, packets := wholeBlocks(file)
	if packets == 0 {
		return nil
	}
	if err := file.Truncate(size); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return os.Rename(path, name)
}

// The parts of a pcapng block (draft-ietf-opsawg-pcapng section 3.1), as this
// machine's own PcapngWriter writes them: type, length, body, length again.
const (
	blockHead  = 8
	blockLeast = 12
	packetType = 6
)

// wholeBlocks gives how many bytes of a pcapng file are whole blocks, and how
// many of these are packets.
func wholeBlocks(r io.Reader) (size int64, packets int) {
	in := bufio.NewReaderSize(r, 256<<10)
	head, tail := make([]byte, blockHead), make([]byte, 4)
	for {
		if _, err := io.ReadFull(in, head); err != nil {
			return size, packets
		}
		length := binary.LittleEndian.Uint32(head[4:])
		if length < blockLeast || length%4 != 0 || length > 1<<30 {
			return size, packets // a power failure may leave zeros at the end
		}
		if _, err := in.Discard(int(length) - blockLeast); err != nil {
			return size, packets
		}
		if _, err := io.ReadFull(in, tail); err != nil || binary.LittleEndian.Uint32(tail) != length {
			return size, packets
		}
		size += int64(length)
		if binary.LittleEndian.Uint32(head) == packetType {
			packets++
		}
	}
}
