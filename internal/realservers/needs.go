//go:build linux

package realservers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// tools that a run needs, and Debian's package of each.
var tools = []struct{ program, pkg string }{
	{"ip", "iproute2"},
	{"nft", "nftables"},
	{"tcpdump", "tcpdump"},
	{"mount", "mount"},
	{"hostname", "hostname"},
	{"dpkg", "dpkg"},
	{"apt-get", "apt"},
}

// ErrCannotRun is wrapped by the errors that say that this machine cannot play
// real servers at all: no root, no namespaces, no tools. The text names what
// is missing.
var ErrCannotRun = errors.New("cannot run real mail servers here")

// installing: servers are played side by side, and dpkg lets one install.
var installing sync.Mutex

// provide installs missing tools and checks what cannot be installed.
func provide(ctx context.Context, o *Options) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: needs root for network namespaces and mounts", ErrCannotRun)
	}
	if err := tryNamespaces(ctx); err != nil {
		return fmt.Errorf("%w: needs pid, mount, network and host-name namespaces (a privileged container?): %w", ErrCannotRun, err)
	}
	installing.Lock()
	defer installing.Unlock()
	missing := missingTools()
	if len(missing) == 0 {
		return nil
	}
	command := "apt-get install -y --no-install-recommends " + strings.Join(missing, " ")
	if _, err := exec.LookPath("apt-get"); err != nil || o.NoInstall {
		return fmt.Errorf("%w: missing tools: %s", ErrCannotRun, command)
	}
	o.logf("installing %s", strings.Join(missing, " "))
	if err := aptInstall(ctx, missing); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrCannotRun, command, err)
	}
	return nil
}

func missingTools() []string {
	var missing []string
	for _, t := range tools {
		if _, err := exec.LookPath(t.program); err != nil {
			missing = append(missing, t.pkg)
		}
	}
	return missing
}

// aptInstall installs packages, with fresh lists if the ones at hand fail.
func aptInstall(ctx context.Context, packages []string) error {
	try := func(args ...string) error {
		cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q", "-y", "-o", "DPkg::Lock::Timeout=120"}, args...)...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, lastLine(out))
		}
		return nil
	}
	install := append([]string{"install", "--no-install-recommends"}, packages...)
	first := try(install...)
	if first == nil {
		return nil
	}
	if err := try("update"); err != nil {
		return errors.Join(first, err)
	}
	return try(install...)
}

// tryNamespaces runs true(1) in new namespaces.
func tryNamespaces(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "/bin/true")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS,
	}
	return cmd.Run()
}
