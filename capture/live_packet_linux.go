//go:build !cgo && linux

package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// packetTap listens through an AF_PACKET socket (packet(7)), for builds
// without libpcap. It is slower than libpcap's ring and has no filter.
type packetTap struct {
	fd    int
	link  int32
	any   bool
	data  []byte
	oob   []byte
	total Drops

	// of the frame in hand
	tagged    bool
	tpid, tci uint16
}

// errNoLiveFilter is ErrNoFilter for who listens.
var errNoLiveFilter = errors.New("this build has no libpcap to compile a filter with: leave --filter out and all packets are looked at, or build with cgo and libpcap's headers")

// sllHeader is how long the header is that stands for the link layer of
// "any" (LINKTYPE_LINUX_SLL).
const sllHeader = 16

// vlanRoom is kept free in front of a frame for a VLAN tag, which the kernel
// hands over apart from it.
const vlanRoom = 4

func openTap(name string, cfg *LiveConfig) (tap, error) {
	if cfg.Filter != "" {
		return nil, errNoLiveFilter
	}
	t := &packetTap{link: linkEthernet, any: name == "any", oob: make([]byte, 256), data: make([]byte, sllHeader+vlanRoom+cfg.Snaplen)}
	index, err := t.choose(name)
	if err != nil {
		return nil, err
	}
	kind := unix.SOCK_RAW
	if t.any {
		kind, t.link = unix.SOCK_DGRAM, linkSLL
	}
	fd, err := unix.Socket(unix.AF_PACKET, kind|unix.SOCK_CLOEXEC, 0) // protocol 0: nothing yet
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	t.fd = fd
	if err := t.set(index, cfg); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return t, nil
}

// choose finds the interface's index, and whether its frames are Ethernet.
func (t *packetTap) choose(name string) (int, error) {
	if t.any {
		return 0, nil
	}
	i, err := net.InterfaceByName(name)
	if err != nil {
		return 0, unix.ENODEV
	}
	if i.Flags&net.FlagUp == 0 {
		return 0, unix.ENETDOWN // bind(2) takes it, and the first read would say so
	}
	if len(i.HardwareAddr) == 0 && i.Flags&net.FlagLoopback == 0 {
		t.link = linkRaw // tun and the like
	}
	return i.Index, nil
}

func (t *packetTap) set(index int, cfg *LiveConfig) error {
	wait := unix.NsecToTimeval(liveWait.Nanoseconds())
	err := errors.Join(
		unix.SetsockoptInt(t.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, cfg.Buffer),
		unix.SetsockoptInt(t.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1),
		unix.SetsockoptInt(t.fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptTimeval(t.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait),
	)
	if err != nil {
		return err
	}
	_ = unix.SetsockoptInt(t.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, cfg.Buffer) // beyond rmem_max, where allowed
	if !cfg.Local && !t.any {
		member := unix.PacketMreq{Ifindex: int32(index), Type: unix.PACKET_MR_PROMISC}
		if err := unix.SetsockoptPacketMreq(t.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &member); err != nil {
			return err
		}
	}
	all := uint16(unix.ETH_P_ALL)
	return unix.Bind(t.fd, &unix.SockaddrLinklayer{Protocol: all<<8 | all>>8, Ifindex: index})
}

func (t *packetTap) read(r *record) error {
	start := sllHeader + vlanRoom
	n, oobn, _, from, err := unix.Recvmsg(t.fd, t.data[start:], t.oob, unix.MSG_TRUNC)
	switch err {
	case nil:
	case unix.EAGAIN, unix.EINTR:
		return errIdle
	default:
		return err
	}
	r.wire, r.link = n, t.link
	r.data = t.data[start : start+min(n, len(t.data)-start)]
	r.time = Time(time.Now().UnixNano())
	t.tagged = false
	t.control(t.oob[:oobn], r)
	if ll, ok := from.(*unix.SockaddrLinklayer); ok && t.any {
		t.cook(r, ll)
	}
	return nil
}

// control reads the time stamp and the VLAN tag.
func (t *packetTap) control(oob []byte, r *record) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range messages {
		switch {
		case m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SO_TIMESTAMPNS && len(m.Data) >= int(unsafe.Sizeof(unix.Timespec{})):
			r.time = Time((*unix.Timespec)(unsafe.Pointer(&m.Data[0])).Nano())
		case m.Header.Level == unix.SOL_PACKET && m.Header.Type == unix.PACKET_AUXDATA && len(m.Data) >= int(unsafe.Sizeof(unix.TpacketAuxdata{})):
			t.tag((*unix.TpacketAuxdata)(unsafe.Pointer(&m.Data[0])), r)
		}
	}
}

// tag puts the VLAN tag back where it was on the wire, as libpcap does; cook
// does that where there is no Ethernet header.
func (t *packetTap) tag(aux *unix.TpacketAuxdata, r *record) {
	const addresses = 12
	if aux.Status&unix.TP_STATUS_VLAN_VALID == 0 {
		return
	}
	t.tagged, t.tpid, t.tci = true, aux.Vlan_tpid, aux.Vlan_tci
	if aux.Status&unix.TP_STATUS_VLAN_TPID_VALID == 0 {
		t.tpid = etherVLAN
	}
	if t.link != linkEthernet || len(r.data) < addresses {
		return
	}
	begin := sllHeader
	copy(t.data[begin:], r.data[:addresses])
	binary.BigEndian.PutUint16(t.data[begin+addresses:], t.tpid)
	binary.BigEndian.PutUint16(t.data[begin+addresses+2:], t.tci)
	r.data = t.data[begin : begin+vlanRoom+len(r.data)]
	r.wire += vlanRoom
}

// cook puts a header in front that says what the frame is, as of "any" the
// kernel hands over the network layer only.
func (t *packetTap) cook(r *record, ll *unix.SockaddrLinklayer) {
	begin, length := vlanRoom, sllHeader
	if t.tagged {
		begin, length = 0, sllHeader+vlanRoom
	}
	h := t.data[begin : begin+length]
	clear(h)
	binary.BigEndian.PutUint16(h[0:], uint16(ll.Pkttype))
	binary.BigEndian.PutUint16(h[2:], ll.Hatype)
	binary.BigEndian.PutUint16(h[4:], uint16(ll.Halen))
	copy(h[6:14], ll.Addr[:])
	if t.tagged {
		binary.BigEndian.PutUint16(h[14:], t.tpid)
		binary.BigEndian.PutUint16(h[16:], t.tci)
	}
	h[length-2], h[length-1] = byte(ll.Protocol), byte(ll.Protocol>>8) // in network order already
	r.data = t.data[begin : begin+length+len(r.data)]
	r.wire += length
}

func (t *packetTap) drops() Drops {
	s, err := unix.GetsockoptTpacketStats(t.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err == nil { // reading clears them
		t.total.add(Drops{Received: int64(s.Packets), Kernel: int64(s.Drops)})
	}
	return t.total
}

func (t *packetTap) links() int32 { return t.link }

func (t *packetTap) close() { unix.Close(t.fd) }
