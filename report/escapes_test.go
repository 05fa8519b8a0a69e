package report

import "regexp"

// escapes are the sequences that colour text.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")
