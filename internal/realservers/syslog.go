//go:build linux

package realservers

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
)

// A syslog is the /dev/log of one server's root, written to a file the way
// syslog daemons do by default: RFC 3164, with the host's name, without the
// priority.
type syslog struct {
	socket *net.UnixConn
	mu     sync.Mutex
	out    io.Writer
}

// maxLogLine bounds one datagram; longer lines are cut.
const maxLogLine = 16 << 10

func listenSyslog(root, host string, out io.Writer) (*syslog, error) {
	path := filepath.Join(root, "dev", "log")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o666); err != nil {
		return nil, err
	}
	s := &syslog{socket: socket, out: out}
	go s.run(host)
	return s, nil
}

func (s *syslog) run(host string) {
	buf := make([]byte, maxLogLine)
	for {
		n, err := s.socket.Read(buf)
		if err != nil {
			return
		}
		s.mu.Lock()
		_, _ = s.out.Write(logLine(buf[:n], host)) // a full disk shows when the file is closed
		s.mu.Unlock()
	}
}

// stampLength is the length of "Nov 22 16:02:01 ", which syslog(3) writes.
const stampLength = 16

func logLine(p []byte, host string) []byte {
	if end := bytes.IndexByte(p, '>'); len(p) > 0 && p[0] == '<' && end > 0 {
		p = p[end+1:]
	}
	p = bytes.TrimRight(p, "\n\x00")
	if len(p) < stampLength {
		return append(bytes.Clone(p), '\n')
	}
	line := append(bytes.Clone(p[:stampLength]), host+" "...)
	return append(append(line, p[stampLength:]...), '\n')
}
