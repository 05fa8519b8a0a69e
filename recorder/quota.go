package recorder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Quota bounds what lies in a folder. Zero = no bound.
type Quota struct {
	Size  int64 // bytes of all files
	Files int
	Age   time.Duration
}

// A shelf is a folder with the files that this program wrote there, the oldest
// first. Other files are left alone.
type shelf struct {
	dir   string
	quota Quota
	files []shelved
	size  int64
}

type shelved struct {
	name string
	size int64
	at   time.Time
}

// ours are the names that this package gives. They begin with the moment at
// which the packets begin, so their order is that of time.
var ours = regexp.MustCompile(`^\d{8}T\d{6}\.\d{3}Z[-_].*\.pcapng$`)

// leftover is what a crash leaves of package wholefile, and of the ring, which
// has adopted its own before.
const leftoverPrefix, leftoverSuffix = ".smtpscope-", ".part"

// folderMode: recordings are nobody's business but their writer's.
const folderMode fs.FileMode = 0o700

// openShelf makes the folder, takes away what a crash left, and finds what is
// there.
func openShelf(dir string, quota Quota) (*shelf, error) {
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return nil, err
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: dir, quota: quota}
	for _, e := range list {
		name := e.Name()
		switch info, err := e.Info(); {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasPrefix(name, leftoverPrefix) && strings.HasSuffix(name, leftoverSuffix):
			_ = os.Remove(filepath.Join(dir, name)) // it may be somebody else's by now
		case ours.MatchString(name):
			s.files = append(s.files, shelved{name, info.Size(), info.ModTime()})
			s.size += info.Size()
		}
	}
	slices.SortFunc(s.files, func(a, b shelved) int { return strings.Compare(a.name, b.name) })
	return s, nil
}

func (s *shelf) path(name string) string { return filepath.Join(s.dir, name) }

// added notes a file that was written.
func (s *shelf) added(name string, size int64, now time.Time) {
	s.files = append(s.files, shelved{name, size, now})
	s.size += size
}

// makeRoom removes the oldest files until more bytes in one more file fit, and
// those that are too old. A file that cannot be removed is forgotten, so that
// it is not tried forever.
func (s *shelf) makeRoom(more int64, now time.Time) error {
	var failed error
	n := 0
	for ; n < len(s.files); n++ {
		f, q := &s.files[n], &s.quota
		left := len(s.files) - n
		tooMuch := q.Size > 0 && s.size+more > q.Size || q.Files > 0 && more > 0 && left+1 > q.Files || q.Files > 0 && left > q.Files
		if !tooMuch && (q.Age == 0 || now.Sub(f.at) <= q.Age) {
			break
		}
		if err := os.Remove(s.path(f.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
		s.size -= f.size
	}
	s.files = slices.Delete(s.files, 0, n)
	return failed
}
