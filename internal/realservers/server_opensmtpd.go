//go:build linux

package realservers

var opensmtpd = &recipe{
	name:     "opensmtpd",
	packages: []string{"opensmtpd", "libevent-2.1-7", "libdb5.3", "libssl3"},
	accounts: []string{"opensmtpd", "opensmtpq"},
	ports:    []int{25},
	start: `
mkdir -p /var/lib/opensmtpd/empty /var/empty
chmod 600 /etc/mail.key /etc/smtpd.conf
smtpd -F
`,
	files: map[string]string{"etc/smtpd.conf": `
pki mx1.example.org cert "/etc/mail.crt"
pki mx1.example.org key "/etc/mail.key"
smtp max-message-size "200K"
table people { "bob@example.org" = "bob", "carol@example.org" = "carol" }
filter later phase rcpt-to match rcpt-to { "later@example.org" } reject "450 4.2.0 try again later"
filter busy phase rcpt-to match rcpt-to { "busy@example.org" } disconnect "421 4.3.0 too busy, closing"
filter blocked phase mail-from match mail-from { "blocked@example.net" } reject "550 5.7.1 this sender is not wanted"
filter all chain { later, busy, blocked }
listen on 192.0.2.25 port 25 hostname mx1.example.org tls pki mx1.example.org filter all
action sink mda "/bin/true" virtual <people>
match from any for domain "example.org" action sink
`},
}
