package eidapi

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// members are what answers hold, with what they mean.
var members = object{
	"id":                   about("string", "Names the session in polls."),
	"refId":                about("string", "The caller's own reference; absent where it gave none."),
	"autoStartToken":       about("string", "Opens the eID's app on the same device."),
	"qrStartToken":         about("string", "One part of the animated QR code."),
	"qrStartSecret":        about("string", "The other part. It must not reach the browser."),
	"qrData":               about("string", "The text of the QR code."),
	"hintCode":             object{"type": "string", "nullable": true, "description": "How far the person has come, in BankID's words. New ones may come."},
	"url":                  object{"type": "string", "format": "uri", "description": "Where to send the person's browser."},
	"bindingMessage":       about("string", "For the person to compare with what the app shows."),
	"minAge":               object{"type": "integer", "minimum": 1},
	"maxAge":               object{"type": "integer", "minimum": 1},
	"ssn":                  about("string", "The national number, as its country writes it: 12 digits for Sweden."),
	"country":              about("string", "Where the number is from, in capitals and in English, or UNKNOWN."),
	"name":                 about("string", "The whole name."),
	"givenName":            about("string", ""),
	"surname":              about("string", ""),
	"certStartDate":        object{"type": "string", "format": "date", "description": "When the eID was issued to the person."},
	"phone":                about("string", ""),
	"email":                about("string", ""),
	"address":              about("string", "The registered address on one line."),
	"birthDate":            object{"type": "string", "format": "date"},
	"pid":                  about("string", "The eID's own lasting identifier of the person."),
	"bankId":               about("string", "The bank that issued the eID."),
	"companySignatoryText": about("string", "Whether the person may sign for the organization, as a sentence."),
	"signResult": object{"type": "object", "description": "What the eID hands out of the signature.", "additionalProperties": false, "properties": object{
		"endUser": about("string", "The person's signature."), "merchant": about("string", "The counter-signature."),
		"hash": about("string", "Of what was signed."), "checksum": about("string", "Of the signed text."),
	}},
	"signedDocuments": object{"type": "array", "minItems": 1, "items": object{"$ref": "#/components/schemas/Document"}},
	"ageVerified":     about("boolean", "Whether the person's age is within the bounds."),
	"error": object{"type": "string", "description": "Why it failed. New codes may come.",
		"enum": sorted(Codes())},
}

func about(sort, text string) object {
	o := object{"type": sort}
	if text != "" {
		o["description"] = text
	}
	return o
}

func schemas(t table) object {
	all := object{
		"Error":    closed(object{"message": about("string", "What is wrong; some are words to compare with, such as `alreadyInProgress`.")}, "message"),
		"Document": closed(object{"id": about("string", ""), "hash": about("string", "SHA-256 in lower-case hexadecimal digits.")}, "id", "hash"),
		"Card": closed(object{
			"ssn": members["ssn"], "name": members["name"], "givenName": members["givenName"], "surname": members["surname"],
			"age": object{"type": "integer"}, "verifiedAt": object{"type": "string", "format": "date", "description": "The day in UTC."},
		}, "ssn", "name", "givenName", "surname", "verifiedAt"),
		failed.schema: failed.describe(statusFailed),
	}
	for _, o := range t.starts {
		all[o.began.schema] = o.began.describe(statusPending)
		all[o.pending.schema] = o.pending.describe(statusPending)
	}
	for _, p := range t.spaces {
		all[p.completed.schema] = p.completed.describe(statusCompleted)
	}
	return all
}

func (s shape) describe(status string) object {
	properties := object{"id": members["id"], "refId": members["refId"], "status": object{"type": "string", "enum": []string{status}}}
	for _, name := range slices.Concat(s.required, s.optional) {
		properties[name] = members[name]
	}
	return closed(properties, append([]string{"id", "status"}, s.required...)...)
}

func closed(properties object, required ...string) object {
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

// The samples behind the examples. Their people are the schemes' own published test identities.

const (
	sampleID    = "1668b9da-bff1-4dfc-ad48-60507b5a8d12"
	sampleToken = "6e8fdb9e-4cc7-42a7-9ce7-59947aeec6e6"
	sampleHash  = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
)

var sampleTime = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func sample(o start) eid.Snapshot {
	s := eid.Snapshot{
		ID: sampleID, State: eid.Pending, AgeFits: true,
		Order: eid.Order{Surface: Name, EID: o.eid, Operation: o.operation, Channel: o.channel, Wants: o.wants, Correlation: "12398698"},
		Challenge: eid.Challenge{AppToken: sampleToken,
			Animated: eid.AnimatedQR{Token: "67df3917-fa0d-44e5-b327-edcc928297f8", Secret: "d28db9a7-4cde-429e-a983-359be676944c"}},
		Evidence: eid.Evidence{Name: "Kari Nordmann", GivenName: "Kari", Surname: "Nordmann"},
	}
	if o.eid.Country() == identity.SE {
		s.Hint = eid.HintOutstanding
		s.Evidence.Number, s.Evidence.ValidFrom = sampleNumber(), identity.Date{Year: 2024, Month: 2, Day: 1}
		s.Challenge.QR = o.eid.LaunchLink(sampleToken, false, "")
	}
	if o.channel == eid.Page {
		s.Challenge = eid.Challenge{URL: "https://eid.example/s/1b4dc7e1f0f84bd9"}
	}
	if o.channel == eid.Backchannel && o.eid.Country() != identity.SE {
		s.Challenge = eid.Challenge{BindingMessage: "Blue tiger 42"}
	}
	if o.operation == eid.ProveAge {
		s.Order.Require.LeastAge, s.Order.Require.GreatestAge = 18, 67
	}
	if o.operation == eid.Sign {
		s.Evidence.Signature = eid.Signature{Person: "MIIB...", Merchant: "MIIC...", Hash: sampleHash, Checksum: sampleHash}
	}
	return s
}

func sampleNumber() identity.Number {
	n, _ := identity.ParsePerson(identity.SE, "199908072391", identity.Options{AsOf: sampleTime})
	return n
}

func sampleCard() eid.Card {
	return eid.Card{Number: sampleNumber(), Name: "Kari Nordmann", GivenName: "Kari", Surname: "Nordmann", Age: 26, VerifiedAt: sampleTime}
}

func sampleDocument() documentBody { return documentBody{ID: sampleID, Hash: sampleHash} }
