package main

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"

	"smtpscope/internal/benchdata"
	"smtpscope/internal/livetest"
	"smtpscope/internal/wirescript"
)

// traffic is the mixture.
type traffic struct {
	*wire
	rand    *rand.Rand
	clients int // given out so far
	crowd   []wirescript.Frame
	at      int // in crowd
	round   byte
	streams []*stream // endless DATA
	holed   []*stream // gaps in every session
}

// stream is a session in the middle of its content.
type stream struct {
	end
	seq, acked uint32
	n          int
}

// kinds are the parts of the mixture: how often each is drawn, of a hundred.
var kinds = []struct {
	name  string
	parts int
	play  func(*traffic)
}{
	{"SYN flood", 12, (*traffic).synFlood},
	{"idle connections", 8, (*traffic).idle},
	{"port scan", 8, (*traffic).scan},
	{"endless DATA", 12, (*traffic).endless},
	{"gaps in every session", 12, (*traffic).gaps},
	{"real conversations", 48, (*traffic).conversations},
}

func newTraffic(to *livetest.Sender) (*traffic, error) {
	p, _ := benchdata.Named("dialogues")
	p.Sessions, p.AtOnce = 3000, 500
	var b, truth bytes.Buffer
	if err := benchdata.Generate(p, &b, &truth); err != nil {
		return nil, err
	}
	frames, err := wirescript.ReadFrames(b.Bytes())
	return &traffic{wire: &wire{to: to}, rand: rand.New(rand.NewPCG(6, 6)), crowd: frames}, err
}

// send plays until at least so many packets were sent.
func (t *traffic) play(packets int64, each func()) error {
	for t.to.Sent < packets && t.err == nil {
		draw := t.rand.IntN(100)
		for i := range kinds {
			if draw -= kinds[i].parts; draw < 0 {
				kinds[i].play(t)
				break
			}
		}
		each()
	}
	if t.err == nil {
		t.err = t.to.Flush()
	}
	return t.err
}

const burst = 64 // packets, about

func (t *traffic) client() end {
	t.clients++
	return client(t.clients)
}

func (t *traffic) synFlood() {
	for range burst {
		t.tcp(t.client(), server, t.rand.Uint32(), 0, syn, nil)
	}
}

// idle connections are greeted, and say no more.
func (t *traffic) idle() {
	for range burst / 4 {
		c := t.client()
		t.tcp(c, server, 9, 0, syn, nil)
		t.tcp(server, c, 5, 10, syn|ack, nil)
		t.tcp(c, server, 10, 6, ack, nil)
		t.tcp(server, c, 6, 10, psh|ack, []byte("220 mx.example ESMTP\r\n"))
	}
}

// scan tries ports one after the other; nearly all are closed.
func (t *traffic) scan() {
	c := t.client()
	for range burst / 2 {
		to := end{server.ip, uint16(t.rand.IntN(1 << 16))}
		t.tcp(c, to, 1, 0, syn, nil)
		t.tcp(to, c, 0, 2, rst|ack, nil)
	}
}

// endless is a few sessions whose content does not end.
func (t *traffic) endless() {
	if len(t.streams) < 8 {
		t.streams = append(t.streams, t.stream())
		return
	}
	s := t.streams[t.rand.IntN(len(t.streams))]
	for range burst {
		t.tcp(s.end, server, s.seq, s.acked, ack, content)
		s.seq += uint32(len(content))
		if s.n++; s.n%16 == 0 {
			t.tcp(server, s.end, s.acked, s.seq, ack, nil)
		}
	}
}

// gaps leaves every second segment out; some holes are acknowledged, most are
// not. Each session goes on for a while and is then left alone.
func (t *traffic) gaps() {
	const most = 200
	if len(t.holed) < most {
		t.holed = append(t.holed, t.stream())
		return
	}
	i := t.rand.IntN(most)
	s := t.holed[i]
	for range burst {
		t.tcp(s.end, server, s.seq, s.acked, ack, content)
		s.seq += 2 * uint32(len(content))
		if s.n++; s.n%40 == 0 {
			t.tcp(server, s.end, s.acked, s.seq, ack, nil)
		}
	}
	if s.n > 2000 {
		t.holed[i] = t.stream()
	}
}

func (t *traffic) stream() *stream {
	c := t.client()
	seq, acked := t.opened(c)
	return &stream{end: c, seq: seq, acked: acked}
}

// conversations are those of a generated capture, over and over, each time
// from other addresses.
func (t *traffic) conversations() {
	for range burst {
		if t.at == len(t.crowd) {
			t.at = 0
			t.round++
		}
		t.send(t.readdress(t.crowd[t.at].Data))
		t.at++
	}
}

// readdress gives the frame with other clients in place of 10.x.x.x.
func (t *traffic) readdress(frame []byte) []byte {
	t.frame = append(t.frame[:0], frame...)
	const source, target = 14 + 12, 14 + 16
	if len(frame) > target+4 && binary.BigEndian.Uint16(frame[12:]) == 0x0800 {
		for _, at := range []int{source, target} {
			if t.frame[at] == 10 {
				t.frame[at] = 20 + t.round%180
			}
		}
	}
	return t.frame
}
