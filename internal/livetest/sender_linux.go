package livetest

import (
	"errors"
	"fmt"
	"net"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Sender puts Ethernet frames on an interface, many with one call, at a pace.
type Sender struct {
	fd      int
	headers []message
	vectors []unix.Iovec
	buffer  []byte
	n       int

	// Rate is how many frames a second are sent at most; 0 = as many as go.
	Rate  int
	begun time.Time
	Sent  int64 // frames that the kernel took
	Bytes int64
}

// message is struct mmsghdr of sendmmsg(2).
type message struct {
	header unix.Msghdr
	length uint32
	_      [4]byte
}

const (
	sendMost   = 64
	frameRoom  = 16 << 10
	busyFor    = 10 * time.Second // ENOBUFS for longer is an error
	busyPause  = 50 * time.Microsecond
	paceSlices = 2 * time.Millisecond
	paceBehind = time.Second
)

// NewSender opens an interface.
func NewSender(name string) (*Sender, error) {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0) // protocol 0: it receives nothing
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	s := &Sender{fd: fd, headers: make([]message, sendMost), vectors: make([]unix.Iovec, sendMost), buffer: make([]byte, sendMost*frameRoom)}
	_ = unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1) // a queue would only be one more place to drop
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, 8<<20)
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: i.Index}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	for i := range s.headers {
		s.headers[i].header.Iov = &s.vectors[i]
		s.headers[i].header.SetIovlen(1)
	}
	return s, nil
}

// Send copies a frame, and sends when many are there.
func (s *Sender) Send(frame []byte) error {
	if len(frame) > frameRoom {
		return fmt.Errorf("a frame of %d bytes", len(frame))
	}
	at := s.buffer[s.n*frameRoom:]
	s.vectors[s.n].Base = &at[0]
	s.vectors[s.n].SetLen(copy(at, frame))
	if s.n++; s.n == sendMost {
		return s.Flush()
	}
	return nil
}

// Flush sends what waits.
func (s *Sender) Flush() error {
	from := 0
	var busy time.Time
	for from < s.n {
		n, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(s.fd), uintptr(unsafe.Pointer(&s.headers[from])), uintptr(s.n-from), 0, 0, 0)
		switch {
		case errno == unix.EINTR:
		case errno == unix.ENOBUFS || errno == unix.EAGAIN:
			if busy.IsZero() {
				busy = time.Now()
			} else if time.Since(busy) > busyFor {
				return errno
			}
			time.Sleep(busyPause)
		case errno != 0:
			return errno
		default:
			for i := from; i < from+int(n); i++ {
				s.Bytes += int64(s.headers[i].length)
			}
			s.Sent += int64(n)
			from += int(n)
		}
	}
	s.n = 0
	s.pace()
	return nil
}

// pace waits until what was sent is due.
func (s *Sender) pace() {
	if s.Rate == 0 {
		return
	}
	if s.begun.IsZero() {
		s.begun = time.Now().Add(-time.Duration(s.Sent) * time.Second / time.Duration(s.Rate))
	}
	due := s.begun.Add(time.Duration(float64(s.Sent) / float64(s.Rate) * float64(time.Second)))
	switch ahead := time.Until(due); {
	case ahead > paceSlices:
		time.Sleep(ahead)
	case ahead < -paceBehind: // the machine stood still: that is not made good by a flood
		s.begun = time.Time{}
	}
}

// Pace begins a new rate.
func (s *Sender) Pace(rate int) { s.Rate, s.begun = rate, time.Time{} }

// Close sends what waits.
func (s *Sender) Close() error { return errors.Join(s.Flush(), unix.Close(s.fd)) }
