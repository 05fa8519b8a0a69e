// Package smtpstate runs one SMTP conversation (RFC 5321) from the bytes that
// each side sent: commands, replies, messages, and the phase it stands in. It
// is a monitor: it never refuses, it notes what is odd and believes the
// server's answers. It knows nothing of packets; the caller's marks say where
// bytes were seen.
//
// The state moves on replies. Commands wait in a queue until their reply
// comes, and so do the greeting and the end of a message, which also wait for
// a reply. That makes pipelining (RFC 2920) free: a reply belongs to the
// oldest entry. What a command may do is one row of the table in rows.go.
//
// Missing bytes are everyday input. After a gap the machine believes only what
// something visible explains; until then it says that it does not know.
package smtpstate
