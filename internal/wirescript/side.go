package wirescript

import "fmt"

// Side is one end of a TCP connection.
type Side uint8

const (
	Client Side = iota // who sends the SYN
	Server
)

func (s Side) other() Side { return 1 - s }

// String is the side's word in a script's header: client or server.
func (s Side) String() string {
	if s == Client {
		return "client"
	}
	return "server"
}

// sideWord reads client or server.
func sideWord(word string) (Side, error) {
	switch word {
	case "client", "C":
		return Client, nil
	case "server", "S":
		return Server, nil
	}
	return 0, fmt.Errorf("%q is neither client nor server", word)
}
