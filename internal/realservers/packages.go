//go:build linux

package realservers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// cacheRoot is where unpacked servers are kept between runs.
func cacheRoot() (string, error) {
	if dir := os.Getenv("SMTPSCOPE_CACHE"); dir != "" {
		return filepath.Abs(filepath.Join(dir, "servers"))
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home directory for the cache, set SMTPSCOPE_CACHE: %w", err)
	}
	return filepath.Join(home, ".cache", "smtpscope", "servers"), nil
}

// unpackServer returns the folder with the server's packages unpacked,
// downloading them the first time. The folder appears whole or not at all. The
// packages are never installed: Debian's mail servers exclude each other.
func unpackServer(ctx context.Context, r *recipe, o *Options) (string, error) {
	root, err := cacheRoot()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockFolder(root)
	if err != nil {
		return "", err
	}
	defer unlock()
	final := filepath.Join(root, r.name)
	if want, err := os.ReadFile(filepath.Join(final, "packages")); err == nil && string(want) == r.packageList() {
		return final, nil
	}
	o.logf("%s: downloading and unpacking %d packages into %s", r.name, len(r.packages), final)
	return final, download(ctx, r, final)
}

func (r *recipe) packageList() string { return strings.Join(r.packages, "\n") + "\n" }

// lockFolder keeps two runs from filling the cache at once.
func lockFolder(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

// download fills a temporary neighbour of final and renames it at the end.
func download(ctx context.Context, r *recipe, final string) error {
	stale, err := filepath.Glob(filepath.Join(filepath.Dir(final), ".unpack-*"))
	if err != nil {
		return err
	}
	for _, dir := range stale { // of a run that was killed: this one holds the lock
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	tmp, err := os.MkdirTemp(filepath.Dir(final), ".unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := aptDownload(ctx, tmp, r.packages); err != nil {
		return fmt.Errorf("%w: needs the network to download %s from Debian: %w", ErrCannotRun, r.name, err)
	}
	debs, err := filepath.Glob(filepath.Join(tmp, "*.deb"))
	if err != nil {
		return err
	}
	tree := filepath.Join(tmp, "tree")
	for _, deb := range debs {
		err := firstError(runTool(ctx, "", "dpkg", "-x", deb, tree), os.Remove(deb))
		if err != nil {
			return err
		}
	}
	if err := mergeUsr(ctx, tree); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, "packages"), []byte(r.packageList()), 0o644); err != nil {
		return err
	}
	return firstError(os.Chmod(tmp, 0o755), os.RemoveAll(final), os.Rename(tmp, final))
}

// aptDownload fetches packages, with fresh lists if the ones at hand fail.
func aptDownload(ctx context.Context, dir string, packages []string) error {
	try := func(args ...string) error {
		// The sandbox user could not write the folder.
		cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q", "-o", "APT::Sandbox::User=root"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, lastLine(out))
		}
		return nil
	}
	all := append([]string{"download"}, packages...)
	first := try(all...)
	if first == nil {
		return nil
	}
	if err := try("update"); err != nil {
		return errors.Join(first, err)
	}
	return try(all...)
}

func lastLine(out []byte) string {
	text := strings.TrimSpace(string(out))
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// mergeUsr moves /bin, /sbin and /lib of the packages below /usr, where
// Debian's merged layout has them: the server's root overlays /usr alone.
func mergeUsr(ctx context.Context, tree string) error {
	for _, dir := range []string{"bin", "sbin", "lib"} {
		from := filepath.Join(tree, dir)
		if _, err := os.Stat(from); err != nil {
			continue
		}
		err := firstError(os.MkdirAll(filepath.Join(tree, "usr", dir), 0o755),
			runTool(ctx, "", "cp", "-a", from+"/.", filepath.Join(tree, "usr", dir)),
			os.RemoveAll(from))
		if err != nil {
			return err
		}
	}
	return nil
}
