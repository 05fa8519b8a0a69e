package report

import (
	"strconv"

	"smtpscope/session"
)

// alertNames are TLS alert descriptions (RFC 8446 section 6 and its IANA
// registry), those that a mail session meets.
var alertNames = map[uint8]string{
	0:   "close_notify",
	10:  "unexpected_message",
	20:  "bad_record_mac",
	22:  "record_overflow",
	40:  "handshake_failure",
	42:  "bad_certificate",
	43:  "unsupported_certificate",
	44:  "certificate_revoked",
	45:  "certificate_expired",
	46:  "certificate_unknown",
	47:  "illegal_parameter",
	48:  "unknown_ca",
	49:  "access_denied",
	50:  "decode_error",
	51:  "decrypt_error",
	70:  "protocol_version",
	71:  "insufficient_security",
	80:  "internal_error",
	86:  "inappropriate_fallback",
	90:  "user_canceled",
	100: "no_renegotiation",
	109: "missing_extension",
	110: "unsupported_extension",
	112: "unrecognized_name",
	113: "bad_certificate_status_response",
	116: "certificate_required",
	120: "no_application_protocol",
}

// alert puts an alert into words: "TLS alert unknown_ca from client".
func alert(a *session.Alert) string {
	name, known := alertNames[a.Description]
	if !known {
		name = strconv.Itoa(int(a.Description))
	}
	return "TLS alert " + name + " from " + a.From
}
