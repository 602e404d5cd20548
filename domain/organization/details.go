package organization

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// ErrDetails refuses what an organization says of itself; it carries one violation for each field at fault.
var ErrDetails = fault.New(fault.Invalid, "organization_details_invalid", "The organization's details are invalid.")

// Details are what an organization says of itself. None of it is held against the world.
type Details struct {
	Locality          string // where its head office is
	State             string
	Country           string // ISO 3166-1 alpha-2, two upper-case letters
	PrivacyPolicyURL  string
	TermsOfServiceURL string
}

func (d Details) trimmed() Details {
	for _, s := range []*string{&d.Locality, &d.State, &d.Country, &d.PrivacyPolicyURL, &d.TermsOfServiceURL} {
		*s = strings.TrimSpace(*s)
	}
	d.Country = strings.ToUpper(d.Country)
	return d
}

func (d Details) check() error {
	var v fault.Violations
	v.Check(identity.IsText(d.Locality, 200), "locality", "text_invalid", "The text must be printable and at most 200 characters.")
	v.Check(identity.IsText(d.State, 200), "state", "text_invalid", "The text must be printable and at most 200 characters.")
	v.Check(d.Country == "" || isCountry(d.Country), "country", "country_invalid", "The country must be two letters of ISO 3166-1.")
	v.Check(d.PrivacyPolicyURL == "" || isWebAddress(d.PrivacyPolicyURL), "privacy_policy_url", "url_invalid", urlText)
	v.Check(d.TermsOfServiceURL == "" || isWebAddress(d.TermsOfServiceURL), "terms_of_service_url", "url_invalid", urlText)
	return v.Of(ErrDetails)
}

const urlText = "The address must be an absolute http or https URL of at most 2,000 characters without user or control characters."

var countryPattern = regexp.MustCompile(`^[A-Z]{2}$`)

// isCountry holds for what could be a country: the list itself changes, and nothing here depends on it.
func isCountry(s string) bool { return countryPattern.MatchString(s) }

// isWebAddress holds for addresses that may be shown as links. It allows plain http: nobody is sent there by us.
func isWebAddress(address string) bool {
	u, plain := plainURL(address)
	return plain && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// plainURL reads an absolute URL of printable ASCII without a user.
func plainURL(address string) (*url.URL, bool) {
	if address == "" || len(address) > 2000 {
		return nil, false
	}
	for i := range len(address) {
		if address[i] <= ' ' || address[i] >= 0x7f || address[i] == '\\' || address[i] == '"' || address[i] == '<' || address[i] == '>' {
			return nil, false
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || u.Opaque != "" || u.User != nil {
		return nil, false
	}
	return u, true
}
