package capture

import (
	"errors"
	"io/fs"
	"syscall"
)

// openProblem puts into words why a file cannot be opened.
func openProblem(path string, err error) *FileError {
	e := &FileError{Path: path, Err: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.What, e.Err = "no such file", nil
	case errors.Is(err, fs.ErrPermission):
		e.What, e.Err = "not allowed to read it", nil
		e.Do = "run as a user who may, or chmod a copy"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		e.What, e.Err = "too many open files", nil
		e.Do = "raise the limit (ulimit -n) or name fewer files that overlap in time"
	default:
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			e.Err = pathError.Err // the path stands in front already
		}
		e.What = "cannot be opened"
	}
	return e
}

// The inputs that open but hold nothing to read.
func directoryProblem(path string) *FileError {
	return &FileError{Path: path, What: "is a directory", Do: "name the capture files in it"}
}

func emptyProblem(path string) *FileError {
	return &FileError{Path: path, What: "is empty",
		Do: "a capture begins with a header; tcpdump holds it back until its buffer is full, unless called with -U"}
}

func emptyPipeProblem(path string) *FileError {
	return &FileError{Path: path, What: "is a pipe that nobody writes to", Do: "start the writer first"}
}

func socketProblem(path string) *FileError {
	return &FileError{Path: path, What: "is a socket, not a file", Do: "name a capture file"}
}

func twiceProblem(path string, first string) *FileError {
	what := "is named twice"
	if path != first {
		what = "is the same file as " + oneLine(inputName(first))
	}
	return &FileError{Path: path, What: what, Do: "it is read once"}
}
