package live

import (
	"net"
	"os"
)

// Notify tells systemd what sd_notify(3) lists: "READY=1", "STOPPING=1",
// "WATCHDOG=1". It does nothing where systemd did not ask.
func Notify(state string) error {
	name := os.Getenv("NOTIFY_SOCKET")
	if name == "" {
		return nil
	}
	if name[0] == '@' {
		name = "\x00" + name[1:] // abstract, see unix(7)
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Write([]byte(state))
	return err
}
