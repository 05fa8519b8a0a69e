// Package dormant writes values of which nothing is needed for a while in fewer
// bytes, and makes them again: a session that has closed waits 30 seconds for
// stragglers, one that is silent more than an hour, and most of its memory is
// zeros, small numbers, and pointers to more of these.
//
// A Form knows how the values of one type lie in memory, so that a field that is
// added tomorrow is written, too. What a pointer leads to is written with it where it
// belongs to the value alone; a tag of the field says where it does not:
//
//	`dormant:"-"`     is not written; whoever wakes the value fills it in
//	`dormant:"ref"`   stays where it is and is only referred to
//	`dormant:"known"` leads to what was written before it, or to nothing that counts
//
// What packages outside of smtpscope define is only referred to, as are maps,
// functions and interfaces. Pointers into what was written before lead to the same
// place when it is made again, so values may point to each other.
package dormant
