//go:build linux

package realservers

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"
)

// forgedTTL is the TTL of the RSTs that the router writes in another's name.
// Linux hosts start at 64: the difference is what a reader may find.
const forgedTTL = 250

// A forger sits on the router like an inline security device: it follows the
// sequence numbers of all connections and writes RSTs into them.
type forger struct {
	raw   int // IPPROTO_RAW socket of the router's namespace
	sniff int // AF_PACKET socket of the router's namespace

	mu   sync.Mutex
	next map[flow]uint32 // the sequence number that the receiver expects next
}

// flow is one direction of a connection.
type flow struct{ from, to netip.AddrPort }

func (f flow) reverse() flow { return flow{f.to, f.from} }

func newForger() (*forger, error) {
	f := &forger{next: make(map[flow]uint32)}
	err := inNamespace(routerNS, func() (err error) {
		if f.raw, err = unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW); err != nil {
			return err
		}
		f.sniff, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, int(hostToNet(unix.ETH_P_IP)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sockets of the router: %w", err)
	}
	go f.follow()
	return f, nil
}

func hostToNet(v uint16) uint16 { return v<<8 | v>>8 } // the harness runs on little-endian machines

// follow reads every packet that crosses the router until the run ends.
func (f *forger) follow() {
	buf := make([]byte, 1<<16)
	for {
		n, _, err := unix.Recvfrom(f.sniff, buf, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return
		}
		f.note(buf[:n])
	}
}

const (
	ipHeader  = 20
	tcpHeader = 20

	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

// note takes the sequence number after one IPv4 packet.
func (f *forger) note(p []byte) {
	if len(p) < ipHeader || p[9] != unix.IPPROTO_TCP {
		return
	}
	head := int(p[0]&0xf) * 4
	total := int(binary.BigEndian.Uint16(p[2:]))
	if head < ipHeader || total > len(p) || total < head+tcpHeader {
		return
	}
	tcp := p[head:total]
	payload := len(tcp) - int(tcp[12]>>4)*4
	if payload < 0 {
		return
	}
	end := binary.BigEndian.Uint32(tcp[4:]) + uint32(payload)
	if tcp[13]&(flagSYN|flagFIN) != 0 {
		end++
	}
	key := flow{address(p[12:16], tcp[0:2]), address(p[16:20], tcp[2:4])}
	f.mu.Lock()
	defer f.mu.Unlock()
	if last, known := f.next[key]; !known || tcp[13]&flagSYN != 0 || int32(end-last) > 0 {
		f.next[key] = end
	}
}

func address(ip, port []byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(ip)), binary.BigEndian.Uint16(port))
}

// reset writes a RST that claims to come from one side. ahead is added to the
// sequence number: 0 is what RFC 5961 section 3.2 wants of a RST that counts.
func (f *forger) reset(claimed flow, ahead uint32) error {
	f.mu.Lock()
	seq, known := f.next[claimed]
	ack := f.next[claimed.reverse()]
	f.mu.Unlock()
	if !known {
		return fmt.Errorf("no packet of %v seen on the router", claimed)
	}
	packet := rstPacket(claimed, seq+ahead, ack)
	return unix.Sendto(f.raw, packet, 0, &unix.SockaddrInet4{Addr: claimed.to.Addr().As4()})
}

func rstPacket(f flow, seq, ack uint32) []byte {
	p := make([]byte, ipHeader+tcpHeader)
	p[0] = 0x45
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	p[8], p[9] = forgedTTL, unix.IPPROTO_TCP
	from, to := f.from.Addr().As4(), f.to.Addr().As4()
	copy(p[12:], from[:])
	copy(p[16:], to[:])
	tcp := p[ipHeader:]
	binary.BigEndian.PutUint16(tcp[0:], f.from.Port())
	binary.BigEndian.PutUint16(tcp[2:], f.to.Port())
	binary.BigEndian.PutUint32(tcp[4:], seq)
	binary.BigEndian.PutUint32(tcp[8:], ack)
	tcp[12], tcp[13] = tcpHeader/4<<4, flagRST|flagACK
	binary.BigEndian.PutUint16(tcp[16:], tcpChecksum(p))
	return p
}

// tcpChecksum is RFC 9293 section 3.1 over a packet whose checksum is 0 and
// whose length is even. The kernel fills in the IP header's own.
func tcpChecksum(p []byte) uint16 {
	sum := uint32(unix.IPPROTO_TCP) + uint32(len(p)-ipHeader)
	for i := 12; i+1 < len(p); i += 2 { // addresses and TCP lie side by side
		sum += uint32(binary.BigEndian.Uint16(p[i:]))
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
