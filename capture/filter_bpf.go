package capture

import (
	"errors"
	"fmt"
)

// bpfInstruction is one instruction of the classic BPF machine (S. McCanne,
// V. Jacobson, "The BSD Packet Filter", 1993, table 1).
type bpfInstruction struct {
	code    uint16
	yes, no uint8 // how far a conditional jump goes
	k       uint32
}

// bpfProgram is a filter. It is run here, not by libpcap, to spare a call
// into C for every frame.
type bpfProgram []bpfInstruction

// Instruction classes, sizes, modes, operations and sources, as they make up
// a code.
const (
	bpfLD, bpfLDX, bpfST, bpfSTX = 0x00, 0x01, 0x02, 0x03
	bpfALU, bpfJMP, bpfRET       = 0x04, 0x05, 0x06
	bpfMISC                      = 0x07
	bpfClass                     = 0x07

	bpfW, bpfH, bpfB = 0x00, 0x08, 0x10

	bpfIMM, bpfABS, bpfIND = 0x00, 0x20, 0x40
	bpfMEM, bpfLEN, bpfMSH = 0x60, 0x80, 0xa0

	bpfADD, bpfSUB, bpfMUL, bpfDIV = 0x00, 0x10, 0x20, 0x30
	bpfOR, bpfAND, bpfLSH, bpfRSH  = 0x40, 0x50, 0x60, 0x70
	bpfNEG, bpfMOD, bpfXOR         = 0x80, 0x90, 0xa0
	bpfOperation                   = 0xf0

	bpfJA, bpfJEQ, bpfJGT, bpfJGE, bpfJSET = 0x00, 0x10, 0x20, 0x30, 0x40

	bpfX   = 0x08 // the operand is X, not k
	bpfA   = 0x10 // RET: the answer is A, not k
	bpfTXA = 0x80 // MISC: A = X, not X = A

	bpfMemory = 16 // words
)

var errBPF = errors.New("libpcap compiled it to a program that cannot be run")

// check reports whether every jump goes forward and stays inside, every
// memory word exists, and the program ends: then run ends, too.
func (p bpfProgram) check() error {
	for i, c := range p {
		left := len(p) - i - 1
		bad := false
		switch c.code & bpfClass {
		case bpfJMP:
			if c.code&bpfOperation == bpfJA {
				bad = int64(c.k) >= int64(left)
			} else {
				bad = int(c.yes) >= left || int(c.no) >= left
			}
		case bpfST, bpfSTX:
			bad = c.k >= bpfMemory
		case bpfLD, bpfLDX:
			bad = c.code&0xe0 == bpfMEM && c.k >= bpfMemory
		}
		if bad {
			return fmt.Errorf("%w: instruction %d", errBPF, i)
		}
	}
	if len(p) == 0 || p[len(p)-1].code&bpfClass != bpfRET {
		return errBPF
	}
	return nil
}

// run reports whether a frame of wire bytes, of which data was captured,
// passes. A load from beyond data drops the frame, as libpcap has it.
func (p bpfProgram) run(data []byte, wire int) bool {
	m := bpfMachine{data: data, wire: uint32(wire)}
	for pc := 0; pc < len(p); pc++ {
		c := &p[pc]
		switch c.code & bpfClass {
		case bpfLD, bpfLDX:
			if !m.load(c) {
				return false
			}
		case bpfST:
			m.memory[c.k&(bpfMemory-1)] = m.a
		case bpfSTX:
			m.memory[c.k&(bpfMemory-1)] = m.x
		case bpfALU:
			if !m.compute(c) {
				return false
			}
		case bpfJMP:
			pc += m.jump(c)
		case bpfRET:
			if c.code&bpfA != 0 {
				return m.a != 0
			}
			return c.k != 0
		case bpfMISC:
			if c.code&bpfTXA != 0 {
				m.a = m.x
			} else {
				m.x = m.a
			}
		}
	}
	return false
}

// bpfMachine is the state of a run.
type bpfMachine struct {
	data   []byte
	wire   uint32
	a, x   uint32
	memory [bpfMemory]uint32
}

// load does LD and LDX; false where the frame is too short.
func (m *bpfMachine) load(c *bpfInstruction) bool {
	v, ok := c.k, true
	switch c.code & 0xe0 {
	case bpfABS:
		v, ok = m.fetch(uint64(c.k), c.code&0x18)
	case bpfIND:
		v, ok = m.fetch(uint64(c.k)+uint64(m.x), c.code&0x18)
	case bpfMEM:
		v = m.memory[c.k&(bpfMemory-1)]
	case bpfLEN:
		v = m.wire
	case bpfMSH: // the length of an IPv4 header
		v, ok = m.fetch(uint64(c.k), bpfB)
		v = v & 0x0f * 4
	}
	if c.code&bpfClass == bpfLD {
		m.a = v
	} else {
		m.x = v
	}
	return ok
}

// fetch reads a number of the given size from the frame.
func (m *bpfMachine) fetch(at uint64, size uint16) (uint32, bool) {
	n := uint64(len(m.data))
	switch {
	case size == bpfW && at+4 <= n:
		return be32(m.data[at:]), true
	case size == bpfH && at+2 <= n:
		return uint32(be16(m.data[at:])), true
	case size == bpfB && at < n:
		return uint32(m.data[at]), true
	}
	return 0, false
}

func (m *bpfMachine) operand(c *bpfInstruction) uint32 {
	if c.code&bpfX != 0 {
		return m.x
	}
	return c.k
}

// compute does arithmetic; false on division by zero, which drops the frame.
func (m *bpfMachine) compute(c *bpfInstruction) bool {
	v := m.operand(c)
	switch c.code & bpfOperation {
	case bpfADD:
		m.a += v
	case bpfSUB:
		m.a -= v
	case bpfMUL:
		m.a *= v
	case bpfDIV, bpfMOD:
		if v == 0 {
			return false
		}
		if c.code&bpfOperation == bpfDIV {
			m.a /= v
		} else {
			m.a %= v
		}
	case bpfOR:
		m.a |= v
	case bpfAND:
		m.a &= v
	case bpfXOR:
		m.a ^= v
	case bpfLSH:
		m.a <<= v
	case bpfRSH:
		m.a >>= v
	case bpfNEG:
		m.a = -m.a
	}
	return true
}

// jump says how many instructions to leave out.
func (m *bpfMachine) jump(c *bpfInstruction) int {
	v, met := m.operand(c), false
	switch c.code & bpfOperation {
	case bpfJA:
		return int(c.k)
	case bpfJEQ:
		met = m.a == v
	case bpfJGT:
		met = m.a > v
	case bpfJGE:
		met = m.a >= v
	case bpfJSET:
		met = m.a&v != 0
	}
	if met {
		return int(c.yes)
	}
	return int(c.no)
}
