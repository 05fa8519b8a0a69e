package redact

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"net/netip"
)

// IP addresses are encrypted bit by bit, each bit by those before it
// (Crypto-PAn; Xu, Fan, Ammar, Moon: "Prefix-Preserving IP Address
// Anonymization", 2002): two addresses that share their first n bits still do,
// and share no more. So subnets stay subnets, and different ones different.
//
// What tells a reader something and names nobody is kept: an address of a
// private network (RFC 1918), shared space (RFC 6598), link-local, multicast
// and so on stays in its range, and a public one stays public; loopback is
// kept as it is. There is no reserved range with room for all addresses, so a
// pseudonym may be an address that somebody has. It does not mean him.

// ranges are those that addresses do not leave, the narrower ones first. Of an
// address in none of them, bits is how many bits are kept.
type ranges struct {
	list []netip.Prefix
	bits int
}

var (
	ranges4 = ranges{list: prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
		"169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "0.0.0.0/8", "127.0.0.0/8")}
	ranges6 = ranges{list: prefixes("fe80::/10", "fc00::/7", "ff00::/8", "2000::/3"), bits: 3}

	verbatim = prefixes("127.0.0.0/8", "0.0.0.0/32", "255.255.255.255/32", "::/128", "::1/128")

	// nat64 holds an IPv4 address in its last bits (RFC 6052).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(words ...string) (list []netip.Prefix) {
	for _, w := range words {
		list = append(list, netip.MustParsePrefix(w))
	}
	return list
}

// of gives the place in the list of the range that holds ip; -1 = none.
func (r *ranges) of(ip netip.Addr) int {
	for i, p := range r.list {
		if p.Contains(ip) {
			return i
		}
	}
	return -1
}

// scrambler encrypts addresses.
type scrambler struct {
	block cipher.Block
	masks [2][128][aes.BlockSize]byte // a secret for each bit, of IPv4 and IPv6
	known map[netip.Addr]netip.Addr
}

func newScrambler(key Key) *scrambler {
	secret := derive(key.secret[:], "ip")
	block, err := aes.NewCipher(secret[:16])
	if err != nil {
		panic(err) // the key has the right length
	}
	s := &scrambler{block: block, known: map[netip.Addr]netip.Addr{}}
	for i := range s.masks {
		for j := range s.masks[i] {
			in := [aes.BlockSize]byte(secret[16:])
			in[0] ^= byte(i)
			in[1] ^= byte(j)
			block.Encrypt(s.masks[i][j][:], in[:])
		}
	}
	return s
}

// maxKnown bounds the addresses whose pseudonyms are remembered.
const maxKnown = 1 << 18

// addr is the pseudonym of an address. Zones are dropped.
func (s *scrambler) addr(ip netip.Addr) netip.Addr {
	ip = ip.WithZone("")
	if out, known := s.known[ip]; known {
		return out
	}
	out := s.scramble(ip)
	if len(s.known) >= maxKnown {
		clear(s.known)
	}
	s.known[ip] = out
	return out
}

func (s *scrambler) scramble(ip netip.Addr) netip.Addr {
	for _, p := range verbatim {
		if p.Contains(ip) {
			return ip
		}
	}
	switch {
	case !ip.IsValid():
		return ip
	case ip.Is4():
		return s.within(ip, &ranges4)
	case ip.Is4In6():
		return netip.AddrFrom16(s.addr(ip.Unmap()).As16())
	case nat64.Contains(ip):
		b := ip.As16()
		inner := s.addr(netip.AddrFrom4([4]byte(b[12:]))).As4()
		copy(b[12:], inner[:])
		return netip.AddrFrom16(b)
	}
	return s.within(ip, &ranges6)
}

// within encrypts an address until it is in the range that it was in: a walk
// along the cycle of a permutation comes back there at last (Black, Rogaway:
// "Ciphers with Arbitrary Finite Domains", 2002). How long it takes depends on
// no more bits than the longest of the ranges has, so longer prefixes stay.
func (s *scrambler) within(ip netip.Addr, r *ranges) netip.Addr {
	home, keep := r.of(ip), r.bits
	if home >= 0 {
		keep = r.list[home].Bits()
	}
	out := s.encrypt(ip, keep)
	for r.of(out) != home {
		out = s.encrypt(out, keep)
	}
	return out
}

// encrypt flips each bit behind the first keep ones by a bit of AES over all
// bits before it. Crypto-PAn fills the block with one secret pad; where its
// next bits are those of the address, the same block comes twice, and flips
// repeat. A mask for each place keeps all blocks apart.
func (s *scrambler) encrypt(ip netip.Addr, keep int) netip.Addr {
	in := ip.AsSlice()
	out := append([]byte(nil), in...)
	masks := &s.masks[len(in)/16]
	prefix, sum := [aes.BlockSize]byte{}, [aes.BlockSize]byte{}
	for i := range len(in) * 8 {
		at, bit := i/8, byte(0x80)>>(i%8)
		if i >= keep {
			subtle.XORBytes(sum[:], prefix[:], masks[i][:])
			s.block.Encrypt(sum[:], sum[:])
			if sum[0]&0x80 != 0 {
				out[at] ^= bit
			}
		}
		prefix[at] |= in[at] & bit
	}
	a, _ := netip.AddrFromSlice(out)
	return a
}
