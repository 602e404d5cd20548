package sessionapi

import (
	"cmp"
	"net/http"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// The samples behind the examples, worded as answers are. Their people are the schemes' own published test identities.

const (
	samplePublicURL = "https://eid.example"
	sampleID        = "0198a1f2-3b4c-7d5e-8f60-718293a4b5c6"
	sampleTrace     = "4bf92f3577b34da6a3ce929d0e0e4736"
)

var sampleTime = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// sampleClock stands still.
type sampleClock struct{}

func (sampleClock) Now() time.Time { return sampleTime }

func sampleSurface() *Surface {
	page := func(ticket string) string { return samplePublicURL + "/s/" + ticket }
	return New(Config{PublicURL: samplePublicURL, Page: page}, Deps{Clock: sampleClock{}})
}

func sampleSnapshot(a annex, o eid.Order) eid.Snapshot {
	o.Scope = organization.Scope{Organization: "organization", Environment: organization.Sandbox}
	a.Lifetime = int(usualLife.Seconds())
	o.Surface, o.Operation = Name, eid.Authenticate
	o.Annex, _ = a.write() // samples hold no separator
	return eid.Snapshot{ID: sampleID, Ticket: "nWv3kQ8r6yZt1XfHc2LmPs", State: eid.Opened, Order: o, OpenedAt: sampleTime, ExpiresAt: sampleTime.Add(usualLife)}
}

var sampleCallbacks = callbacks{Success: "https://rp.example/ok", Abort: "https://rp.example/abort", Error: "https://rp.example/error"}

// sampleRedirect is a session at Swedish BankID, on our page.
func sampleRedirect() eid.Snapshot {
	a := annex{Flow: flowRedirect, Attributes: []string{"name", "firstName", "lastName", "dateOfBirth", ninMember}, Providers: []string{"sbid"}, Callbacks: &sampleCallbacks}
	s := sampleSnapshot(a, eid.Order{EID: eid.SEBankID, Correlation: "order-1", Tags: []string{"web"}})
	s.Order.Require.Assurance = eid.Substantial
	return s
}

func worded(s eid.Snapshot, q question) sessionBody {
	b, _ := sampleSurface().word(s, q)
	return b
}

func sampledCreated() sessionBody { return worded(sampleRedirect(), question{}) }

func sampledHeadless() sessionBody {
	s := sampleSnapshot(annex{Flow: flowHeadless, Attributes: []string{"name"}, Providers: []string{"sbid"}, AppFlow: flowQR}, eid.Order{EID: eid.SEBankID})
	s.State, s.Provider = eid.Pending, "bankid"
	qr := eid.AnimatedQR{Token: "67df3917-fa0d-44e5-b327-edcc928297f8", Secret: "d28db9a7-4cde-429e-a983-359be676944c", Start: sampleTime}
	s.Challenge = eid.Challenge{AppToken: "6e8fdb9e-4cc7-42a7-9ce7-59947aeec6e6", QR: qr.At(sampleTime), Animated: qr}
	return worded(s, question{})
}

// visited is the session once the person has come to it.
func visited() eid.Snapshot {
	s := sampleRedirect()
	s.State, s.Provider = eid.Pending, "bankid"
	s.Browser = eid.Browser{Name: "browser", Address: "203.0.113.7", Agent: "Mozilla/5.0"}
	return s
}

func sampledWaiting() sessionBody { return worded(visited(), question{get: true}) }

func sampledSuccess() sessionBody {
	s := visited()
	number, _ := identity.ParsePerson(identity.SE, "199908072391", identity.Options{AsOf: sampleTime})
	s.State, s.SettledAt = eid.Completed, sampleTime.Add(time.Minute)
	s.Evidence = eid.Evidence{EID: eid.SEBankID, Number: number, Name: "Kari Karlsson", GivenName: "Kari", Surname: "Karlsson", Assurance: eid.Substantial}
	return worded(s, question{get: true})
}

func sampledError() sessionBody {
	s := visited()
	s.State, s.Reason, s.SettledAt = eid.Refused, eid.ReasonTimedOut, sampleTime.Add(time.Minute)
	return worded(s, question{get: true})
}

func sampledCancelled() sessionBody {
	s := visited()
	s.State, s.Reason, s.SettledAt = eid.Refused, eid.ReasonCancelled, sampleTime.Add(time.Minute)
	return worded(s, question{})
}

// sampledRequests are requests by flow.
func sampledRequests() tree {
	return tree{
		"redirect": tree{"value": tree{
			"flow": flowRedirect, "allowedProviders": []string{"sbid"}, "requestedAttributes": []string{"name", "firstName", "lastName", "dateOfBirth", ninMember},
			"callbackUrls": sampleCallbacks, "requestedLoa": "substantial", "externalReference": "order-1", "tags": []string{"web"},
		}},
		"embedded": tree{"value": tree{
			"flow": flowEmbedded, "allowedProviders": []string{"sbid"}, "requestedAttributes": []string{"name"}, "embeddedParentDomains": []string{"rp.example"},
			"returnUrl": "https://rp.example/framed", "language": "sv",
		}},
		"headless": tree{"value": tree{
			"flow": flowHeadless, "allowedProviders": []string{"sbid"}, "requestedAttributes": []string{"name"},
			"additionalParameters": tree{"sbid_flow": flowQR, "sbid_end_user_ip": "203.0.113.7"},
		}},
	}
}

func titleOf(code string, status int) string { return cmp.Or(titles[code], http.StatusText(status)) }
