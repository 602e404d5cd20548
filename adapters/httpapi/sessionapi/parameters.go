package sessionapi

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/eid"
)

// parameters are the additionalParameters: what is said to one eID alone.
type parameters struct {
	appFlow      string           // sbid_flow: QR or APP_LAUNCH
	address      string           // sbid_end_user_ip
	device       eid.Device       // sbid_initial_flow
	sbidText     string           // sbid_intention_text
	mitidText    string           // mitid_reference_text
	context      eid.Context      // nbid_idp
	registration eid.Registration // freja_min_registration_level
}

const (
	parametersMember = "additionalParameters"
	flowQR           = "QR"
	flowAppLaunch    = "APP_LAUNCH"

	bidContext eid.Context = "urn:grn:authn:no:bankid:high"        // BankID with code device or app
	bisContext eid.Context = "urn:grn:authn:no:bankid:substantial" // BankID with biometrics
)

// mostEncodedText is how long a text may be in base64; eIDs take less.
const mostEncodedText = 8_000

// readParameters reads those that are known; all have to be strings.
func readParameters(o object) parameters {
	given, there := o.inner(parametersMember)
	if !there {
		return parameters{}
	}
	for _, value := range given.members {
		if _, is := value.(string); value != nil && !is {
			given.reader.blame(parametersMember, "must hold nothing but strings")
			return parameters{}
		}
	}
	p := parameters{
		appFlow:   given.word("sbid_flow", flowQR, flowAppLaunch),
		address:   given.text("sbid_end_user_ip", mostText),
		sbidText:  given.decoded("sbid_intention_text"),
		mitidText: given.decoded("mitid_reference_text"),
	}
	if p.address != "" {
		address, err := netip.ParseAddr(strings.TrimSpace(p.address))
		if err != nil || address.Zone() != "" {
			given.blame("sbid_end_user_ip", "must be an IP address")
		} else {
			p.address = address.Unmap().String()
		}
	}
	switch given.word("sbid_initial_flow", "REMOTE_FLOW", "LOCAL_FLOW") {
	case "REMOTE_FLOW":
		p.device = eid.OtherDevice
	case "LOCAL_FLOW":
		p.device = eid.SameDevice
	}
	switch given.word("nbid_idp", "BID", "BIS") {
	case "BID":
		p.context = bidContext
	case "BIS":
		p.context = bisContext
	}
	switch given.word("freja_min_registration_level", "BASIC", "EXTENDED", "PLUS") {
	case "BASIC", "EXTENDED": // nobody at BASIC has a number that was verified
		p.registration = eid.Extended
	case "PLUS":
		p.registration = eid.Plus
	}
	return p
}

// decoded is a text in base64 of either alphabet, with padding or without.
func (o object) decoded(name string) string {
	encoded := o.text(name, mostEncodedText)
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(encoded, "="))
	text, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil || !utf8.Valid(text) {
		o.blame(name, "must be a text in base64")
		return ""
	}
	return string(text)
}
