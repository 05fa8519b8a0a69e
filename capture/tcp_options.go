package capture

// TCP option kinds and their whole lengths (IANA TCP parameters; RFC 9293
// section 3.2, RFC 7323, RFC 2018, RFC 7413).
const (
	optEnd           = 0
	optNop           = 1
	optMSS           = 2
	optWindowScale   = 3
	optSACKPermitted = 4
	optSACK          = 5
	optTimestamps    = 8
	optFastOpen      = 34

	optHeaderLen        = 2
	optMSSLen           = 4
	optWindowScaleLen   = 3
	optSACKPermittedLen = 2
	optTimestampsLen    = 10
	sackBlockLen        = 8

	// maxWindowScale is the largest shift; a larger one counts as this
	// (RFC 7323, section 2.3).
	maxWindowScale = 14

	// timestampsAlone are the first four bytes of the option field of nearly
	// every segment: two NOPs, then Timestamps (RFC 7323, appendix A).
	timestampsAlone    = optNop<<24 | optNop<<16 | optTimestamps<<8 | optTimestampsLen
	timestampsAloneLen = 2 + optTimestampsLen
)

// parse reads the option field b, or as much of it as was captured. An
// option whose length is impossible ends the reading, since nobody knows
// where the next one begins; one with the wrong length for its kind is left
// out.
func (o *Options) parse(b []byte) {
	if len(b) == timestampsAloneLen {
		if b := (*[timestampsAloneLen]byte)(b); be32(b[:]) == timestampsAlone {
			o.HasTimestamps, o.TSVal, o.TSEcr = true, be32(b[4:]), be32(b[8:])
			return
		}
	}
	o.each(b)
}

// each is parse for options in any order.
func (o *Options) each(b []byte) {
	for len(b) > 0 && b[0] != optEnd {
		if b[0] == optNop {
			b = b[1:]
			continue
		}
		if len(b) < optHeaderLen {
			return
		}
		n := int(b[1])
		if n < optHeaderLen || n > len(b) {
			return
		}
		o.take(b[0], b[optHeaderLen:n])
		b = b[n:]
	}
}

// take notes one option; v is what follows its kind and length.
func (o *Options) take(kind byte, v []byte) {
	whole := optHeaderLen + len(v)
	switch {
	case kind == optMSS && whole == optMSSLen:
		o.MSS = be16(v)
	case kind == optWindowScale && whole == optWindowScaleLen:
		o.WindowScale, o.HasScale = min(v[0], maxWindowScale), true
	case kind == optSACKPermitted && whole == optSACKPermittedLen:
		o.SACKPermitted = true
	case kind == optSACK && len(v) > 0 && len(v)%sackBlockLen == 0:
		o.sack(v)
	case kind == optTimestamps && whole == optTimestampsLen:
		o.timestamps(v)
	case kind == optFastOpen:
		o.FastOpen = true
	}
}

func (o *Options) timestamps(v []byte) {
	o.HasTimestamps = true
	o.TSVal, o.TSEcr = be32(v), be32(v[4:])
}

func (o *Options) sack(v []byte) {
	o.SACKCount = 0
	for len(v) >= sackBlockLen && int(o.SACKCount) < len(o.SACK) {
		o.SACK[o.SACKCount] = SACKBlock{Left: be32(v), Right: be32(v[4:])}
		o.SACKCount++
		v = v[sackBlockLen:]
	}
}
