//go:build linux

package realservers

var sendmail = &recipe{
	name: "sendmail",
	packages: []string{"sendmail-bin", "sendmail-base", "sendmail-cf", "m4", "libwrap0", "libdb5.3", "libldap-2.5-0", "liblockfile1", "libsasl2-2",
		"libsasl2-modules-db", "libssl3", "libnsl2", "libtirpc3", "libgssapi-krb5-2", "libkrb5-3", "libk5crypto3", "libkrb5support0", "libkeyutils1", "libcom-err2"},
	accounts: []string{"smmta", "smmsp"},
	ports:    []int{25, 465, 587},
	milter:   "run/sleepy.sock",
	start: `
mkdir -p /var/spool/mqueue /var/run/sendmail
chmod 700 /var/spool/mqueue
chmod 600 /etc/mail.key
chmod 755 /etc/mail
m4 /etc/mail/gateway.mc > /etc/mail/sendmail.cf
/usr/libexec/sendmail/makemap hash /etc/mail/access < /etc/mail/access
touch /etc/mail/statistics
cd /var/spool/mqueue
ln -sf /usr/libexec/sendmail/sendmail /usr/sbin/sendmail
/usr/libexec/sendmail/sendmail -bi
/usr/libexec/sendmail/sendmail -bd
while :; do sleep 1 & wait; done
`,
	files: map[string]string{
		"etc/mail/gateway.mc": "divert(-1)\ninclude(`/usr/share/sendmail/cf/m4/cf.m4')\ndivert(0)dnl\n" +
			"VERSIONID(`a gateway for tests')\nOSTYPE(`linux')dnl\n" +
			"define(`confDOMAIN_NAME', `mx1.example.org')dnl\n" +
			"define(`ALIAS_FILE', `/etc/mail/aliases')dnl\n" +
			"define(`QUEUE_DIR', `/var/spool/mqueue')dnl\n" +
			"define(`confPID_FILE', `/var/run/sendmail/mta.pid')dnl\n" +
			"define(`STATUS_FILE', `/etc/mail/statistics')dnl\n" +
			"define(`confDEF_USER_ID', `nobody:nogroup')dnl\n" +
			"define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')dnl\n" +
			"define(`confTO_COMMAND', `5s')dnl\n" +
			"define(`confTO_DATABLOCK', `5s')dnl\n" +
			"define(`confTO_STARTTLS', `5s')dnl\n" +
			"define(`confTO_IDENT', `0s')dnl\n" +
			"define(`confMAX_MESSAGE_SIZE', `204800')dnl\n" +
			"define(`confSERVER_CERT', `/etc/mail.crt')dnl\n" +
			"define(`confCACERT_PATH', `/etc')define(`confCACERT', `/etc/mail.crt')dnl\n" +
			"define(`confSERVER_KEY', `/etc/mail.key')dnl\n" +
			"define(`confSERVER_SSL_OPTIONS', `+SSL_OP_NO_TLSv1 +SSL_OP_NO_TLSv1_1')dnl\n" +
			"define(`confTLS_SRV_OPTIONS', `V')dnl\n" +
			"define(`confLOG_LEVEL', `10')dnl\n" +
			"define(`confQUEUE_LA', `1000')define(`confREFUSE_LA', `1000')dnl\n" +
			"FEATURE(`no_default_msa')dnl\nFEATURE(`nocanonify')dnl\nFEATURE(`accept_unresolvable_domains')dnl\n" +
			"FEATURE(`use_cw_file')dnl\ndefine(`confCW_FILE', `/etc/mail/local-host-names')dnl\n" +
			"FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')dnl\nFEATURE(`blocklist_recipients')dnl\n" +
			"FEATURE(`conncontrol', `', `terminate')dnl\n" +
			"INPUT_MAIL_FILTER(`sleepy', `S=local:/run/sleepy.sock, F=T, T=C:5s;S:2s;R:2s;E:3s')dnl\n" +
			"DAEMON_OPTIONS(`Name=MTA, Addr=192.0.2.25, Port=25, Listen=128')dnl\n" +
			"DAEMON_OPTIONS(`Name=MSA, Addr=192.0.2.25, Port=587, Listen=128')dnl\n" +
			"DAEMON_OPTIONS(`Name=TLS, Addr=192.0.2.25, Port=465, M=s')dnl\n" +
			"MAILER(`local')dnl\nMAILER(`smtp')dnl\n" +
			"LOCAL_RULESETS\nHSubject: $>CheckSubject\nSCheckSubject\n" +
			"R$* unwanted content $*\t$#error $@ 5.7.1 $: \"550 5.7.1 content not wanted here\"\n" +
			"R$* unwanted content\t$#error $@ 5.7.1 $: \"550 5.7.1 content not wanted here\"\n" +
			"Runwanted content\t$#error $@ 5.7.1 $: \"550 5.7.1 content not wanted here\"\n",
		"etc/mail/access": "From:blocked@example.net\tERROR:5.7.1:550 this sender is not wanted\n" +
			"To:later@example.org\tERROR:4.2.0:450 try again later\n" +
			"To:busy@example.org\tERROR:4.3.0:421 too busy, closing\n" +
			"ClientConn:\t8\n",
		"etc/mail/aliases":          "bob: /dev/null\ncarol: /dev/null\nlater: /dev/null\nbusy: /dev/null\npostmaster: /dev/null\nMAILER-DAEMON: postmaster\nroot: /dev/null\n",
		"etc/mail/local-host-names": "example.org\n",
		"etc/mail/service.switch":   "hosts files\naliases files\npasswd files\n",
	},
}
