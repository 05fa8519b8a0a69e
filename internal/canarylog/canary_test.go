package canarylog

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestHears: a bird is heard in each form, and by a piece of it; and there is
// silence where none sings.
func TestHears(t *testing.T) {
	e := newEar()
	const bird = "jkwvqzxybk"
	e.learn(bird)
	encoded := base64.StdEncoding.EncodeToString([]byte("\x00bob\x00" + bird))
	e.learnEncoded(encoded)
	for name, text := range map[string]string{
		"as it is": "x " + bird + "!", "capitals": strings.ToUpper(bird), "a piece": "x" + bird[3:8] + "x", "encoded": "535 " + encoded, "a piece of it": encoded[8:17],
	} {
		if e.Hear(text) == "" {
			t.Errorf("%s is not heard", name)
		}
	}
	for _, text := range []string{"", "jkwv", encoded[:7], "535 5.7.8 Error: authentication failed"} {
		if said := e.Hear(text); said != "" {
			t.Errorf("%q: %s", text, said)
		}
	}
}

// TestMake: a seed makes one log, with birds in it, and all seeds together tell
// dialogues of every kind, hurt in every way.
func TestMake(t *testing.T) {
	names := map[string]int{}
	silent := 0
	for seed := range uint64(400) {
		log := Make(seed, nil)
		if again := Make(seed, nil); again.Text != log.Text {
			t.Fatalf("seed %d makes two logs", seed)
		}
		if log.Ear.Birds() == 0 {
			silent++
		}
		for _, stream := range strings.Split(log.Name, " and ") {
			for _, name := range strings.Split(stream, ", ") {
				names[name]++
			}
		}
	}
	if silent > 4 {
		t.Errorf("%d logs have no birds", silent)
	}
	for _, x := range tellers {
		if name, _, _ := strings.Cut(x.name, ", "); names[name] == 0 {
			t.Errorf("no %s", x.name)
		}
	}
	for _, x := range harms {
		if names[x.name] == 0 {
			t.Errorf("nothing is %s", x.name)
		}
	}
}
