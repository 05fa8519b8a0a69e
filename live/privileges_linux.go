package live

import (
	"cmp"
	"fmt"
	"os"
	"os/user"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// droppedMark in the environment says that privileges were dropped already.
const droppedMark = "SMTPSCOPE_DROPPED"

// DropPrivileges goes on as the user named, keeping CAP_NET_RAW alone of all
// that root may: what opening an interface, and reopening one that came back,
// needs. The kernel keeps privileges for each thread, and a Go program has
// many, so the program changes one thread and starts itself again from there:
// after that, no thread of the process has ever had more. It returns only when
// that was done before, or failed.
func DropPrivileges(name string) error {
	who, err := lookup(name)
	if err != nil {
		return err
	}
	if os.Getenv(droppedMark) == name && os.Geteuid() == who.uid {
		return os.Unsetenv(droppedMark)
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("--user %s: only root can become another user; leave it out", name)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	runtime.LockOSThread() // never unlocked: this thread execs, or the program ends
	if err := become(who); err != nil {
		return fmt.Errorf("--user %s: %w", name, err)
	}
	env := append(os.Environ(), droppedMark+"="+name)
	return fmt.Errorf("--user %s: cannot start %s as that user: %w", name, program, unix.Exec(program, os.Args, env))
}

// identity is a user by numbers, with all groups: the gateway's log may be
// readable by one of them only.
type identity struct {
	uid, gid int
	groups   []uint32
}

func lookup(name string) (identity, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return identity{}, fmt.Errorf("--user %s: no such user; create one: useradd --system --shell /usr/sbin/nologin %s", name, name)
	}
	list, err := u.GroupIds()
	if err != nil {
		return identity{}, fmt.Errorf("--user %s: groups: %w", name, err)
	}
	var who identity
	if who.uid, err = strconv.Atoi(u.Uid); err == nil {
		who.gid, err = strconv.Atoi(u.Gid)
	}
	for _, one := range list {
		n, e := strconv.ParseUint(one, 10, 32)
		who.groups, err = append(who.groups, uint32(n)), cmp.Or(err, e)
	}
	return who, err
}

// become changes the calling thread: see capabilities(7) for the order.
func become(who identity) error {
	if err := unix.Prctl(unix.PR_SET_KEEPCAPS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("keep capabilities: %w", err)
	}
	uid, gid := uintptr(who.uid), uintptr(who.gid)
	steps := []struct {
		what    string
		number  uintptr
		a, b, c uintptr
	}{
		{"groups", unix.SYS_SETGROUPS, uintptr(len(who.groups)), uintptr(unsafe.Pointer(unsafe.SliceData(who.groups))), 0},
		{"group", unix.SYS_SETRESGID, gid, gid, gid},
		{"user", unix.SYS_SETRESUID, uid, uid, uid},
	}
	for _, s := range steps {
		if _, _, errno := unix.RawSyscall(s.number, s.a, s.b, s.c); errno != 0 {
			return fmt.Errorf("%s: %w", s.what, errno)
		}
	}
	runtime.KeepAlive(who.groups)
	return keepOnly(unix.CAP_NET_RAW)
}

// keepOnly leaves one capability, which exec hands on (ambient).
func keepOnly(capability uint) error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	bit := uint32(1) << capability
	data[0] = unix.CapUserData{Effective: bit, Permitted: bit, Inheritable: bit}
	if _, _, errno := unix.RawSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data[0])), 0); errno != 0 {
		return fmt.Errorf("capset: %w", errno)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, uintptr(capability), 0, 0); err != nil {
		return fmt.Errorf("ambient capability: %w", err)
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}
