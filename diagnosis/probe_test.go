package diagnosis

import (
	"path/filepath"
	"slices"
	"testing"

	"smtpscope/session"
)

// TestProbesAreHarmless: a session that --no-probes leaves out shows no error.
func TestProbesAreHarmless(t *testing.T) {
	cases, err := filepath.Glob("../testdata/*/session.txt")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	probes := 0
	for _, path := range cases {
		for _, s := range sessionsOf(t, path) {
			if !s.Record.Probe {
				continue
			}
			probes++
			name := filepath.Base(filepath.Dir(path))
			found := Diagnose(s)
			if i := slices.IndexFunc(found, func(f session.Finding) bool { return f.Severity == string(Error) }); i >= 0 {
				t.Errorf("%s is a probe, and shows %s", name, found[i].Code)
			}
		}
	}
	if probes == 0 {
		t.Error("no case is a probe")
	}
}
