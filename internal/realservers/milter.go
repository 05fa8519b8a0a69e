//go:build linux

package realservers

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sleepySender is whose messages the milter sleeps over, at their end, for
// longer than the server's timeout for an answer; all others it lets pass.
const (
	sleepySender = "sleepy@example.net"
	milterSleep  = 6 * time.Second
)

// Commands and answers of the milter protocol, and the steps that the milter
// does not want to hear of (libmilter/mfdef.h of sendmail 8.17).
const (
	milterNegotiate = 'O'
	milterMail      = 'M'
	milterEndOfBody = 'E'
	milterMacros    = 'D'
	milterAbort     = 'A'
	milterQuit      = 'Q'
	milterAccept    = 'a'
	milterContinue  = 'c'

	milterVersion = 6
	milterSkips   = 0x1 | 0x2 | 0x8 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200 // all but MAIL
	milterMost    = 1 << 20                                              // octets of a packet
)

// serveMilter answers as a milter on a socket in the server's root.
func serveMilter(root, path string) error {
	full := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	l, err := net.Listen("unix", full)
	if err != nil {
		return err
	}
	if err := os.Chmod(full, 0o600); err != nil {
		return err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go filterMail(conn)
		}
	}()
	return nil
}

// filterMail serves one connection of the server.
func filterMail(conn net.Conn) {
	defer conn.Close()
	sleepy := false
	for {
		command, body, err := readMilter(conn)
		if err != nil {
			return
		}
		answer := []byte{milterContinue}
		switch command {
		case milterNegotiate:
			answer = binary.BigEndian.AppendUint32([]byte{milterNegotiate}, milterVersion)
			answer = binary.BigEndian.AppendUint32(answer, 0) // it changes nothing
			answer = binary.BigEndian.AppendUint32(answer, milterSkips)
		case milterMail:
			if sleepy = strings.Contains(string(body), sleepySender); !sleepy {
				answer = []byte{milterAccept}
			}
		case milterEndOfBody:
			if sleepy {
				time.Sleep(milterSleep)
			}
		case milterMacros, milterAbort:
			continue
		case milterQuit:
			return
		}
		if err := writeMilter(conn, answer); err != nil {
			return
		}
	}
}

// readMilter reads one packet: a length, a letter, and what belongs to it.
func readMilter(r io.Reader) (command byte, body []byte, err error) {
	var size uint32
	if err := binary.Read(r, binary.BigEndian, &size); err != nil {
		return 0, nil, err
	}
	if size == 0 || size > milterMost {
		return 0, nil, io.ErrUnexpectedEOF
	}
	packet := make([]byte, size)
	if _, err := io.ReadFull(r, packet); err != nil {
		return 0, nil, err
	}
	return packet[0], packet[1:], nil
}

func writeMilter(w io.Writer, packet []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(packet))), packet...))
	return err
}
