package reassembly

import "time"

// HalfStats are the numbers of one direction: of what this side sent.
type HalfStats struct {
	// For every packet; see Conn.
	Frames                 int64
	Bytes                  int64 // payload bytes seen, each counted once
	LargestSegment         int   // bytes of payload; above the peer's MSS: captured on a host with offload
	RTTCount               int64 // samples: time until this side's data was acknowledged, retransmitted segments left out (Karn)
	RTTMin, RTTMax, RTTSum time.Duration
	TTLMin, TTLMax         uint8 // RSTs left out
	HasScale               bool
	SACKPermitted          bool
	WindowScale            uint8
	MSS                    uint16

	Evidence

	Missing           int64 // bytes delivered as gaps
	Missed, Lost, Cut int64 // Missing by kind
	Retransmitted     int64 // segments
	OutOfOrder        int64 // segments
	KeepAlives        int64
	ZeroWindow        int64 // times the side's window went to 0
	ZeroWindowTime    time.Duration
	Overlaps          int64 // segments with content that contradicts what was seen

	oddities *oddities `dormant:"ref"` // nil: none
}

func (n *HalfStats) sample(rtt time.Duration) {
	if rtt < 0 {
		return
	}
	if n.RTTCount == 0 || rtt < n.RTTMin {
		n.RTTMin = rtt
	}
	n.RTTMax = max(n.RTTMax, rtt)
	n.RTTSum += rtt
	n.RTTCount++
}
