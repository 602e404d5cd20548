package eidapi

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// mostReference is how long a caller's own reference may be: our own bound, since it is kept with the session.
const mostReference = 1_000

// mostDocuments is how many documents one signature covers.
const mostDocuments = 10

// ssn is the national number of the person who has to turn up.
func ssn(example, about string) field {
	return text("ssn", 1, 0, example, about, (*reading).person).of("person")
}

func refID() field {
	return text("refId", 0, mostReference, "12398698", "The caller's own reference, repeated in every answer about the session.", func(r *reading, text string) string {
		r.order.Correlation = text
		return ""
	})
}

// address is an absolute URL among those that the client registered.
func address(name, example, about string, allowed func(organization.Addresses, string) bool, accept func(*reading, string)) field {
	f := text(name, 1, 2_000, example, about, func(r *reading, address string) string {
		if !organization.WellFormedAddress(address, r.loopbackHTTP) {
			return "no_address"
		}
		r.admit(name, allowed(r.client.Addresses, address))
		accept(r, address)
		return ""
	})
	f.schema["format"] = "uri"
	return f
}

func callbackURL() field {
	return address("callbackUrl", "https://rp.example/callback", "Where the result is posted once there is one; it must be registered. Without it the client's default is used.",
		organization.Addresses.AllowsCallback, func(r *reading, address string) { r.order.NotifyAt = address })
}

func redirectURL() field {
	return address("redirectUrl", "https://rp.example/done", "Where the person's browser is sent afterwards, with `id` and `refId` added to its query; it must be registered. Without it the client's default is used.",
		organization.Addresses.AllowsReturn, func(r *reading, address string) { r.order.ReturnTo = address }).of("return_to")
}

// appCallbackURI opens the caller's app. Web addresses have to be registered like any other; our page goes to no address
// without "//".
func appCallbackURI() field {
	f := text("appCallbackUri", 1, 2_000, "com.example.bank://login-done", "A link that opens the caller's app. On phones and tablets the person is sent there in place of `redirectUrl`, with `id` and `refId` added to its query.", func(r *reading, link string) string {
		u, err := url.Parse(link)
		if err != nil || !visible(link) || len(u.Scheme) < 2 || !strings.HasPrefix(link[len(u.Scheme):], "://") || strings.Contains(link, "#") || strings.Contains(harmful, " "+u.Scheme+" ") {
			return "no_address"
		}
		if u.Scheme == "http" || u.Scheme == "https" {
			if !organization.WellFormedAddress(link, r.loopbackHTTP) {
				return "no_address"
			}
			r.admit("appCallbackUri", r.client.Addresses.AllowsReturn(link))
		}
		r.annex.AppCallbackURI = link
		return ""
	})
	f.schema["format"] = "uri"
	return f
}

// harmful are schemes that run or show what the link itself brings, or read what lies on the device.
const harmful = " javascript vbscript data file filesystem blob about view-source intent content jar "

func ipAddress() field {
	return text("ipAddress", 1, 100, "203.0.113.7", "The person's IP address, or the nearest one that is known.", func(r *reading, text string) string {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return "invalid"
		}
		r.order.PersonAddress = a.Unmap().String()
		return ""
	})
}

func pinRequired() field {
	return flag("pinRequired", "A code is required, not a finger or a face.", func(r *reading) { r.order.Require.PIN = true })
}

// shown is a text that the person reads before approving.
func shown(name string, least, most int, example, about string) field {
	return text(name, least, most, example, about, func(r *reading, text string) string {
		r.order.Text = text
		return ""
	}).of("text")
}

func intent() field {
	return shown("intent", 1, 2_000, "Log in to Example Bank", "Why the person is asked, shown in the app; at most 1,500 characters once it is base64.")
}

func referenceText() field {
	f := text("referenceText", 0, 130, "Log in to Example Bank", "Shown during the login.", func(r *reading, text string) string {
		if strings.ContainsAny(text, "%<") {
			return "characters"
		}
		r.order.Text = text
		return ""
	}).of("text")
	f.schema["pattern"] = "^[^%<]*$"
	return f
}

func digest() field {
	return text("digest", 1, 2_000, "SHA-256 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", "Signed together with the text, and not shown.", func(r *reading, text string) string {
		r.order.Digest = text
		return ""
	}).of("digest")
}

func orgNumber() field {
	return text("orgNumber", 1, 0, "559000-0948", "The number of a Swedish organization: the result says whether the person may sign for it.", (*reading).company).with(featureOrgNumber)
}

// request asks for an attribute of the person.
func request(name, what string, attribute eid.Attributes) field {
	return flag(name, "Tell the person's "+what+".", func(r *reading) { r.order.Wants |= attribute })
}

func requestSSN() field {
	return request("requestSsn", "national number", eid.WantNumber).with(featureRequestSSN)
}

func requestPhone() field   { return request("requestPhone", "telephone number", eid.WantPhone) }
func requestEmail() field   { return request("requestEmail", "e-mail address", eid.WantEmail) }
func requestAddress() field { return request("requestAddress", "registered address", eid.WantAddress) }

func callInitiator() field {
	return word("callInitiator", "Who called: the person (USER) or the organization (RP).", "USER",
		map[string]eid.CallInitiator{"USER": eid.CalledByPerson, "RP": eid.CalledByOrganization},
		func(r *reading, by eid.CallInitiator) { r.order.CallInitiator = by }).mandatory().of("call_initiator")
}

func bindingMessage() field {
	return text("bindingMessage", 1, 130, "Blue tiger 42", "Shown in the app, for the person to compare with what the caller shows.", func(r *reading, text string) string {
		r.order.BindingMessage = text
		return ""
	}).mandatory().of("binding_message")
}

func phone() field {
	f := text("phone", 1, 0, "+4790881716", "The person's telephone number in E.164 form.", func(r *reading, text string) string {
		if !telephone(text) {
			return "invalid"
		}
		r.order.Phone = text
		return ""
	}).mandatory().of("person")
	f.schema["pattern"] = `^\+[1-9][0-9]{6,14}$`
	return f
}

// countries are Freja's words for where the person's identity document is from.
var countries = map[string]identity.Country{"SWEDEN": identity.SE, "NORWAY": identity.NO, "DENMARK": identity.DK, "FINLAND": identity.FI}

// country must be read before the number.
func country() field {
	return word("country", "Where the person's identity document is from, and with it the number; without it SWEDEN.", "SWEDEN", countries,
		func(r *reading, c identity.Country) { r.country = c })
}

func minRegistrationLevel() field {
	f := word("minRegistrationLevel", "How thoroughly Freja must know the person.", "EXTENDED",
		map[string]eid.Registration{"EXTENDED": eid.Extended, "PLUS": eid.Plus},
		func(r *reading, level eid.Registration) { r.order.Require.Registration = level })
	f.schema["default"] = "EXTENDED"
	return f
}

func documents() field {
	return field{
		name: "documents", input: "documents", feature: featureDocuments,
		about: "Identifiers of uploaded PDF documents to be signed, in place of a text.",
		schema: object{"type": "array", "maxItems": mostDocuments, "uniqueItems": true,
			"items": object{"type": "string", "minLength": 1, "maxLength": 100}},
		take: func(r *reading, f field) {
			ids, _ := r.ExactTexts(f.name)
			if len(ids) > 0 {
				r.need(f.feature)
			}
			if len(ids) > mostDocuments {
				r.blame(f.name, "too_many")
				return
			}
			seen := map[string]bool{}
			for _, id := range ids {
				if id == "" || len(id) > 100 || seen[id] {
					r.blame(f.name, "invalid")
					return
				}
				seen[id] = true
				r.order.Documents = append(r.order.Documents, eid.Document{ID: id})
			}
		},
	}
}
