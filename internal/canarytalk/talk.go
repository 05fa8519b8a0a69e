package canarytalk

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// A Turn is what one side says before the other does.
type Turn struct {
	Server bool
	Text   string
}

// Conversation is what both sides say, and what of it is secret.
type Conversation struct {
	Turns []Turn
	coded map[string]bool
}

// talk is a conversation that is being made.
type talk struct {
	nest
	turns   []Turn
	said    []string // secret lines of the client
	about   []string // what they decode to, while AUTH is spoken of
	eol     string   // of the client
	ahead   bool     // the client does not wait
	held    []string // replies to what it said ahead
	over    bool     // the server waits for more of a message
	echoing int      // how many replies of a hundred repeat what was said
}

// New makes the conversation of a seed.
func New(seed uint64) *Conversation {
	t := &talk{nest: nest{Rand: rand.New(rand.NewPCG(seed, 7)), coded: map[string]bool{}}, eol: "\r\n"}
	if t.chance(5) {
		t.eol = "\n"
	}
	t.echoing = pick(&t.nest, 0, 20, 60, 90)
	t.begin()
	for range 1 + t.IntN(4) {
		if t.over {
			break
		}
		t.ahead = t.chance(15)
		pick(&t.nest, t.login, t.login, t.login, t.mail, t.mail, t.chunks, t.unasked, t.starttls, t.other)()
		t.flush()
	}
	if !t.over {
		t.end()
	}
	return &Conversation{Turns: t.turns, coded: t.coded}
}

func (t *talk) put(server bool, text string) {
	if n := len(t.turns); n > 0 && t.turns[n-1].Server == server && !server {
		t.turns[n-1].Text += text
		return
	}
	t.turns = append(t.turns, Turn{server, text})
}

// say lets the client say a line.
func (t *talk) say(line string) { t.put(false, line+t.eol) }

// tell lets it say one that is secret.
func (t *talk) tell(line string) {
	t.say(line)
	t.said = append(t.said, line)
}

// reply lets the server answer, at once or when the client has said all.
func (t *talk) reply(text string) {
	if t.ahead {
		t.held = append(t.held, text)
		return
	}
	t.put(true, text+"\r\n")
}

func (t *talk) flush() {
	t.ahead = false
	for _, text := range t.held {
		t.put(true, text+"\r\n")
	}
	t.held = nil
}

func (t *talk) begin() {
	t.put(true, pick(&t.nest, "220 mx.example.com ESMTP", "220 mx.example.com ESMTP Postfix", "220-mx.example.com\r\n220 hello", "220 mx")+"\r\n")
	switch t.IntN(10) {
	case 0:
		t.say("HELO c.example.net")
		t.reply("250 mx.example.com")
	case 1: // none
	default:
		t.say("EHLO c.example.net")
		t.reply("250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n" + pick(&t.nest, "", "250-AUTH PLAIN LOGIN\r\n", "250-AUTH=LOGIN\r\n250-STARTTLS\r\n", "250-CHUNKING\r\n") + "250 8BITMIME")
	}
}

func (t *talk) end() {
	switch t.IntN(5) {
	case 0: // nothing more
	case 1:
		t.reply(t.fault("421"))
	default:
		t.say("QUIT")
		t.reply("221 2.0.0 bye")
	}
}

// other is what is no secret.
func (t *talk) other() {
	t.say(pick(&t.nest, "NOOP", "RSET", "VRFY bob", "HELP", "EHLO c.example.net", "EXPN staff", "ETRN example.org"))
	t.reply(pick(&t.nest, "250 2.0.0 ok", "252 2.0.0 bob", t.fault("502"), "250-mx.example.com\r\n250 SIZE"))
}

func (t *talk) starttls() {
	t.say(pick(&t.nest, "STARTTLS", "starttls"))
	t.reply(pick(&t.nest, "454 4.7.0 TLS not available", "502 5.5.1 no", "250 ok", t.fault("501")))
	if t.chance(50) {
		t.login()
	}
}

// unasked: a line that is no command, of a client that has lost its way.
func (t *talk) unasked() {
	w := t.password()
	line := pick(&t.nest, w, w, "LOGIN bob "+w, "PASS "+w, "USER "+w, "login bob "+w, "AUTHLOGIN "+w, "AUTHINFO PASS "+w, t.base64(w), "XCLIENT LOGIN="+t.word()+" ADDR=192.0.2.1",
		"AUTH", "AUTH "+w, "EHLO x\\r\\nAUTH LOGIN\\r\\n"+w, "NOOP AUTH PLAIN "+w, "xforward LOGIN="+t.word())
	t.tell(line)
	t.reply(t.fault("500"))
	if t.chance(30) {
		t.tell(w)
		t.reply(t.fault("500"))
	}
}

func (t *talk) envelope() {
	for n := range 1 + t.IntN(2) {
		if n == 0 {
			t.say(pick(&t.nest, "MAIL FROM:<a@example.net>", "mail from:<a@example.net> SIZE=1000", "MAIL FROM:<>"))
		} else if t.chance(20) {
			break
		} else {
			t.say("RCPT TO:<b@example.org>")
		}
		t.reply(pick(&t.nest, "250 2.1.0 ok", "250 2.1.5 ok", "250 ok", "250 ok", t.fault("550")))
	}
}

// prose is a line of a body. Many begin as commands do.
func (t *talk) prose() string {
	w, n := t.word(), strconv.Itoa(1+t.IntN(40))
	return pick(&t.nest, w, w+" "+t.word()+" and "+t.word(), "Subject: "+w+" "+t.word(), "From: "+w, "", "",
		"mail "+w+" soon", "Mail "+w, "mail from: "+w+" and me", "rcpt to: "+w+", who waits", "helo "+w, "HELO "+w, "Helo "+w+" my dear", "ehlo "+w, "lhlo "+w, "quit", "Quit "+w, "rset "+w, "RSET", "help "+w, "Help", "vrfy "+w, "expn "+w,
		"noop "+w, "auth login", "auth "+w, "AUTH PLAIN "+w, "data "+w, "data", "DATA", "bdat "+n+" "+w, "BDAT "+n, "bdat "+n+" last", "starttls", "starttls "+w, "etrn "+w, "turn "+w, "xclient "+w, "xforward "+w,
		"..", ".."+w, "send "+w+" this", "soml "+w, "250 ok "+w, "220 "+w, "get "+w, "user "+w, "EXIT "+w, "list of "+w, "-- "+w, w+": "+t.word(), "maul "+w, "DATEA "+w, "login "+w, "  "+w, "quit.", "dta", "aaaa "+w,
		"*", "=", t.base64(w), "> MAIL FROM:<x@example.org>", "EHLO "+w, "help me, "+w, "XXXX "+w, "\t"+w, "1 "+w, "VRFY "+w+" "+t.word())
}

func (t *talk) body() {
	for range 1 + t.IntN(8) {
		t.say(t.prose())
	}
}

// mail sends content behind DATA, whatever the answer was.
func (t *talk) mail() {
	if !t.chance(10) {
		t.envelope()
	}
	t.say(pick(&t.nest, "DATA", "DATA", "data", "data "))
	switch t.IntN(6) {
	case 0, 1:
		t.flush()
		t.put(true, t.fault(pick(&t.nest, "554", "503", "451", "421"))+"\r\n")
		t.ahead = t.chance(20)
		t.spill()
		return
	case 2: // it does not wait
		t.ahead = true
		if t.chance(50) {
			t.held = append(t.held, t.fault("550"))
			t.spill()
			return
		}
		t.held = append(t.held, "354 go")
	default:
		t.flush()
		t.put(true, "354 end with a dot\r\n")
	}
	t.body()
	if t.chance(10) { // a dot that was not stuffed
		t.say(".")
		t.reply("250 2.0.0 Ok: queued as 4Zk0101B3")
		t.spill()
		return
	}
	if t.over = t.chance(10); !t.over {
		t.say(".")
		t.reply(pick(&t.nest, "250 2.0.0 Ok: queued as 4Zk0101B1", "250 ok", "554 5.7.1 spam", "451 4.3.0 later"))
	}
}

// spill: content where commands are due, which a server answers line by line.
func (t *talk) spill() {
	for range 1 + t.IntN(6) {
		line := t.prose()
		if heeded(line) {
			continue
		}
		t.tell(line)
		t.reply(pick(&t.nest, t.fault("500"), t.fault("502"), "250 ok", t.fault("501"), "214 help", "503 5.5.1 nested"))
	}
	if t.chance(60) {
		t.say(".")
		t.reply(t.fault("500"))
	}
}

// chunks sends content behind BDAT commands that may give wrong sizes.
func (t *talk) chunks() {
	t.envelope()
	for range 1 + t.IntN(2) {
		if t.over {
			return
		}
		var content string
		for range 1 + t.IntN(4) {
			if line := t.prose(); !heeded(line) {
				content += line + "\r\n"
			}
		}
		size, rest := len(content), ""
		number := strconv.Itoa(size)
		switch t.IntN(8) {
		case 0: // the rest is commands for the server
			size = t.IntN(size + 1)
			number, rest = strconv.Itoa(size), content[size:]
		case 1:
			number, rest = pick(&t.nest, "many", "", "-1", "12a"), content
		case 2: // what comes next belongs to it
			number = strconv.Itoa(size + 1 + t.IntN(40))
			t.over = true
		}
		t.say(pick(&t.nest, "BDAT ", "bdat ") + number + pick(&t.nest, "", " LAST"))
		t.put(false, content)
		switch {
		case t.over:
		case number != strconv.Itoa(size):
			t.reply(t.fault("501"))
		default:
			t.reply(pick(&t.nest, "250 ok", "250 2.0.0 Ok: queued as 4Zk0101B2", t.fault("554"), t.fault("503")))
		}
		for line := range strings.Lines(rest) {
			t.said = append(t.said, strings.TrimSpace(line))
			t.reply(t.fault("500"))
		}
	}
}

// heeded reports whether a server would do what a line asks for.
func heeded(line string) bool {
	words := strings.Fields(strings.ToUpper(line))
	return len(words) == 1 && words[0] == "QUIT" || len(words) > 1 && words[0] == "BDAT" && (len(words) == 2 || words[2] == "LAST")
}
