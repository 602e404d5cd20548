package eidapi

import (
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
)

// start is one row of the table: an operation that takes a person through an eID.
type start struct {
	name      string // in the OpenAPI document
	path      string // below /v3/{eID}/
	about     string
	eid       eid.EID
	operation eid.Operation
	channel   eid.Channel
	feature   string         // beside the eID itself
	wants     eid.Attributes // whatever the request says
	fields    []field
	rule      func(r *reading) // what no single field can say
	began     shape            // what the start tells
	pending   shape            // what polls tell until the person has decided
}

func (o start) pattern() string { return "/v3/" + words[o.eid] + "/" + o.path }

func (o start) has(name string) bool {
	return slices.ContainsFunc(o.fields, func(f field) bool { return f.name == name })
}

// limit is how many bytes a request may have. A text of 50,000 characters is far longer when each is an escape; the
// longest that Swedish BankID takes has 180,000 bytes then.
func (o start) limit() int {
	if o.eid == eid.SEBankID && o.operation.Signs() {
		return 256 << 10
	}
	return mostBody
}

const mostBody = 128 << 10

// starts is the table. Its order is that of the OpenAPI document; a field stands before those that need it.
func starts() []start {
	return slices.Concat(swedishStarts(), frejaStarts(), norwegianStarts(), danishStarts(), finnishStarts())
}

func swedishStarts() []start {
	const about = "The Swedish personal number of the person who has to turn up, with 10 or 12 digits."
	restricted := ssn("199908072391", about)
	app := start{eid: eid.SEBankID, channel: eid.App, wants: eid.WantNumber, began: swedishStart, pending: swedishPending}
	call := start{eid: eid.SEBankID, channel: eid.Backchannel, wants: eid.WantNumber, feature: featurePhone, began: swedishCall, pending: swedishPending}
	signed := shown("text", 0, 50_000, "I sign the agreement of 1 June 2026.", "What the person signs; at most 40,000 characters once it is base64.").mandatory()
	return []start{
		app.as("startBankIdSeAuth", "auth", eid.Authenticate, "Start a login with Swedish BankID in the app, by link or animated QR code.",
			restricted.orNull(), ipAddress(), callbackURL(), pinRequired(), intent(), orgNumber(), requestAddress(), refID()),
		call.as("startBankIdSePhoneAuth", "phone/auth", eid.PhoneAuthenticate, "Start a login of somebody who is on the telephone with the organization.",
			restricted.mandatory(), callInitiator(), callbackURL(), pinRequired(), intent(), orgNumber(), requestAddress(), refID()),
		app.as("startBankIdSeSign", "sign", eid.Sign, "Start a signature with Swedish BankID.",
			restricted, signed, digest(), ipAddress(), callbackURL(), pinRequired(), orgNumber(), requestAddress(), refID()),
		call.as("startBankIdSePhoneSign", "phone/sign", eid.PhoneSign, "Start a signature of somebody who is on the telephone with the organization.",
			restricted.mandatory(), callInitiator(), signed, digest(), callbackURL(), pinRequired(), orgNumber(), requestAddress(), refID()),
		age(eid.SEBankID, "startBankIdSeAgeVerification"),
	}
}

func frejaStarts() []start {
	number := ssn("199908072391", "The number of the person who has to turn up, as their country writes it.")
	app := start{eid: eid.SEFreja, channel: eid.App, wants: eid.WantNumber, began: frejaStart, pending: bare}
	push := start{eid: eid.SEFreja, channel: eid.Backchannel, wants: eid.WantNumber, began: bare, pending: bare}
	signed := shown("text", 1, 4_096, "I sign the agreement of 1 June 2026.", "What the person signs.").mandatory()
	rest := []field{callbackURL(), minRegistrationLevel(), orgNumber(), requestAddress(), refID()}
	with := func(fields ...field) []field { return slices.Concat(fields, rest) }
	return []start{
		app.as("startFrejaAuth", "auth", eid.Authenticate, "Start a login with Freja, by link or QR code.", with(country(), number)...),
		push.as("startFrejaBackchannelAuth", "backchannel/auth", eid.Authenticate, "Start a login of a known person, who is notified in the Freja app.",
			with(country().mandatory(), number.mandatory())...),
		app.as("startFrejaSign", "sign", eid.Sign, "Start a signature with Freja.", with(country(), number, signed, digest())...),
		push.as("startFrejaBackchannelSign", "backchannel/sign", eid.Sign, "Start a signature of a known person, who is notified in the Freja app.",
			with(country().mandatory(), number.mandatory(), signed, digest())...),
		age(eid.SEFreja, "startFrejaAgeVerification"),
	}
}

func norwegianStarts() []start {
	number := ssn("20123931743", "The Norwegian personal number of the person who has to turn up.").mandatory()
	page := start{eid: eid.NOBankID, channel: eid.Page, began: pageStart, pending: pagePending}
	push := start{eid: eid.NOBankID, channel: eid.Backchannel, began: bindingStart, pending: bindingPending}
	vipps := start{eid: eid.NOVipps, channel: eid.Page, began: pageStart, pending: pagePending}
	vippsPush := start{eid: eid.NOVipps, channel: eid.Backchannel, began: bare, pending: bare}
	login := []field{redirectURL(), requestSSN(), requestPhone(), requestEmail(), requestAddress(), refID(), appCallbackURI()}
	signed := shown("text", 1, 118, "I sign the agreement of 1 June 2026.", "What the person signs; not together with `documents`.")
	sign := page.as("startBankIdNoSign", "sign", eid.Sign, "Start a signature of a text or of PDF documents with Norwegian BankID.",
		redirectURL(), signed, documents(), requestSSN(), requestPhone(), requestEmail(), requestAddress(), refID())
	sign.rule = textOrDocuments
	return []start{
		page.as("startBankIdNoAuth", "auth", eid.Authenticate, "Start a login with Norwegian BankID on a page.", login...),
		push.as("startBankIdNoBackchannelAuth", "backchannel/auth", eid.Authenticate, "Start a login of a known person, who is notified in the BankID app.",
			number, callbackURL(), refID()),
		sign,
		age(eid.NOBankID, "startBankIdNoAgeVerification"),
		vipps.as("startVippsAuth", "auth", eid.Authenticate, "Start a login with Vipps MobilePay on a page.", login...),
		vippsPush.as("startVippsBackchannelAuth", "backchannel/auth", eid.Authenticate, "Start a login of a person known by telephone number, who is notified in the Vipps app.",
			phone(), requestSSN(), requestEmail(), requestAddress(), callbackURL(), refID()),
	}
}

func danishStarts() []start {
	number := ssn("1310521234", "The CPR number of the person who has to turn up.").mandatory()
	page := start{eid: eid.DKMitID, channel: eid.Page, wants: eid.WantNumber, began: pageStart, pending: pagePending}
	push := start{eid: eid.DKMitID, channel: eid.Backchannel, wants: eid.WantNumber, began: bindingStart, pending: bindingPending}
	return []start{
		page.as("startMitIdAuth", "auth", eid.Authenticate, "Start a login with MitID on a page.",
			redirectURL(), referenceText(), requestPhone(), requestEmail(), requestAddress(), refID()),
		push.as("startMitIdBackchannelAuth", "backchannel/auth", eid.Authenticate, "Start a login of a known person, who is notified in the MitID app.",
			number, bindingMessage(), callbackURL(), refID()),
		page.as("startMitIdSign", "sign", eid.Sign, "Start a signature with MitID on a page.",
			redirectURL(), shown("text", 1, 600, "I sign the agreement of 1 June 2026.", "What the person signs.").mandatory(), refID()),
		age(eid.DKMitID, "startMitIdAgeVerification"),
	}
}

func finnishStarts() []start {
	page := start{eid: eid.FIFTN, channel: eid.Page, wants: eid.WantNumber, began: pageStart, pending: pagePending}
	return []start{
		page.as("startFtnAuth", "auth", eid.Authenticate, "Start a login with a Finnish bank or mobile certificate on a page.",
			redirectURL(), requestPhone().with(featureRequestPhone), requestEmail().with(featureRequestEmail),
			requestAddress().with(featureRequestAddress), refID()),
		age(eid.FIFTN, "startFtnAgeVerification"),
	}
}

// age is the row that all eIDs share: whether somebody is old or young enough, and nothing else about them.
func age(e eid.EID, name string) start {
	o := start{eid: e, channel: eid.Page, began: ageStart, pending: agePending}.as(name, "age-verification", eid.ProveAge,
		"Start a proof of age on a page. The result says whether the person is within the bounds, and nothing else.",
		years("minAge", "The least age in completed years; one of the two ages is required.", 18, func(r *reading, n int) { r.order.Require.LeastAge = n }).orNull().of("least_age"),
		years("maxAge", "The greatest age in completed years, not below the least.", 67, func(r *reading, n int) { r.order.Require.GreatestAge = n }).orNull().of("greatest_age"),
		refID(), callbackURL(), redirectURL())
	o.rule = someAge
	return o
}

func (o start) as(name, path string, operation eid.Operation, about string, fields ...field) start {
	o.name, o.path, o.operation, o.about, o.fields = name, path, operation, about, fields
	return o
}

func someAge(r *reading) {
	switch bounds := r.order.Require; {
	case bounds.LeastAge == 0 && bounds.GreatestAge == 0:
		r.blame("minAge or maxAge", "required")
	case bounds.GreatestAge > 0 && bounds.GreatestAge < bounds.LeastAge:
		r.blame("maxAge", "below_least")
	}
}

func textOrDocuments(r *reading) {
	switch text, documents := r.order.Text != "", len(r.order.Documents) > 0; {
	case text && documents:
		r.blame("text", "exclusive")
	case !text && !documents:
		r.blame("text or documents", "required")
	}
}
