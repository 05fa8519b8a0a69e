package smtpstate

// The record types of RFC 8446 section 5.1.
const (
	recordChange    = 20
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23
	recordHeartbeat = 24
)

const (
	recordHeader  = 5
	recordMax     = 1<<14 + 2048 // RFC 5246 section 6.2.3: the longest record
	helloMax      = 1 << 14      // bytes of a hello that are looked at
	handshakeHead = 4
	clientHello   = 1
	serverHello   = 2
	tlsSniff      = 3 // bytes that tell a record from text
)

func isTLSType(b byte) bool { return b >= recordChange && b <= recordData }

// sniffing reports whether b may be the next byte of the beginning of a TLS
// record, of which held has come so far. total is how much of the line has.
func sniffing(held []byte, total int, b byte) bool {
	switch total {
	case 0:
		return isTLSType(b)
	case 1:
		return isTLSType(held[0]) && b == 3
	case 2:
		return isTLSType(held[0]) && held[1] == 3 && b <= 4
	}
	return false
}

// recordReader splits one side's stream into TLS records. Of their bodies it
// keeps the hellos, and an alert's two bytes.
type recordReader struct {
	head   [recordHeader]byte
	have   int // bytes of head
	kind   byte
	length int // of the body
	left   int // bytes of the body to come
	body   []byte
	lost   bool // not in step with the records: nothing is read
	resync bool // missing bytes: the next byte may begin a record

	hello   helloReader
	reading bool // the record's body is handshake in clear
}

// read takes bytes up to the end of a record at most. clear: handshake records
// can be read.
func (r *recordReader) read(data []byte, clear bool) (n int, done bool) {
	for r.have < recordHeader {
		if n == len(data) {
			return n, false
		}
		r.head[r.have] = data[n]
		r.have++
		n++
		if !r.plausible() {
			r.lost = true
			return len(data), false
		}
	}
	if r.left < 0 {
		r.begin(clear)
	}
	k := min(r.left, len(data)-n)
	r.take(data[n : n+k])
	r.left -= k
	n += k
	if r.left > 0 {
		return n, false
	}
	r.have = 0
	return n, true
}

// plausible checks the header as far as it was read.
func (r *recordReader) plausible() bool {
	switch r.have {
	case 1:
		return isTLSType(r.head[0]) || r.head[0] == recordHeartbeat
	case 2:
		return r.head[1] == 3
	case 3:
		return r.head[2] <= 4
	case recordHeader:
		r.left = -1
		r.kind, r.length = r.head[0], int(r.head[3])<<8|int(r.head[4])
		r.resync = false
		return r.length <= recordMax
	}
	return true
}

func (r *recordReader) begin(clear bool) {
	r.left = r.length
	r.body = r.body[:0]
	r.reading = r.kind == recordHandshake && clear
}

func (r *recordReader) take(data []byte) {
	switch {
	case r.reading:
		r.hello.read(data)
	case r.kind == recordAlert && len(r.body) < 2:
		r.body = append(r.body, data[:min(len(data), 2-len(r.body))]...)
	}
}

// gap skips n missing bytes. done: they held the end of the record being read.
func (r *recordReader) gap(n int64) (done bool) {
	r.hello.gap()
	r.body = r.body[:0]
	if !r.lost && r.have == recordHeader && n <= int64(r.left) {
		r.left -= int(n)
		if r.left == 0 {
			r.have = 0
		}
		return r.left == 0
	}
	done = !r.lost && r.have == recordHeader
	r.have, r.lost, r.resync = 0, false, true
	return done
}

// takeHello is a hello that is whole now; nil = none.
func (r *recordReader) takeHello() *helloInfo {
	h := r.hello.done
	r.hello.done = nil
	return h
}
