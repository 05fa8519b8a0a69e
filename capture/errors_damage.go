package capture

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// ending turns what need answered into the error of a source: io.EOF between
// two records, and else a *FileError that names the offset where the thing
// that could not be read whole begins. have are the bytes of it that are
// there, want those that it should have.
func (b *inputBuffer) ending(err error, thing string, have, want int) error {
	if err == io.EOF && have == 0 {
		return io.EOF
	}
	e := &FileError{Offset: b.offset()}
	if e.Offset > 0 {
		e.Do = "everything before it was read"
	}
	var packed *unpackError
	switch {
	case errors.Is(err, errStopped):
		return errStopped
	case err == io.EOF:
		e.What = fmt.Sprintf("the file ends inside a %s, of which %d of %d bytes are there", thing, have, want)
	case errors.As(err, &packed) && errors.Is(err, io.ErrUnexpectedEOF):
		e.What = "the " + packed.format + " data ends before it is complete"
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		e.What = fmt.Sprintf("the zstd data needs a window of more than %d MiB to be unpacked", maxZstdWindow>>20)
		e.Do = doPipe + "zstd -dc --long=31 FILE | smtpscope analyze -"
	case errors.Is(err, zstd.ErrUnknownDictionary):
		e.What = "the zstd data was packed with a dictionary"
		e.Do = doPipe + "zstd -dc -D DICTIONARY FILE | smtpscope analyze -"
	case errors.As(err, &packed):
		e.What, e.Err = "the "+packed.format+" data is damaged", packed.err
	default:
		e.What, e.Err = "cannot be read further", err
	}
	return e
}
