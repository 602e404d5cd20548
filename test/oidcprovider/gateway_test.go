package oidcprovider

import (
	"net/url"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/acceptance"
	"github.com/eidgate/eidgate/test/standin"
)

func TestTheMainJobAtAForeignOpenIDProvider(t *testing.T) {
	issuer := start(t)
	signing, encryption := standin.ClientKeys()
	p := acceptance.OpenIDProvider{
		Issuer: issuer, ClientID: clientID, Signing: signing, Encryption: encryption, Callback: callback,
		Login: func(t *testing.T, address, person string) url.Values {
			t.Helper()
			decision := url.Values{"error": {"access_denied"}}
			if person != "" {
				decision = url.Values{"person": {person}}
			}
			return visit(t, issuer, address, decision).Query()
		},
	}
	for _, e := range []eid.EID{eid.SEBankID, eid.NOBankID, eid.DKMitID, eid.FIFTN} {
		p.People = append(p.People, acceptance.Holder{Name: people[e].Name, Country: e.Country(), Method: e.DefaultContext(), Number: people[e].Number})
	}
	acceptance.AtOpenIDProvider(t, p)
}
