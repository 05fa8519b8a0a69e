package gatewaylog

import "strings"

// replyWords are the words of which servers make the replies that find fault
// with a line: those of RFC 5321 section 4.2.3 and RFC 4954 section 6, and what
// Postfix, sendmail, Exim, Exchange, AsyncOS, OpenSMTPD and qmail say for them. Such a
// reply may repeat the line, which a log may not have, or not whole; so only these are
// shown of it. Words that people take for passwords are
// not among them. (smtpstate has such a list for packets; rooms do not share.)
var replyWords = map[string]bool{}

func init() {
	for _, word := range strings.Fields(`a accepted access account address allowed already an and another are at argument arguments argument(s as authenticate authenticated authentication available
		bad base64 base64-decode be before because break but by can cancelled cannot channel character characters client closing command commands connection credentials data
		decode decoding denied disabled do does domain during encryption enough error errors exchange expected fail failed failure find first for format from fully-qualified
		generic give go goodbye greylisted has helo here host hostname i illegal implemented improper in incorrect input invalid is issue it just later length line lines local long lost
		mailbox many mechanism mechanisms mode missing must name need needed nested no non-smtp not now nul of off ok on only option options or out own parameter parameters
		permitted pipelining please policy present protocol received recipient recipients recognised recognized refused rejected relay relaying request required requires response restart
		rules see sender sequence server service session should size smtp specified start step still string succeeded successful supported synchronization syntactically syntax temporarily temporary than
		that the there this tls to too transaction transmission try type typo unable unauthorized unexpected unimplemented unknown unrecognized unsuccessful unsupported update
		user username using valid was what with without wrong yet you your`) {
		replyWords[word] = true
	}
}

// onlyReplyWords is a reply's text with all other words blanked.
func onlyReplyWords(text string) string {
	var out strings.Builder
	for text != "" {
		n := strings.IndexFunc(text, parts)
		switch {
		case n < 0:
			n = len(text)
		case n == 0:
			n = 1
		}
		if word := text[:n]; n > 1 && !isReplyWord(word) {
			out.WriteString(blanked)
		} else {
			out.WriteString(word)
		}
		text = text[n:]
	}
	return out.String()
}

func parts(r rune) bool { return r == ' ' || r == '\t' || r == '\\' || r == '\r' || r == '\n' }

// isReplyWord leaves punctuation aside. An enhanced status code is one (RFC 3463).
func isReplyWord(word string) bool {
	word = strings.Trim(word, `.,:;!()<>"'-/#`)
	return word == "" || word == "blanked" || replyWords[strings.ToLower(word)] || isCommand(word) || strings.Trim(word, "0123456789.") == "" && len(word) <= len("5.123.123")
}
