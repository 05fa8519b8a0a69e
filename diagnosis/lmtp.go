package diagnosis

import (
	"fmt"

	"smtpscope/session"
)

// named are the recipients whose replies are due: the one, or how many.
func named(f session.Finals) string {
	if f.Due == 1 {
		return quote(f.Whose)
	}
	return fmt.Sprintf("the other %d", f.Due)
}

// replyFor is what is due: "the reply for" the one, "the replies for" several.
func replyFor(f session.Finals) string {
	if f.Due == 1 {
		return "the reply for " + named(f)
	}
	return "the replies for " + named(f)
}

// answeredFor says of how many recipients the server answered the end of the
// message: "for 1 recipient of 2".
func answeredFor(f session.Finals) string {
	return fmt.Sprintf("for %s of %d", count(f.Given, "recipient"), f.Given+f.Due)
}
