package wirescript

import (
	"math/rand/v2"
	"time"
)

// Reorder shuffles the frames of a file within a window: none is filed more
// than window-1 places from where it was. Each keeps its time stamp, as in a
// file written from several queues of a network card. Anything may cross
// anything; see ReorderSafely for what a verdict has to survive.
func Reorder(frames []Frame, window int, seed uint64) []Frame {
	return shuffle(frames, window, seed, func(a, b Frame) bool { return true })
}

// ReorderSafely is Reorder without the swaps that change the truth or hide it
// from any reader:
//   - a SYN, FIN or RST keeps its place among the frames of its connection,
//     since what lies before and after a RST no sequence number tells;
//   - frames of one connection more than half a second apart are not swapped,
//     nor any that are more than two seconds apart: files are out of order by
//     milliseconds, and behind a longer gap idle limits may have expired;
//   - ICMP errors and frames that are not TCP stay behind what they quote;
//   - frames of one connection with the same sequence number keep their order,
//     so that the first copy stays the first.
func ReorderSafely(frames []Frame, window int, seed uint64) []Frame {
	return shuffle(frames, window, seed, mayCross)
}

func mayCross(a, b Frame) bool {
	apart := b.Time.Sub(a.Time).Abs()
	va, ok := tcpView(a)
	if !ok || apart > 2*time.Second {
		return false
	}
	vb, ok := tcpView(b)
	if !ok {
		return false
	}
	fa, fb := flowOf(va.ip, va.tcp), flowOf(vb.ip, vb.tcp)
	if fa != fb && fa != fb.reverse() {
		return true
	}
	const fixed = flagSYN | flagFIN | flagRST
	if (va.flags()|vb.flags())&fixed != 0 || apart > time.Second/2 {
		return false
	}
	return fa != fb || va.seq() != vb.seq()
}

// shuffle swaps neighbours at random, window-1 times over.
func shuffle(frames []Frame, window int, seed uint64, may func(a, b Frame) bool) []Frame {
	out := append([]Frame(nil), frames...)
	random := rand.New(rand.NewPCG(seed, 0))
	from := make([]int, len(out))
	for i := range from {
		from[i] = i
	}
	for range window - 1 {
		for i := 0; i+1 < len(out); i++ {
			if random.IntN(2) == 0 || from[i+1]-i >= window || i+1-from[i] >= window || !may(out[i], out[i+1]) {
				continue
			}
			out[i], out[i+1] = out[i+1], out[i]
			from[i], from[i+1] = from[i+1], from[i]
		}
	}
	return out
}

// Duplicate captures every frame twice, the second time after delay, as a
// mirror port does that copies both where a packet comes in and where it goes
// out. ttlMinusOne puts a router in between.
func Duplicate(frames []Frame, ttlMinusOne bool, delay time.Duration) []Frame {
	out := make([]Frame, 0, 2*len(frames))
	var waiting []Frame
	// A file that was out of order stays so: a copy goes behind the frames
	// that come before its time, no frame moves.
	until := func(t time.Time) {
		for len(waiting) > 0 && waiting[0].Time.Before(t) {
			out, waiting = append(out, waiting[0]), waiting[1:]
		}
	}
	for _, f := range frames {
		until(f.Time)
		out, waiting = append(out, f), append(waiting, secondCopy(f, ttlMinusOne, delay))
	}
	return append(out, waiting...)
}

func secondCopy(f Frame, ttlMinusOne bool, delay time.Duration) Frame {
	f = f.clone()
	f.Time = f.Time.Add(delay)
	if below, ip, ok := ipPacket(f); ok && ttlMinusOne {
		copy(f.Data[len(below):], oneHopFurther(ip))
	}
	return f
}
