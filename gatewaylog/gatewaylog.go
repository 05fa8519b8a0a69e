// Package gatewaylog reads the logs of mail gateways and servers and gives,
// for every product alike, the connections and messages that the log speaks
// of: who, when, what was said, how the product says it ended, and the lines
// that say so. It knows nothing of packets.
//
// A log is read as a stream in bounded memory. Products are recognised line
// by line, so one syslog file may hold several. What could not be read is
// counted by reason in the Report, with the first few lines as examples.
//
// Texts in the results are as the log has them and must be escaped for where
// they are shown; credentials are blanked on reading (see redact.go).
package gatewaylog

import "slices"

// Product is a mail gateway or server whose log can be read.
type Product string

// The products.
const (
	CiscoESA    Product = "cisco-esa"
	SymantecSMG Product = "symantec-smg"
	PureMessage Product = "sophos-puremessage"
	Sendmail    Product = "sendmail"
	Postfix     Product = "postfix"
	Exim        Product = "exim"
	OpenSMTPD   Product = "opensmtpd"
	Exchange    Product = "exchange"
)

// Products are all products that can be read, in the order of Formats.
func Products() []Product { return slices.Clone(productOrder[:]) }

var productOrder = [...]Product{CiscoESA, SymantecSMG, PureMessage, Sendmail, Postfix, Exim, OpenSMTPD, Exchange}
