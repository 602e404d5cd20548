package bankid

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// flaw is what is wrong with an answer: words of ours, none of the answer's.
type flaw string

func (f flaw) Error() string { return "bankid: " + string(f) }

func rejected(why flaw) error { return eid.ErrEvidenceRejected.Because(why) }

// completion is what BankID tells of an order that was approved.
type completion struct {
	User      user   `json:"user"`
	Issued    string `json:"bankIdIssueDate"`
	Signature string `json:"signature"`
	OCSP      string `json:"ocspResponse"`
}

type user struct {
	Number    string `json:"personalNumber"`
	Name      string `json:"name"`
	GivenName string `json:"givenName"`
	Surname   string `json:"surname"`
}

// evidence reads a completion. The signature and the OCSP response have to be there; see the package's comment for what
// is not verified.
func (p *Provider) evidence(t thread, c *completion) (eid.Evidence, error) {
	if c == nil || c.User.Number == "" {
		return eid.Evidence{}, rejected("the order is complete, and the answer does not say by whom")
	}
	signature, ok := decoded(c.Signature)
	if !ok {
		return eid.Evidence{}, rejected("the signature is missing or malformed")
	}
	status, ok := decoded(c.OCSP)
	if !ok {
		return eid.Evidence{}, rejected("the OCSP response is missing or malformed")
	}
	now := p.clock.Now()
	e := eid.Evidence{
		Provider: Name, EID: eid.SEBankID, Context: eid.SEBankID.DefaultContext(),
		Assurance: eid.SEBankID.DefaultContext().Assurance(),
		Name:      provider.Readable(c.User.Name, provider.LongestName), GivenName: provider.Readable(c.User.GivenName, provider.LongestName), Surname: provider.Readable(c.User.Surname, provider.LongestName),
		Subject: p.subject(c.User.Number), TokenID: t.Reference, IssuedAt: now,
		Proofs: []eid.Proof{
			{Kind: "signature", MediaType: "application/xml", Data: signature},
			{Kind: "ocsp_response", MediaType: "application/ocsp-response", Data: status},
		},
	}
	e.Number, e.Malformed = p.number(c.User.Number)
	if len(c.Issued) >= len("2006-01-02") { // Z or an offset may follow
		e.ValidFrom, _ = identity.ParseDate(c.Issued[:len("2006-01-02")])
	}
	return e, nil
}

func (p *Provider) number(digits string) (n identity.Number, malformed bool) {
	n, err := identity.ParsePerson(identity.SE, digits, identity.Options{
		AsOf: identity.SE.Today(p.clock.Now()), Allow: p.config.Allow,
	})
	return n, err != nil
}

// subject names a person without telling who it is.
func (p *Provider) subject(digits string) string {
	mac := hmac.New(sha256.New, p.config.SubjectKey)
	mac.Write([]byte("bankid/" + digits))
	return hex.EncodeToString(mac.Sum(nil))
}

func decoded(text string) ([]byte, bool) {
	data, err := base64.StdEncoding.DecodeString(text)
	return data, err == nil && len(data) > 0
}
