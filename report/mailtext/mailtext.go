package mailtext

import (
	"io"

	"smtpscope/report/document"
)

func Write(w io.Writer, d *document.Document) error { return nil }
