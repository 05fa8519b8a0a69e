package redact

import "strings"

// userMarks are what stands in front of the name of a user who logged in, or
// tried to, in a line of a log. Such a name need not be an address, and then
// nothing in its form tells that it is one's name.
var userMarks = []string{
	"sasl_username=", "not owned by user ", // Postfix smtpd.c, smtpd_check.c
	"set_id=", " A=", // Exim; behind A= and the mechanism
	"authid=", ", user=", // sendmail
	"authentication user=",   // OpenSMTPD
	"for user: ",             // Cisco
	"User Name: ", "[User: ", // Exchange
}

// userEnds are the bytes that end one.
const userEnds = " \t,;)]\"'"

// learnUsers makes the users known that a line of a log names.
func (r *Redactor) learnUsers(line string) {
	for _, mark := range userMarks {
		for rest := line; ; {
			_, after, ok := strings.Cut(rest, mark)
			if !ok {
				break
			}
			rest = after
			end := strings.IndexAny(rest+" ", userEnds)
			name := rest[:end]
			if mark == " A=" {
				_, name, _ = strings.Cut(name, ":")
			}
			r.learnUser(name)
		}
	}
	if row, ok := strings.CutSuffix(line, ",authenticated"); ok { // Exchange: the name is the data, this its context
		r.learnUser(strings.Trim(row[strings.LastIndexByte(row, ',')+1:], `"`))
	}
}

// learnOwner makes the user known whom a reply names (Postfix smtpd_check.c: "553
// 5.7.1 <...>: Sender address rejected: not owned by user ...").
func (r *Redactor) learnOwner(reply string) {
	if _, name, ok := strings.Cut(reply, "not owned by user "); ok {
		r.learnUser(name[:strings.IndexAny(name+" ", userEnds+"\n")])
	}
}

// learnUser makes a user known, and the name alone behind a Windows domain.
func (r *Redactor) learnUser(name string) {
	name = strings.TrimSuffix(name, ".")
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		r.learnUser(name[i+1:])
	}
	switch {
	case strings.ContainsAny(name, "@"):
		r.Learn(Addresses, name)
	case name != "unknown":
		r.learnLocal(name)
	}
}
