#include "textflag.h"

// func lines(p unsafe.Pointer, n int)
TEXT ·lines(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), AX
	MOVQ n+8(FP), CX
	SUBQ $4, CX
	JLT  rest

four:
	PREFETCHT0 (AX)
	PREFETCHT0 64(AX)
	PREFETCHT0 128(AX)
	PREFETCHT0 192(AX)
	ADDQ       $256, AX
	SUBQ       $4, CX
	JGE        four

rest:
	ADDQ $4, CX
	JEQ  done

one:
	PREFETCHT0 (AX)
	ADDQ       $64, AX
	DECQ       CX
	JGT        one

done:
	RET

// func two(p, q unsafe.Pointer)
TEXT ·two(SB), NOSPLIT, $0-16
	MOVQ       p+0(FP), AX
	MOVQ       q+8(FP), CX
	PREFETCHT0 (AX)
	PREFETCHT0 (CX)
	RET
