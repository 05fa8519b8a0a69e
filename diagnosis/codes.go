package diagnosis

import "slices"

// Codes are the codes of all findings, in the order of the alphabet.
func Codes() []string {
	var list []string
	for i := range rules {
		list = append(list, rules[i].code)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
