package diagnosis

// rules are the causes, in the order of judgement: what the capture itself
// explains first, then how TCP ended, then the SMTP phase, then timers. Where
// two findings are equally bad and equally sure, the earlier one leads.
var rules = []rule{
	// TCP and the path
	captureMissed,
	oneSidedCapture,
	beganMidstream,
	snaplenCut,
	offloadCapture,
	mirrorDuplicates,
	refused,
	synUnanswered,
	synackUnanswered,
	synackReset,
	forged,
	idleState,
	conntrackInvalid,
	icmpUnreachable,
	blackHole,
	mssExceeded,
	sackRewritten,
	windowScale,
	fastOpen,
	zeroWindow,
	vanished,
	loss,
	rstAfterClose,
	mssClamped,

	// Middleboxes, server and client
	proxyHeader, earlyTalker, tlsFailure,
	inspection, inspectionLimit, starttlsHidden, bdatBlocked,
	leftData, rstEatsReply, refusedMidData, sizeLimit,
	injectionTimeout, connectionTimeLimit, ptrFailed,
	tooManyErrors, loginRefused, loginRequired, refusedByPolicy, greylisted, serverBusy, refusedAndClosed,
	dotMissing, bareLF, longLines, smuggling, pipeliningFault, replyMismatch,
	slowReplies, slowBanner, slowEnd, sessionTimeout, tooSlow, idleTimeout, closedWithoutReply,
	clientGaveUp, clientEnded, senderAborted, duplicateRisk,
	dotSplit, smtpProxy, tarpit,
	afterSuccess, resetAfterQuit, noQuit, halfClose, probed,
	// With the gateway's log
	logDisagrees,
}

// asides are the codes of the rules that never say why a session ended.
var asides = func() map[string]struct{} {
	codes := map[string]struct{}{}
	for i := range rules {
		if rules[i].aside {
			codes[rules[i].code] = struct{}{}
		}
	}
	return codes
}()
