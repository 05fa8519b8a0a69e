package diagnosis

// beganMidstream: the capture began inside the connection.
var beganMidstream = rule{
	code:     "began-midstream",
	needs:    wrong,
	severity: Info,
	aside:    true,
	advice:   "Start the capture before the sessions that matter, or keep a ring of files (tcpdump -C 100 -W 50).",
	find: func(c *Case) *claim {
		if !c.midstream() || oneSidedCapture.find(c) != nil || c.Abnormal != nil && !*c.Abnormal {
			return nil
		}
		return &claim{certainty: Proven, frames: []int64{c.Frames.First},
			summary:   "The capture began inside this connection; what was said and agreed before is not known",
			against:   "no SYN and no SYN-ACK of this connection was captured",
			elsewhere: "Sender, recipients and TCP options of the beginning are only in an earlier capture."}
	},
}
