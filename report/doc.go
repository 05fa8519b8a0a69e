// Package report puts sessions into words: a table, JSON Lines, CSV, a
// transcript. It decides nothing about what happened; it only says it.
//
// Text that came from the wire is never written as it is: see Printable.
package report
