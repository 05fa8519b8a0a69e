package benchdata

import "time"

// Profile says what a capture is like.
type Profile struct {
	Name string
	// Bytes and Sessions end it, whichever comes first; 0 = no bound.
	Bytes    int64
	Sessions int
	// AtOnce is how many connections are open at any moment.
	AtOnce int
	// Body is the median of a message's content in bytes. Spread is the
	// standard deviation of its logarithm, BodyMax its bound.
	Body, BodyMax int
	Spread        float64
	// Messages is how many mails a session has at most.
	Messages int
	// Pace is the mean time between two acts of a connection.
	Pace time.Duration
	// Other is the share of connections that are no mail.
	Other float64
	// Aborted is the share of mail sessions that end in any way but an
	// ordinary QUIT.
	Aborted float64
	// Retransmitted, Reordered and Hidden are shares of packets.
	Retransmitted, Reordered, Hidden float64
	Seed                             uint64
}

// Profiles are the inputs of the table of issue 7. Quick is what CI measures.
var Profiles = []Profile{
	mailProfile("mail", 2_000_000_000, 2000, 1),
	dialogues("dialogues", 135_000),
	dialogues("tenth", 13_500),
	mailProfile("small", 100_000_000, 2000, 3),
	mailProfile("quick", 30_000_000, 300, 4),
}

func mailProfile(name string, bytes int64, atOnce int, seed uint64) Profile {
	return Profile{Name: name, Bytes: bytes, AtOnce: atOnce, Body: 20_000, Spread: 1.9, BodyMax: 10 << 20, Messages: 5,
		Pace: 900 * time.Millisecond, Other: 0.10, Aborted: 0.2,
		Retransmitted: 0.005, Reordered: 0.005, Hidden: 0.001, Seed: seed}
}

func dialogues(name string, sessions int) Profile {
	return Profile{Name: name, Sessions: sessions, AtOnce: 2000, Body: 780, Spread: 0.3, BodyMax: 4000, Messages: 2,
		Pace: 22 * time.Second, Other: 0.10, Aborted: 0.25,
		Retransmitted: 0.005, Reordered: 0.005, Hidden: 0.001, Seed: 2}
}

// Named gives the profile of a name.
func Named(name string) (Profile, bool) {
	for _, p := range Profiles {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}
