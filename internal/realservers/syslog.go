//go:build linux

package realservers

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A syslog is the /dev/log of one server's root, written to a file the way
// syslog daemons do by default: RFC 3164, with the host's name, without the
// priority.
type syslog struct {
	socket *net.UnixConn
	mu     sync.Mutex
	out    io.Writer
	fine   io.Writer // the same lines, with RFC 3339 times of microseconds
}

// maxLogLine bounds one datagram; longer lines are cut.
const maxLogLine = 16 << 10

func listenSyslog(root, host string, out, fine io.Writer) (*syslog, error) {
	path := filepath.Join(root, "dev", "log")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o666); err != nil {
		return nil, err
	}
	s := &syslog{socket: socket, out: out, fine: fine}
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
		line := logLine(buf[:n], host)
		_, _ = s.out.Write(line) // a full disk shows when the file is closed
		_, _ = s.fine.Write(fineLine(line, time.Now()))
		s.mu.Unlock()
	}
}

// fineTime is the time of rsyslog's RSYSLOG_FileFormat.
const fineTime = "2006-01-02T15:04:05.000000Z07:00 "

// fineLine gives a line the moment at which it came.
func fineLine(line []byte, at time.Time) []byte {
	if len(line) < stampLength {
		return line
	}
	return append(at.UTC().AppendFormat(nil, fineTime), line[stampLength:]...)
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
