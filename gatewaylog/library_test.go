package gatewaylog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leodido/go-syslog/v4/rfc3164"
)

// TestAgainstLibrary holds our reading of RFC 3164 headers against
// leodido/go-syslog. The library is not used for them: it wants a PRI, which
// files do not have, takes one of the many forms only, and a fifth of the
// speed (see the benchmarks). RFC 5424, where it fits, is read through it.
func TestAgainstLibrary(t *testing.T) {
	p := rfc3164.NewParser(rfc3164.WithYear(rfc3164.Year{YYYY: 2014}))
	compared := 0
	for _, glob := range []string{"postfix-*.log", "sendmail-*.log", "opensmtpd-*.log"} {
		paths, _ := filepath.Glob("testdata/" + glob)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(string(text), "\n") {
				m, err := p.Parse([]byte("<22>" + line))
				want, ok := m.(*rfc3164.SyslogMessage)
				if err != nil || !ok || want.Appname == nil {
					continue // not RFC 3164 to the letter
				}
				var e entry
				c := clock{year: 2014}
				if !e.parse(line, &c) {
					t.Errorf("%q: not read", line)
					continue
				}
				compared++
				if !e.time.At.Equal(*want.Timestamp) || e.host != *want.Hostname || e.tag != *want.Appname ||
					want.ProcID != nil && e.pid != *want.ProcID || e.body != strings.TrimLeft(*want.Message, " ") {
					t.Errorf("%q: %v %q %q %q %q", line, e.time.At.Format(time.RFC3339), e.host, e.tag, e.pid, e.body)
				}
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d lines compared", compared)
	}
}
