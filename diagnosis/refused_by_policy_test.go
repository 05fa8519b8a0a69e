package diagnosis

import "testing"

// TestPolicyAdvice: who has to do what differs with what a policy refuses. The words are
// those of real servers.
func TestPolicyAdvice(t *testing.T) {
	for _, c := range []struct {
		reply  string
		whole  bool // it answers a whole message
		advice string
	}{
		{"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", false, adviceOnClient},
		{"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", true, adviceOnClient},
		{"550 5.7.1 Your IP address is listed at spam.example.net", false, adviceOnClient},
		{"554 5.7.1 <mx.example.org[192.0.2.1]>: Client host rejected: Access denied", false, adviceOnClient},
		{"550 5.7.1 Access denied", false, adviceOnClient},
		{"554 5.7.1 <b@example.com>: Relay access denied", false, adviceOnRelay},
		{"550 5.7.1 Unable to relay", false, adviceOnRelay},
		{"550 5.7.64 TenantAttribution; Relay Access Denied", false, adviceOnRelay},
		{"550 5.7.1 <b@example.com>... Relaying denied. IP name lookup failed [192.0.2.1]", false, adviceOnRelay},
		{"550 5.7.26 Unauthenticated email from example.org is not accepted", true, adviceOnDomain}, // Google
		{"550 5.7.23 The message was rejected because of Sender Policy Framework violation", true, adviceOnDomain},
		{"550 5.7.1 SPF check failed: 192.0.2.1 is not allowed to send mail from example.org", false, adviceOnDomain},
		{"550 5.7.1 rejected by DMARC policy for example.org", true, adviceOnDomain},
		{"553 5.7.1 <a@example.org>: Sender address rejected: not owned by user bob", false, adviceOnSender},
		{"550 5.7.60 SMTP; Client does not have permissions to send as this sender", false, adviceOnSender},
		{"550 5.7.13 Account disabled", false, loginRequired.advice},
		{"554 5.7.1 Client was not authenticated", false, loginRequired.advice},
		{"554 5.7.1 Message rejected as spam", true, adviceOnContent},
		{"550 5.7.1 message contains a virus (Eicar-Test-Signature)", true, adviceOnContent},
		{"554 5.7.1 Blocked by site policy", true, adviceOnContent},
		{"554 5.7.1 <spam@example.com>: Recipient address rejected: Access denied", false, adviceOnClient},
	} {
		if advice := policyAdvice(c.reply, c.whole); advice != c.advice {
			t.Errorf("%q: %q, want %q", c.reply, advice, c.advice)
		}
	}
}
