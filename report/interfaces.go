package report

import (
	"fmt"
	"io"
	"strings"

	"smtpscope/capture"
)

// WriteInterfaces lists what can be listened to.
func WriteInterfaces(w io.Writer, list []capture.Interface, style Style) error {
	name := len("INTERFACE")
	for i := range list {
		name = max(name, lineWidth(Printable(list[i].Name)))
	}
	head := fmt.Sprintf("%-*s  %-9s  %s", name, "INTERFACE", "LINK", "ADDRESSES")
	if _, err := fmt.Fprintln(w, style.paint(paintHeading, head)); err != nil {
		return err
	}
	for i := range list {
		in := &list[i]
		addresses := make([]string, len(in.Addresses))
		for j, a := range in.Addresses {
			addresses[j] = a.String()
		}
		text := "-"
		if len(addresses) > 0 {
			text = strings.Join(addresses, ", ")
		}
		indent := name + 2 + 9 + 2
		text = wrap(text, style.width()-indent, 0)
		text = strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
		shown := Printable(in.Name)
		if _, err := fmt.Fprintf(w, "%s%s  %-9s  %s\n", shown, strings.Repeat(" ", name-lineWidth(shown)), linkState(in), text); err != nil {
			return err
		}
	}
	return nil
}

func linkState(in *capture.Interface) string {
	switch {
	case in.Loopback:
		return "loopback"
	case in.Running:
		return "up"
	case in.Up:
		return "no link"
	}
	return "down"
}
