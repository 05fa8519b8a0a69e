//go:build linux

package realservers

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// The account that may authenticate, for all servers that offer AUTH.
const (
	authUser     = "alice"
	authPassword = "correct horse"
)

// serveAuth answers Postfix in place of a Dovecot: the few lines of the
// protocol that smtpd needs (https://doc.dovecot.org, "Authentication
// Protocol"), so that AUTH works without a second server.
func serveAuth(root, path string) error {
	full := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	l, err := net.Listen("unix", full)
	if err != nil {
		return err
	}
	if err := os.Chmod(full, 0o666); err != nil {
		return err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerAuth(conn)
		}
	}()
	return nil
}

func answerAuth(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n"+
		"SPID\t1\nCUID\t1\nCOOKIE\t0123456789abcdef0123456789abcdef\nDONE\n")
	logins := make(map[string][]string) // request id -> what the client of AUTH LOGIN gave so far
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if len(f) < 3 {
			continue
		}
		id := f[1]
		switch {
		case f[0] == "AUTH" && f[2] == "LOGIN":
			logins[id] = []string{}
			fmt.Fprintf(conn, "CONT\t%s\t%s\n", id, base64.StdEncoding.EncodeToString([]byte("Username:")))
		case f[0] == "AUTH":
			initial, _ := strings.CutPrefix(f[len(f)-1], "resp=")
			fmt.Fprint(conn, verdictOn(id, strings.Split(decode64(initial), "\x00")))
		case f[0] == "CONT" && logins[id] != nil && len(logins[id]) == 0:
			logins[id] = append(logins[id], decode64(f[2]))
			fmt.Fprintf(conn, "CONT\t%s\t%s\n", id, base64.StdEncoding.EncodeToString([]byte("Password:")))
		case f[0] == "CONT" && logins[id] != nil:
			fmt.Fprint(conn, verdictOn(id, []string{"", logins[id][0], decode64(f[2])}))
			delete(logins, id)
		}
	}
}

// verdictOn takes authorization id, user and password.
func verdictOn(id string, who []string) string {
	if len(who) == 3 && who[1] == authUser && who[2] == authPassword {
		return "OK\t" + id + "\tuser=" + authUser + "\n"
	}
	return "FAIL\t" + id + "\treason=Invalid credentials\n"
}

func decode64(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}
