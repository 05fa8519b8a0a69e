//go:build linux

package realservers

var postfix = &recipe{
	name: "postfix",
	packages: []string{"postfix", "libicu72", "libdb5.3", "libsasl2-2", "libsasl2-modules-db", "libssl3", "libstdc++6",
		"libnsl2", "libtirpc3", "libgssapi-krb5-2", "libkrb5-3", "libk5crypto3", "libkrb5support0", "libkeyutils1", "libcom-err2"},
	accounts: []string{"postfix", "postdrop"},
	ports:    []int{25, 465, 587},
	auth:     "run/auth",
	slow:     true,
	start: `
chown root:root /var/spool/postfix /var/lib/postfix
chown postfix /var/lib/postfix
chmod 600 /etc/mail.key
chgrp postdrop /usr/sbin/postqueue /usr/sbin/postdrop
chmod 2755 /usr/sbin/postqueue /usr/sbin/postdrop
postfix check
postfix start
while :; do sleep 1 & wait; done
`,
	files: map[string]string{
		"etc/postfix/main.cf": `
compatibility_level = 3.6
myhostname = mx1.example.org
mydestination =
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_banner = $myhostname ESMTP Postfix
virtual_mailbox_domains = example.org
virtual_mailbox_maps = texthash:/etc/postfix/mailboxes
virtual_transport = discard:
alias_maps =
alias_database =
default_process_limit = 300
smtpd_timeout = 5s
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 4
smtpd_hard_error_limit = 6
smtpd_client_connection_count_limit = 8
message_size_limit = 204800
smtputf8_enable = yes
header_checks = regexp:/etc/postfix/header_checks
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sender_restrictions = check_sender_access texthash:/etc/postfix/senders
smtpd_recipient_restrictions = check_recipient_access texthash:/etc/postfix/recipients
smtpd_end_of_data_restrictions = check_sender_access texthash:/etc/postfix/after_dot
smtpd_tls_cert_file = /etc/mail.crt
smtpd_tls_key_file = /etc/mail.key
smtpd_tls_security_level = may
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_loglevel = 1
smtpd_starttls_timeout = 5s
smtpd_sasl_type = dovecot
smtpd_sasl_path = /run/auth
`,
		"etc/postfix/master.cf": `
192.0.2.25:25  inet n - n - 300 smtpd
192.0.2.25:587 inet n - n - 300 smtpd -o syslog_name=postfix/submission -o smtpd_sasl_auth_enable=yes
192.0.2.25:465 inet n - n - 300 smtpd -o syslog_name=postfix/smtps -o smtpd_tls_wrappermode=yes
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
tlsmgr     unix - - n 1000? 1 tlsmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
verify     unix - - n - 1 verify
flush      unix n - n 1000? 0 flush
proxymap   unix - - n - - proxymap
error      unix - - n - - error
retry      unix - - n - - error
discard    unix - - n - - discard
anvil      unix - - n - 1 anvil
scache     unix - - n - 1 scache
smtp       unix - - n - - smtp
relay      unix - - n - - smtp
virtual    unix - n n - - virtual
local      unix - n n - - local
`,
		"etc/postfix/mailboxes":     "bob@example.org bob\ncarol@example.org carol\nlater@example.org later\nbusy@example.org busy\n",
		"etc/postfix/senders":       "blocked@example.net 554 5.7.1 this sender is not wanted\n",
		"etc/postfix/recipients":    "later@example.org 450 4.2.0 try again later\nbusy@example.org 421 4.3.0 too busy, closing\n",
		"etc/postfix/after_dot":     "slow@example.net sleep 2\n",
		"etc/postfix/header_checks": "/^Subject: .*unwanted content/ REJECT content not wanted here\n",
	},
}
