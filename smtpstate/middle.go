package smtpstate

// quitLine is the length of "QUIT" and CRLF.
const quitLine = 6

// endsRefused reports whether a 221 shows what the content was of which the
// beginning was not captured: a chunk that the server refused. Only QUIT gets a
// 221 (RFC 5321 section 4.3.2), and a client says that behind a chunk (RFC 3030
// section 2) and never inside DATA. What it said last was QUIT, then.
func (m *Machine) endsRefused(r *Reply) bool {
	s := m.client.content
	t := s.message.Transfer
	if r.Code != 221 || r.enhanced == enhancedNoMail || m.client.mode != modeContent || t == nil || t.Command != "" || s.raw < quitLine {
		return false
	}
	early := t.EarlyReply
	if early == nil || !early.refused() || early.Code == 421 {
		return false
	}
	m.updateTransfer()
	msg := s.message
	t.Command, t.EarlyReply = "BDAT", nil
	t.Bytes -= quitLine
	m.obs.ContentEnd(t.Bytes, false, t.LastByte)
	m.dropScan()
	m.client.mode = modeLine
	m.client.line.suspect = true
	m.answerData(msg, early)
	m.current, m.sent = msg, msg
	m.phase, m.doubt, m.inferred = PhaseRcpt, false, true
	m.quitSaid, m.quitsTurn = true, true
	m.obs.Reply(r, nil)
	m.tell(r.Last)
	return true
}
