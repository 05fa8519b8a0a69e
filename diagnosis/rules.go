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
}
