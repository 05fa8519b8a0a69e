// Command robust tries what an attacker, or a broken appliance, could give the
// program to read: it takes captures and logs apart at every byte, makes
// floods, and measures time, memory and outcome. It writes the table of
// docs/robustness.md.
//
//	go run ./internal/robust [-sample] [-only NAME] [-out FILE]
//
// Each row runs in a process of its own, so that its peak memory is its own.
package main
