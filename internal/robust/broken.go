package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"

	"smtpscope/internal/wirescript"
)

// golden are the captures of testdata, by the names of their cases, as pcap
// (or pcapng, where they have several link types).
func (t *trial) golden() (names []string, files map[string][]byte) {
	files = map[string][]byte{}
	paths, _ := filepath.Glob(t.root + "/testdata/*/session.txt")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		script, err := wirescript.Parse(bytes.NewReader(text), path)
		if err != nil {
			panic(err)
		}
		frames, err := script.Frames()
		if err != nil {
			panic(err)
		}
		name := filepath.Base(filepath.Dir(path))
		file := packed(frames, len(names)%2 == 1)
		if len(file) > 100<<10 {
			continue
		}
		names = append(names, name)
		files[name] = file
	}
	return names, files
}

func packed(frames []wirescript.Frame, ng bool) []byte {
	var b bytes.Buffer
	err := wirescript.WritePcap(&b, frames, wirescript.PcapOptions{Nano: true})
	if ng || err != nil {
		return ngOf(frames, wirescript.PcapngOptions{TSResol: 9})
	}
	return b.Bytes()
}

func ngOf(frames []wirescript.Frame, o wirescript.PcapngOptions) []byte {
	var b bytes.Buffer
	if err := wirescript.WritePcapng(&b, frames, o); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// few are some of the golden captures: every n-th, and those of interest.
func few(names []string, n int) (list []string) {
	for i := 0; i < len(names); i += n {
		list = append(list, names[i])
	}
	return list
}

// places is which of them are tried, as the row says where it is not each.
func (t *trial) places(o *outcome) int {
	if t.every > 1 {
		o.said = fmt.Sprintf("every %dth place: ", t.every)
	}
	return t.every
}

// truncated cuts captures at every byte.
func truncated(t *trial) (o outcome) {
	names, files := t.golden()
	every, step := 10, t.places(&o)
	if t.sample {
		every, step = 40, 23
	}
	for _, name := range few(names, every) {
		for n := 0; n <= len(files[name]); n += step {
			o.look(fmt.Sprintf("%s cut at %d", name, n), files[name][:n])
		}
	}
	return o
}

// flipped inverts each single bit of the first kilobyte.
func flipped(t *trial) (o outcome) {
	names, files := t.golden()
	every, step := 10, t.places(&o)
	if t.sample {
		every, step = 40, 29
	}
	for _, name := range few(names, every) {
		file := bytes.Clone(files[name])
		for bit := 0; bit < 8*min(len(file), 1024); bit += step {
			file[bit/8] ^= 1 << (bit % 8)
			o.look(fmt.Sprintf("%s bit %d", name, bit), file)
			file[bit/8] ^= 1 << (bit % 8)
		}
	}
	return o
}

// extremes are what a length may be set to.
var extremes = []uint32{0, 1, 2, 3, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x3fffffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff}

// lengths puts extreme values in every place of 1, 2 and 4 bytes, in both
// orders: one of them is each length field there is, of file, link, IP and TCP.
func lengths(t *trial) (o outcome) {
	names, files := t.golden()
	every, step, reach := 16, t.places(&o), 600
	if t.sample {
		every, step = 60, 37
	}
	for _, name := range few(names, every) {
		original := files[name]
		file := bytes.Clone(original)
		for at := 0; at+4 <= min(len(file), reach); at += step {
			for _, value := range extremes {
				binary.LittleEndian.PutUint32(file[at:], value)
				o.look(fmt.Sprintf("%s at %d: %#x little", name, at, value), file)
				binary.BigEndian.PutUint32(file[at:], value)
				o.look(fmt.Sprintf("%s at %d: %#x big", name, at, value), file)
				copy(file[at:], original[at:at+4])
				if value <= 0xffff {
					binary.BigEndian.PutUint16(file[at:], uint16(value))
					o.look(fmt.Sprintf("%s at %d: %#x of 2 bytes", name, at, value), file)
					copy(file[at:], original[at:at+2])
				}
			}
		}
	}
	return o
}

// mutated changes each golden capture at random, in a fixed order.
func mutated(t *trial) (o outcome) {
	names, files := t.golden()
	o.said = fmt.Sprintf("%d of each of %d: ", t.mutations, len(names))
	for i, name := range names {
		r := rand.New(rand.NewSource(int64(i)))
		for n := range t.mutations {
			o.look(fmt.Sprintf("%s mutation %d", name, n), mutate(r, files[name]))
		}
	}
	return o
}

// mutate makes one to eight changes: bytes set, runs taken out, put in twice,
// or swapped.
func mutate(r *rand.Rand, file []byte) []byte {
	out := bytes.Clone(file)
	for range 1 + r.Intn(8) {
		if len(out) < 8 {
			break
		}
		at := r.Intn(len(out))
		n := min(1+r.Intn(64), len(out)-at)
		switch r.Intn(6) {
		case 0, 1, 2:
			out[at] = byte(r.Intn(256))
		case 3:
			out = append(out[:at], out[at+n:]...)
		case 4:
			out = append(out[:at+n], append(bytes.Clone(out[at:at+n]), out[at+n:]...)...)
		case 5:
			other := r.Intn(len(out) - n + 1)
			for i := range n {
				out[at+i], out[other+i] = out[other+i], out[at+i]
			}
		}
	}
	return out
}
