package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"smtpscope/capture"
)

// version is the module's version, or the commit where it was built from a
// checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = "-" + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "-modified"
		}
	}
	return "devel" + revision + modified
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, and what was built in",
		Example: "  smtpscope version",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			filters := "libpcap: yes (--filter works)"
			if !filterBuiltIn() {
				filters = "libpcap: no (built without cgo; --filter does not work)"
			}
			_, err := fmt.Fprintf(p.stdout, "smtpscope %s\n%s\n%s, %s/%s\n", version(), filters,
				runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// filterBuiltIn reports whether this build can compile filters.
func filterBuiltIn() bool { return capture.CheckFilter("tcp") == nil }

func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("%s takes no argument, but there is %q", c.CommandPath(), args[0]).hint("see %s --help", c.CommandPath())
}
