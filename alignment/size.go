package alignment

import "smtpscope/gatewaylog"

const (
	// contentSlack is how far counts of the same content differ by line ends,
	// unstuffing and the last line.
	contentSlack = 1024
	// headerSlack is what a server adds in front before it counts: its
	// Received field, Return-Path, results of checks.
	headerSlack = 8192
	// bufferSlack is what a server may not have looked at yet of what its
	// kernel has acknowledged: one read of Postfix (4096) and a line.
	bufferSlack = 8192
)

// fitsSize says whether a log's size can be that of n octets of content.
// Postfix, sendmail and Exim count with the fields that they put in front;
// line ends count as one or two octets, so the content may also seem shorter
// by one in each line, of which a mail seldom has fewer than 20 octets.
func fitsSize(m *gatewaylog.Message, n int64) bool {
	least, most := n-n/20-contentSlack, n+n/20+headerSlack
	return m.Size.N >= least && m.Size.N <= most
}
