package diagnosis

// A patternRule is one thing that sessions may have in common.
type patternRule struct {
	code     string   // stable
	severity Severity // where the claim does not say
	advice   string   // where the claim does not say
	find     func(*gathered) []shared
}

// codeOneWay is named here because such a capture explains what seems to be
// missing: it stands before all causes.
const codeOneWay = "one-way-capture"

// patternRules are the patterns, in the order of judgement; between two that
// explain as much the earlier one comes first.
var patternRules = []patternRule{
	oneWayCapture, doubledCapture,
	clientRestart, serverRestart,
	serverTimer, clientTimer,
	sameByteCount,
	bdatFails, ehloDiffers, refusedByClient, synTimestamps,
	failingPath, failingHost,
	repeatedMessage,
	periodicProbes, scanningClient,
}
