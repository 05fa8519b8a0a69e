//go:build cgo

package capture

import (
	"encoding/binary"
	"fmt"
	"os"

	"github.com/google/gopacket/pcap"
)

// filterSnapLen is the length up to which a compiled filter may look.
const filterSnapLen = 262144

// compileBPF has libpcap compile expr for a link type. gopacket's own way
// there takes the link type as a uint8, which turns 276 (Linux cooked, version
// 2) into 20, and as a DLT, which is another number for raw IP. A capture
// without packets, read from a pipe, tells libpcap the link type whole.
func compileBPF(link int32, expr string) (bpfProgram, error) {
	handle, err := emptyCapture(link)
	if err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	defer handle.Close()
	code, err := handle.CompileBPFFilter(expr)
	if err != nil {
		return nil, fmt.Errorf("filter %q: %w", expr, err)
	}
	program := make(bpfProgram, len(code))
	for i, c := range code {
		program[i] = bpfInstruction{code: c.Code, yes: c.Jt, no: c.Jf, k: c.K}
	}
	if err := program.check(); err != nil {
		return nil, fmt.Errorf("filter %q: %w", expr, err)
	}
	return program, nil
}

// emptyCapture opens a capture of a link type that holds no packet.
func emptyCapture(link int32) (*pcap.Handle, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	// Opening the pipe by name waits for a writer, so w stays open. By name,
	// because gopacket would close a descriptor that it is handed behind the
	// back of the os.File.
	defer w.Close()
	defer r.Close()
	if _, err := w.Write(pcapHeader(link)); err != nil {
		return nil, err
	}
	return pcap.OpenOffline(fmt.Sprintf("/dev/fd/%d", r.Fd()))
}

// pcapHeader is the header of a pcap file, version 2.4.
func pcapHeader(link int32) []byte {
	b := make([]byte, 0, 24)
	b = binary.LittleEndian.AppendUint32(b, 0xa1b2c3d4)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, filterSnapLen)
	return binary.LittleEndian.AppendUint32(b, uint32(link))
}
