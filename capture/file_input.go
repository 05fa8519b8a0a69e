package capture

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// stdinPath names standard input.
const stdinPath = "-"

// input is one thing that was named to be read.
type input struct {
	path   string
	stdin  io.Reader   // for stdinPath
	status fs.FileInfo // nil where there is none
}

// look finds out what a path is without reading it.
func look(path string, stdin io.Reader) (input, error) {
	in := input{path: path}
	if path == stdinPath {
		if in.stdin = stdin; stdin == nil {
			return in, &FileError{Path: path, What: "is not there to be read", Do: "name a capture file"}
		}
		if f, ok := stdin.(*os.File); ok {
			in.status, _ = f.Stat()
		}
		return in, nil
	}
	status, err := os.Stat(path)
	if err != nil {
		return in, openProblem(path, err)
	}
	in.status = status
	switch {
	case status.IsDir():
		return in, directoryProblem(path)
	case status.Mode()&fs.ModeSocket != 0:
		return in, socketProblem(path)
	case in.regular() && status.Size() == 0:
		return in, emptyProblem(path)
	}
	return in, nil
}

// same reports whether two names lead to one file.
func (in *input) same(other *input) bool {
	if in.path == stdinPath || other.path == stdinPath {
		return in.path == other.path
	}
	return filepath.Clean(in.path) == filepath.Clean(other.path) || os.SameFile(in.status, other.status)
}

func (in *input) regular() bool { return in.status != nil && in.status.Mode().IsRegular() }

func (in *input) pipe() bool { return in.status != nil && in.status.Mode()&fs.ModeNamedPipe != 0 }

// again reports whether the input can be opened a second time and then
// begins where it began the first time.
func (in *input) again() bool { return in.path != stdinPath && in.regular() }

// size is the bytes that the input has, 0 where it has none.
func (in *input) size() int64 {
	if in.regular() {
		return in.status.Size()
	}
	return 0
}

// open begins to read: of a file what it held when it was found, so that who
// reads it twice reads the same, also while somebody writes to it. A named pipe is opened without waiting for a writer:
// one that nobody writes to is an error and not a program that hangs.
func (in *input) open(stop *stopSignal) (io.ReadCloser, error) {
	if in.path == stdinPath {
		if in.regular() {
			return io.NopCloser(in.stdin), nil
		}
		return io.NopCloser(newStream(in.stdin, stop)), nil
	}
	mode := os.O_RDONLY
	if in.pipe() {
		mode |= syscall.O_NONBLOCK
	}
	f, err := os.OpenFile(in.path, mode, 0)
	if err != nil {
		return nil, openProblem(in.path, err)
	}
	if in.regular() {
		return streamCloser{io.LimitReader(f, in.size()), f}, nil
	}
	return streamCloser{newStream(f, stop), f}, nil
}

type streamCloser struct {
	io.Reader
	io.Closer
}
