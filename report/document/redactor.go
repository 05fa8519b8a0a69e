package document

import "smtpscope/session"

// A Redactor takes out of a report what must not leave the house. It is asked
// before anything is built, for every text: a session is shown as Session
// gives it back (its own copy, the original is not changed), any other text,
// as names of files and the words of filters, as Text gives it back. nil
// leaves everything as it is.
type Redactor interface {
	Session(*session.Session) *session.Session
	Text(string) string
}

// nothing redacts nothing.
type nothing struct{}

func (nothing) Session(s *session.Session) *session.Session { return s }
func (nothing) Text(s string) string                        { return s }
