package report

import (
	"testing"

	"smtpscope/gatewaylog"
)

// TestRefusalWithoutWords: Exim gives no reason where the administrator wrote
// none.
func TestRefusalWithoutWords(t *testing.T) {
	c := &gatewaylog.Connection{Rejections: []gatewaylog.Rejection{{Command: "ETRN"}}}
	if got := logEnd(c); got != "refused: ETRN" {
		t.Errorf("%q", got)
	}
}
