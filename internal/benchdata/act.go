package benchdata

import "time"

// side is one end of a connection.
type side uint8

const (
	client side = iota
	server
)

func (s side) other() side { return 1 - s }

func (s side) String() string { return [...]string{"client", "server"}[s] }

type actKind uint8

const (
	actSay    actKind = iota // data, then the phase is then
	actBody                  // content, then likewise
	actSYN                   // the first, or another, SYN of the client
	actSYNACK                //
	actACK                   // a bare ACK
	actFIN                   //
	actRST                   //
	actRefuse                // the RST that answers a SYN
)

// An act is what one side does next.
type act struct {
	kind  actKind
	side  side
	after time.Duration // since the act before
	data  []byte        // actSay
	body  body          // actBody
	from  string        // phase of the conversation once its first bytes are there; "" = as before
	then  string        // phase of the conversation once it was done; "" = as before
	ends  bool          // this is the event that ends the session
}

// A body is content as it goes over the wire, made on the fly: a header, then
// lines of the pool, then the end.
type body struct {
	header []byte
	from   int // offset in the pool
	lines  int // bytes of the pool
	end    string
	cut    int // bytes that are sent; all where it is not less
}

func (b *body) size() int { return min(len(b.header)+b.lines+len(b.end), b.cut) }

// read fills p with the bytes from offset at on, and says how many.
func (b *body) read(p []byte, at int) int {
	n, want := 0, min(len(p), b.size()-at)
	for n < want {
		at := at + n
		switch rest := p[n:want]; {
		case at < len(b.header):
			n += copy(rest, b.header[at:])
		case at < len(b.header)+b.lines:
			at -= len(b.header)
			rest = rest[:min(len(rest), b.lines-at)]
			n += copy(rest, pool().text[(b.from+at)%len(pool().text):])
		default:
			n += copy(rest, b.end[at-len(b.header)-b.lines:])
		}
	}
	return n
}
