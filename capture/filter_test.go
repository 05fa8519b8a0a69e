package capture

import (
	"strings"
	"testing"
)

func TestBPFMachine(t *testing.T) {
	frame := []byte{0x45, 0x02, 0x03, 0x04, 0xff, 0xfe}
	ret := func(k uint32) bpfInstruction { return bpfInstruction{code: bpfRET, k: k} }
	load := func(size uint16, at uint32) bpfInstruction {
		return bpfInstruction{code: bpfLD | size | bpfABS, k: at}
	}
	// equal passes where A is k.
	equal := func(k uint32, before ...bpfInstruction) bpfProgram {
		return append(before, bpfInstruction{code: bpfJMP | bpfJEQ, k: k, no: 1}, ret(1), ret(0))
	}
	alu := func(op uint16, k uint32) bpfInstruction { return bpfInstruction{code: bpfALU | op, k: k} }
	for _, c := range []struct {
		name    string
		program bpfProgram
		want    bool
	}{
		{"pass", bpfProgram{ret(65535)}, true},
		{"drop", bpfProgram{ret(0)}, false},
		{"byte", equal(2, load(bpfB, 1)), true},
		{"half word", equal(0x0304, load(bpfH, 2)), true},
		{"word", equal(0x0304fffe, load(bpfW, 2)), true},
		{"word over the end", bpfProgram{load(bpfW, 3), ret(1)}, false},
		{"offset that overflows", bpfProgram{
			{code: bpfLDX | bpfIMM, k: 8}, {code: bpfLD | bpfB | bpfIND, k: 0xfffffffc}, ret(1)}, false},
		{"indirect", equal(0xff, bpfInstruction{code: bpfLDX | bpfIMM, k: 3}, bpfInstruction{code: bpfLD | bpfB | bpfIND, k: 1}), true},
		{"header length", equal(20, bpfInstruction{code: bpfLDX | bpfB | bpfMSH}, bpfInstruction{code: bpfMISC | bpfTXA}), true},
		{"wire length", equal(99, bpfInstruction{code: bpfLD | bpfLEN}), true},
		{"memory", equal(7, bpfInstruction{code: bpfLD | bpfIMM, k: 7}, bpfInstruction{code: bpfST, k: 15},
			bpfInstruction{code: bpfLD | bpfIMM}, bpfInstruction{code: bpfLD | bpfMEM, k: 15}), true},
		{"add, subtract, multiply", equal(8, load(bpfB, 1), alu(bpfADD, 5), alu(bpfSUB, 3), alu(bpfMUL, 2)), true},
		{"divide", equal(3, load(bpfB, 3), alu(bpfMUL, 4), alu(bpfDIV, 5)), true},
		{"remainder", equal(1, load(bpfB, 3), alu(bpfMUL, 4), alu(bpfMOD, 5)), true},
		{"divide by X, which is 0", bpfProgram{{code: bpfALU | bpfDIV | bpfX}, ret(1)}, false},
		{"and, or, xor", equal(0x1e, load(bpfB, 4), alu(bpfAND, 0x0f), alu(bpfXOR, 1), alu(bpfOR, 0x10)), true},
		{"shifts", equal(4, load(bpfB, 1), alu(bpfLSH, 4), alu(bpfRSH, 3)), true},
		{"negate", equal(0xfffffffe, load(bpfB, 1), alu(bpfNEG, 0)), true},
		{"greater", bpfProgram{load(bpfB, 1), {code: bpfJMP | bpfJGT, k: 2, yes: 1}, ret(1), ret(0)}, true},
		{"greater or equal", bpfProgram{load(bpfB, 1), {code: bpfJMP | bpfJGE, k: 2, no: 1}, ret(1), ret(0)}, true},
		{"bits", bpfProgram{load(bpfB, 1), {code: bpfJMP | bpfJSET, k: 6, no: 1}, ret(1), ret(0)}, true},
		{"always", bpfProgram{{code: bpfJMP | bpfJA, k: 1}, ret(0), ret(1)}, true},
		{"answer in A", bpfProgram{load(bpfB, 1), {code: bpfRET | bpfA}}, true},
	} {
		if err := c.program.check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := c.program.run(frame, 99); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestBPFCheck(t *testing.T) {
	for name, p := range map[string]bpfProgram{
		"empty":             {},
		"no end":            {{code: bpfLD | bpfIMM}},
		"jump out":          {{code: bpfJMP | bpfJEQ, yes: 1}, {code: bpfRET}},
		"jump out, no":      {{code: bpfJMP | bpfJEQ, no: 9}, {code: bpfRET}},
		"jump back":         {{code: bpfJMP | bpfJA, k: 0xffffffff}, {code: bpfRET}},
		"memory word 16":    {{code: bpfST, k: 16}, {code: bpfRET}},
		"memory word 16, X": {{code: bpfLDX | bpfMEM, k: 16}, {code: bpfRET}},
	} {
		if p.check() == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestNoFilter(t *testing.T) {
	f, err := compileFilter("")
	if err != nil || f != nil || !f.match(&record{}) || f.err() != nil {
		t.Error("an empty filter drops a frame")
	}
	if strings.Contains(ErrNoFilter.Error(), "\n") {
		t.Error("more than one line")
	}
}
