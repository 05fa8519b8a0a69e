package smtpstate

import "testing"

// A conversation is a script (script_test.go) with a name.
type conversation struct{ name, script string }

func TestConversations(t *testing.T) {
	for _, group := range [][]conversation{plainConversations, authConversations, oddConversations, oneSidedConversations, holedConversations, lostGroupConversations, earlyConversations} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) { run(t, c.script) })
		}
	}
}
