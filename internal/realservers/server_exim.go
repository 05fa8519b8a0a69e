//go:build linux

package realservers

var exim = &recipe{
	name: "exim",
	packages: []string{"exim4-daemon-light", "exim4-base", "libidn12", "libdb5.3", "libgnutls-dane0", "libgnutls30", "libunbound8", "libssl3",
		"libevent-2.1-7", "libpcre2-8-0", "libnsl2", "libtirpc3", "libgssapi-krb5-2", "libkrb5-3", "libk5crypto3", "libkrb5support0", "libkeyutils1", "libcom-err2"},
	accounts: []string{"Debian-exim"},
	ports:    []int{25, 465, 587},
	slow:     true,
	log:      "var/log/exim4/mainlog",
	start: `
mkdir -p /var/spool/exim4/input /var/spool/exim4/msglog /var/spool/exim4/db /var/log/exim4
chown -R Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4 /etc/mail.key
exim4 -bd
while :; do sleep 1 & wait; done
`,
	files: map[string]string{"etc/exim4/exim4.conf": `
primary_hostname = mx1.example.org
local_interfaces = 192.0.2.25
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = /etc/mail.crt
tls_privatekey = /etc/mail.key
tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1
host_lookup = *
host_lookup_order = byaddr
rfc1413_hosts =
never_users = root
smtp_receive_timeout = 5s
smtp_accept_max = 300
smtp_accept_max_per_host = 8
message_size_limit = 200K
chunking_advertise_hosts = *
pipelining_connect_advertise_hosts =
timezone = UTC
log_selector = +smtp_connection +smtp_incomplete_transaction +smtp_no_mail +smtp_protocol_error +smtp_syntax_error +incoming_port +received_recipients +received_sender +subject +tls_cipher +pid
log_file_path = /var/log/exim4/%slog
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data

begin acl
acl_mail:
  deny    senders = blocked@example.net
          message = this sender is not wanted
  accept

acl_rcpt:
  defer   recipients = later@example.org
          message = 450 4.2.0 try again later
  defer   recipients = busy@example.org
          message = 421 4.3.0 too busy, closing
  deny    domains = !example.org
          message = relay not permitted
  deny    local_parts = !bob : !carol
          message = Unknown user
  accept

acl_data:
  warn    senders = slow@example.net
          delay = 2s
  deny    condition = ${if match{$h_subject:}{unwanted content}}
          message = content not wanted here
  accept

begin routers
sink:
  driver = redirect
  data = :blackhole:

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{alice}}{eq{$auth3}{correct horse}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if eq{$received_port}{587}}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if and{{eq{$auth1}{alice}}{eq{$auth2}{correct horse}}}}
  server_set_id = $auth1
  server_advertise_condition = ${if eq{$received_port}{587}}
`},
}
