package visits

import (
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// stage is what a page is about.
type stage string

const (
	ask    stage = "ask"    // what the organization wants, before anything is begun
	choose stage = "choose" // the same, with the eIDs that the person may take
	leave  stage = "leave"  // the way on to the provider's own pages
	scan   stage = "scan"   // a code to be scanned, or a link that opens the app
	wait   stage = "wait"   // somebody else has to do something: mostly the person, in the app
	done   stage = "done"   // the person approved
	over   stage = "over"   // it came to nothing
)

func (s stage) open() bool { return s == ask || s == choose }

func (s stage) ended() bool { return s == done || s == over }

// stageOf is for sessions of this browser, or of nobody yet.
func stageOf(v inbound.Visit) stage {
	switch {
	case v.State == eid.Completed:
		return done
	case v.State.Settled():
		return over
	case !v.Begun && v.EID == "" && len(v.Choices) > 0:
		return choose
	case !v.Begun:
		return ask
	case v.Challenge.URL != "":
		return leave
	case (v.Challenge.QR != "" || v.Challenge.AppToken != "") && unclaimed(v.Hint):
		return scan
	}
	return wait
}

// unclaimed holds as long as no app has the order: a code that is shown for longer only confuses.
func unclaimed(h eid.Hint) bool { return h == "" || h == eid.HintOutstanding || h == eid.HintNoClient }

// hintKey is the word for how far the person has come.
func hintKey(v inbound.Visit) string {
	switch v.Hint {
	case eid.HintSigning:
		if v.Operation.Signs() {
			return "hint.signing.sign"
		}
		return "hint.signing"
	case eid.HintOutstanding, eid.HintNoClient, eid.HintDelivered, eid.HintStarted, eid.HintCallConfirm, eid.HintDocument, eid.HintProcessing:
		return "hint." + string(v.Hint)
	}
	if stageOf(v) == scan {
		return "hint." + string(eid.HintOutstanding)
	}
	return "hint.other"
}

// reasonKey is the word for why it came to nothing.
func reasonKey(v inbound.Visit) string {
	if v.State == eid.Expired && v.Reason == "" {
		return "reason.expired"
	}
	if key := "reason." + v.Reason; english[key] != "" {
		return key
	}
	return "reason.other"
}

// troubleKey is the word for why the last try came to nothing, where the person may try again; "" where there was none.
func troubleKey(v inbound.Visit) string {
	if v.Trouble == "" {
		return ""
	}
	if key := "trouble." + v.Trouble; english[key] != "" {
		return key
	}
	return "trouble.other"
}
