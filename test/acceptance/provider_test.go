package acceptance

import (
	"net/url"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/test/standin"
)

func TestTheMainJobAtAnOpenIDProvider(t *testing.T) {
	p := standin.New(t, standin.Config{RedirectURIs: []string{callback}})
	signing, encryption := standin.ClientKeys()
	AtOpenIDProvider(t, OpenIDProvider{
		Issuer: p.Issuer, ClientID: standin.ClientID, Signing: signing, Encryption: encryption, Callback: callback,
		Login: func(t *testing.T, address, person string) url.Values {
			t.Helper()
			back, err := p.Decline(t.Context(), address)
			if person != "" {
				back, err = p.Approve(t.Context(), address, person)
			}
			if err != nil {
				t.Fatal(err)
			}
			return back.Query()
		},
		People: []Holder{
			{standin.Terne, identity.SE, swedish, standin.Number(standin.Terne)},
			{standin.Kari, identity.NO, norwegian, standin.Number(standin.Kari)},
			{standin.Mette, identity.DK, "urn:grn:authn:dk:mitid:substantial", standin.Number(standin.Mette)},
			{standin.Vilma, identity.FI, "urn:grn:authn:fi:all", standin.Number(standin.Vilma)},
		},
	})
}
