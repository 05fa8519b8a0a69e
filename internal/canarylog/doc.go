// Package canarylog makes gateways' logs that are full of secrets, and listens
// whether any of them is heard in what the program writes.
//
// A log is made from a seed: dialogues of all kinds (talk.go, content.go) as each
// product tells them when it is watched (tell.go), lines that quote a client
// (quotes.go) and lines of real logs between them, mixed, and then hurt as logs are
// on their way: behind other headers (heads.go), wrapped, cut, repeated, rotated in
// the middle (harm.go). Each secret is a bird of its own (bird.go), and is heard
// (ear.go) by any five letters of it, in any case, and in base64.
package canarylog
