//go:build linux

package realservers

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A recipe says how one server is had, set up and started.
type recipe struct {
	name     string
	packages []string          // Debian packages, with the libraries that a bare system may lack
	accounts []string          // users, each with a group of the same name
	files    map[string]string // path in the root -> content
	start    string            // shell script, run as root in the server's root; it does not end
	ports    []int             // TCP ports that listen when the server is up
	log      string            // log file in the root; "" for syslog
	slow     bool              // it waits 2 s after the dot of a message from slow@example.net
	auth     string            // path of the Dovecot auth socket to serve in the root; "" for none
	milter   string            // path of the milter's socket in the root; "" for none
}

// Where the run keeps what the server sees: all of it in a tmpfs that only
// this run's mount namespace has.
const (
	stageDir   = "/run/smtpscope"
	serverRoot = stageDir + "/root"
	recordDir  = stageDir + "/record"
)

const gatewayHost = "mx1.example.org"

// baseFiles is what every server's /etc holds.
func baseFiles(r *recipe, clients []string) map[string]string {
	hosts := "127.0.0.1 localhost\n" + gatewayIP + " " + gatewayHost + " mx1\n"
	for i, ip := range clients {
		hosts += ip + " " + clientHost(i) + "\n"
	}
	passwd, group := "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n", "root:x:0:\nnogroup:x:65534:\n"
	accounts := append([]string{"daemon", "bin", "mail", "adm", "bob", "carol", "alice"}, r.accounts...)
	for i, name := range accounts {
		passwd += fmt.Sprintf("%s:x:%d:%d::/var/empty:/usr/sbin/nologin\n", name, 100+i, 100+i)
		group += fmt.Sprintf("%s:x:%d:\n", name, 100+i)
	}
	return map[string]string{
		"etc/hosts":         hosts,
		"etc/passwd":        passwd,
		"etc/group":         group,
		"etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
		"etc/services":      "smtp 25/tcp mail\nsmtps 465/tcp submissions ssmtp\nsubmission 587/tcp\ndomain 53/udp\ndomain 53/tcp\n",
		"etc/protocols":     "ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\n",
		"etc/mailname":      gatewayHost + "\n",
		"etc/hostname":      "mx1\n",
		"etc/resolv.conf":   "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
		"start":             "set -e\nhostname mx1\nmount -t proc proc /proc\nexport PATH=/usr/sbin:/usr/bin:/sbin:/bin\n" + r.start,
	}
}

// buildRoot makes the server's root: a tmpfs with its own /etc, /var and /dev,
// and a /usr that lays the unpacked packages over the host's. What the server
// writes below /usr stays in the tmpfs.
func buildRoot(ctx context.Context, r *recipe, unpacked string, clients []string) error {
	for _, dir := range []string{"dev", "etc", "proc", "root", "run/lock", "tmp", "usr", "var/empty", "var/run", "var/tmp", "var/spool", "var/lib"} {
		if err := os.MkdirAll(filepath.Join(serverRoot, dir), 0o755); err != nil {
			return err
		}
	}
	for _, link := range []string{"bin", "sbin", "lib", "lib64"} {
		if err := os.Symlink("usr/"+link, filepath.Join(serverRoot, link)); err != nil {
			return err
		}
	}
	tree := filepath.Join(unpacked, "tree")
	if err := overlayUsr(filepath.Join(tree, "usr")); err != nil {
		return err
	}
	for _, dir := range []string{"etc", "var"} {
		if _, err := os.Stat(filepath.Join(tree, dir)); err != nil {
			continue
		}
		if err := runTool(ctx, "", "cp", "-a", filepath.Join(tree, dir)+"/.", filepath.Join(serverRoot, dir)); err != nil {
			return err
		}
	}
	if err := makeDevices(); err != nil {
		return err
	}
	if err := writeCertificate(filepath.Join(serverRoot, "etc")); err != nil {
		return err
	}
	return firstError(writeFiles(baseFiles(r, clients)), writeFiles(r.files),
		os.Chmod(filepath.Join(serverRoot, "tmp"), 0o777|fs.ModeSticky))
}

func overlayUsr(packages string) error {
	upper, work := stageDir+"/upper", stageDir+"/work"
	if err := firstError(os.Mkdir(upper, 0o755), os.Mkdir(work, 0o755)); err != nil {
		return err
	}
	if strings.ContainsAny(packages, ":,\\") {
		return fmt.Errorf("the cache folder %q must not contain ':', ',' or '\\'", packages)
	}
	options := fmt.Sprintf("lowerdir=%s:/usr,upperdir=%s,workdir=%s", packages, upper, work)
	if err := unix.Mount("overlay", serverRoot+"/usr", "overlay", 0, options); err != nil {
		return fmt.Errorf("overlay on the server's /usr: %w", err)
	}
	return nil
}

// makeDevices makes the few device nodes that mail servers open.
func makeDevices() error {
	for _, d := range []struct {
		name         string
		major, minor uint32
	}{{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}} {
		path := filepath.Join(serverRoot, "dev", d.name)
		if err := unix.Mknod(path, unix.S_IFCHR|0o666, int(unix.Mkdev(d.major, d.minor))); err != nil {
			return fmt.Errorf("mknod %s: %w", path, err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func writeFiles(files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(serverRoot, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		os.Remove(path) // it may be a link of the package
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// startServer runs the recipe's script as process 1 of a pid namespace, in the
// gateway's network namespace. Its output goes to file.
func startServer(file *os.File) (*exec.Cmd, error) {
	cmd := exec.Command("/bin/sh", "/start")
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC", "LC_ALL=C"}
	cmd.Stdout, cmd.Stderr = file, file
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     serverRoot,
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
	}
	return cmd, inNamespace(gatewayNS, cmd.Start)
}
