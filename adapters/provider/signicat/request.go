package signicat

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
)

// request is the body of a create. Members without a value are left out.
type request struct {
	Flow             string            `json:"flow"`
	AllowedProviders []string          `json:"allowedProviders"`
	Attributes       []string          `json:"requestedAttributes"`
	CallbackURLs     *callbacks        `json:"callbackUrls,omitempty"`
	Prefilled        *prefilled        `json:"prefilledInput,omitempty"`
	Additional       map[string]string `json:"additionalParameters,omitempty"`
	Key              *jose.JSONWebKey  `json:"encryptionPublicKey,omitempty"`
	Assurance        string            `json:"requestedLoa,omitempty"`
	Tags             []string          `json:"tags"`
	Language         string            `json:"language,omitempty"`
	Reference        string            `json:"externalReference"`
	Lifetime         int               `json:"sessionLifetime"`
}

type callbacks struct {
	Success string `json:"success"`
	Abort   string `json:"abort"`
	Error   string `json:"error"`
}

type prefilled struct {
	Number string `json:"nin"`
}

const (
	redirect = "redirect"
	headless = "headless"
)

// Signicat's bounds of a session's life. What we want to be shorter it makes that long.
const (
	leastLifetime = 300
	mostLifetime  = 86_400
)

// word writes an order in Signicat's words. It fails
// with [eid.ErrOrderRefused] where the text is too long.
func (p *Provider) word(s eid.Snapshot, c eid.Channel, now time.Time) (request, error) {
	o := s.Order
	r := request{
		Flow: headless, AllowedProviders: []string{schemes[o.EID].id}, Attributes: attributes(o),
		Assurance: wanted(o).String(), Tags: []string{"eidgate"}, Language: language(o.Language), Reference: s.ID,
		Lifetime: int(min(max(s.ExpiresAt.Sub(now)/time.Second, leastLifetime), mostLifetime)), Additional: map[string]string{},
	}
	if c == eid.Page {
		back := p.returnTo + "?state=" + url.QueryEscape(s.Ticket)
		r.Flow, r.CallbackURLs = redirect, &callbacks{back, back, back}
	}
	r.choose(o, c)
	if err := r.show(o); err != nil {
		return request{}, err
	}
	if n := o.Require.Person; prefills(o.EID) && !n.IsZero() {
		if n.Country() != o.EID.Country() || n.IsOrg() {
			return request{}, eid.ErrOrderRefused.On("person")
		}
		r.Prefilled = &prefilled{n.Reveal()}
	}
	return r, nil
}

// prefills holds for the eIDs to which a number can be handed; who turned up elsewhere, the session checks.
func prefills(e eid.EID) bool { return e == eid.SEBankID || e == eid.NOBankID || e == eid.DKMitID }

// attributes are what the answer is to tell. What an eID does not have it leaves out.
func attributes(o eid.Order) []string {
	list := []string{"dateOfBirth", "idpId"}
	if numbered(o) {
		list = append(list, "nin")
	}
	if o.Operation != eid.ProveAge {
		list = append(list, "name", "firstName", "lastName")
		for _, want := range []struct {
			what eid.Attributes
			name string
		}{{eid.WantPhone, "phoneNumber"}, {eid.WantEmail, "email"}, {eid.WantAddress, "address"}} {
			if o.Wants.Has(want.what) {
				list = append(list, want.name)
			}
		}
		if o.Wants.Has(eid.WantDevice) && o.EID == eid.SEBankID {
			list = append(list, "sbidDeviceIp")
		}
	}
	return append(list, schemes[o.EID].own...)
}

// choose says in which way the eID is to be used.
func (r *request) choose(o eid.Order, c eid.Channel) {
	switch o.EID {
	case eid.SEBankID:
		flows := map[eid.Device]string{eid.OtherDevice: "REMOTE_FLOW", eid.SameDevice: "LOCAL_FLOW"}
		name := "sbid_initial_flow"
		if c == eid.App {
			name, flows = "sbid_flow", map[eid.Device]string{"": "QR", eid.OtherDevice: "QR", eid.SameDevice: "APP_LAUNCH"}
			if o.PersonAddress != "" {
				r.Additional["sbid_end_user_ip"] = o.PersonAddress
			}
		}
		if flow := flows[o.Device]; flow != "" {
			r.Additional[name] = flow
		}
	case eid.NOBankID:
		switch wanted := wanted(o); {
		case wanted == eid.High:
			r.Additional["nbid_idp"] = "BID"
		case strings.HasSuffix(string(o.Context), ":substantial"):
			r.Additional["nbid_idp"] = "BIS"
		}
	case eid.SEFreja:
		r.Additional["freja_min_registration_level"] = "EXTENDED"
		if o.Require.Registration == eid.Plus {
			r.Additional["freja_min_registration_level"] = "PLUS"
		}
	}
}

// What the schemes show at most: characters, or bytes in base64.
const (
	mostIntention = 1_500
	mostReference = 130
)

// show puts in what the person reads, where the order has a text and the eID shows one. It begins with the organization's
// name, and is refused where it is too long with it: nobody may approve the half of something. The others' texts are left to
// our own page.
func (r *request) show(o eid.Order) error {
	parameter, between := "", ": "
	switch {
	case o.Text == "":
		return nil
	case o.EID == eid.SEBankID:
		parameter, between = "sbid_intention_text", "\n\n"
	case o.EID == eid.DKMitID:
		parameter = "mitid_reference_text"
	default:
		return nil
	}
	text := o.Text
	if o.OnBehalfOf != "" {
		text = o.OnBehalfOf + between + text
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	if o.EID == eid.SEBankID && len(encoded) > mostIntention || o.EID == eid.DKMitID && utf8.RuneCountInString(text) > mostReference {
		return eid.ErrOrderRefused.Because(eid.ErrTextTooLong)
	}
	r.Additional[parameter] = encoded
	return nil
}

// language is one in Signicat's words, which has one for all of Norway.
func language(two string) string {
	if two == "nb" || two == "nn" {
		return "no"
	}
	return two
}

// country holds when a text names the country whose numbers the eID carries, in two letters or in three.
func (s scheme) country(text string) bool {
	for _, code := range s.codes {
		if strings.EqualFold(text, code) {
			return true
		}
	}
	return false
}

// marshalled is the body as it is sent.
func (r request) marshalled() ([]byte, error) {
	if r.Key != nil && !r.Key.IsPublic() {
		return nil, errTransport // a private key goes nowhere
	}
	return json.Marshal(r)
}
