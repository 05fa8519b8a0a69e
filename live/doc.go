// Package live is what a program needs that watches a mirror port for weeks,
// beside the road that files take too: an output that can be rotated, numbers
// for a status line and for Prometheus, a look at the mirror itself, bounds on
// memory, and few privileges. It decides nothing about sessions.
package live
