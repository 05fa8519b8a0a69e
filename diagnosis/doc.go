// Package diagnosis says why a session ended the way it did: it adds findings
// to a record, each a cause with its certainty, the frames that show it, what
// was looked for against it, and what to do next. It decides nothing of what
// was seen (that is the verdict, made by session) and knows no packets beyond
// the session's events and session.Wire.
//
// A cause is one rule in a file of its own, named for its code, and one line
// in the table in rules.go. Each rule has an article (articles/CODE.txt) and a
// proof: captures in which it must fire, and near misses in which it must not.
// docs/diagnosis.md is written by the tests from these.
package diagnosis
