//go:build cgo

package capture

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/gopacket/pcap"
)

// pcapTap listens through libpcap.
type pcapTap struct {
	handle *pcap.Handle
	link   int32

	received, kernel, device counter32
}

func openTap(name string, cfg *LiveConfig) (tap, error) {
	inactive, err := pcap.NewInactiveHandle(name)
	if err != nil {
		return nil, err
	}
	defer inactive.CleanUp()
	if err := prepare(inactive, name, cfg); err != nil {
		return nil, err
	}
	handle, err := inactive.Activate()
	if err != nil {
		return nil, activateProblem(inactive, err)
	}
	t := &pcapTap{handle: handle, link: linkOfDLT(int32(handle.LinkType()))}
	if expr := cfg.expression(t.link); expr != "" {
		if err := handle.SetBPFFilter(expr); err != nil {
			handle.Close()
			return nil, fmt.Errorf("filter %q: %w", expr, err)
		}
	}
	return t, nil
}

func prepare(h *pcap.InactiveHandle, name string, cfg *LiveConfig) error {
	return errors.Join(
		h.SetSnapLen(cfg.Snaplen),
		// libpcap answers a promiscuous "any" with a warning, which gopacket
		// takes for a failure.
		h.SetPromisc(!cfg.Local && name != "any"),
		h.SetTimeout(liveWait),
		h.SetBufferSize(cfg.Buffer),
		h.SetImmediateMode(!cfg.Batched),
	)
}

// activateProblem adds libpcap's own words, which gopacket keeps aside.
func activateProblem(h *pcap.InactiveHandle, err error) error {
	if words := h.Error(); words != nil && words.Error() != "" && !strings.Contains(err.Error(), words.Error()) {
		return fmt.Errorf("%w (%w)", err, words)
	}
	return err
}

// linkOfDLT is the LINKTYPE_ value of a DLT_ value where they differ
// (tcpdump.org/linktypes.html): raw IP is 12 or 14 here and 101 in a file.
func linkOfDLT(dlt int32) int32 {
	if dlt == 12 || dlt == 14 {
		return linkRaw
	}
	return dlt
}

func (t *pcapTap) read(r *record) error {
	data, info, err := t.handle.ZeroCopyReadPacketData()
	switch {
	case err == pcap.NextErrorTimeoutExpired:
		return errIdle
	case err == io.EOF:
		return errors.New("the interface is gone")
	case err != nil:
		if words := t.handle.Error(); words != nil && words.Error() != "" {
			return words
		}
		return err
	}
	r.data, r.wire, r.time, r.link = data, max(info.Length, len(data)), Time(info.Timestamp.UnixNano()), t.link
	return nil
}

func (t *pcapTap) drops() Drops {
	if s, err := t.handle.Stats(); err == nil {
		t.received.reads(s.PacketsReceived)
		t.kernel.reads(s.PacketsDropped)
		t.device.reads(s.PacketsIfDropped)
	}
	return Drops{Received: t.received.total, Kernel: t.kernel.total, Interface: t.device.total}
}

// counter32 goes on where one of libpcap's (struct pcap_stat, pcap_stats(3))
// begins anew: after 2^32 packets, days of a busy port.
type counter32 struct {
	last  uint32
	total int64
}

// reads takes the present value. One that went back a little, as a driver that
// was reset, has not gone round.
func (c *counter32) reads(value int) {
	if more := uint32(value) - c.last; more < 1<<31 {
		c.total += int64(more)
	}
	c.last = uint32(value)
}

func (t *pcapTap) links() int32 { return t.link }

func (t *pcapTap) close() { t.handle.Close() }
