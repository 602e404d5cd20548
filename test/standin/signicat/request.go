package signicat

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// request is a create as the API documents it.
type request struct {
	Flow       string            `json:"flow"`
	Attributes []string          `json:"requestedAttributes"`
	Callbacks  map[string]string `json:"callbackUrls"`
	Allowed    []string          `json:"allowedProviders"`
	Prefilled  map[string]string `json:"prefilledInput"`
	Additional map[string]string `json:"additionalParameters"`
	Key        json.RawMessage   `json:"encryptionPublicKey"`
	Assurance  string            `json:"requestedLoa"`
	Tags       []string          `json:"tags"`
	Language   string            `json:"language"`
	Reference  string            `json:"externalReference"`
	Usage      string            `json:"usageReference"`
	Theme      string            `json:"themeId"`
	Domain     string            `json:"requestDomain"`
	Lifetime   *int              `json:"sessionLifetime"`

	key *jose.JSONWebKey
}

// providers are the eIDs, with the parameters that they take.
var providers = map[string][]string{
	"sbid":  {"sbid_flow", "sbid_end_user_ip", "sbid_initial_flow", "sbid_intention_text"},
	"nbid":  {"nbid_idp"},
	"mitid": {"mitid_reference_text"},
	"ftn":   {},
	"freja": {"freja_min_registration_level"},
	"vipps": {},
}

// values are those of parameters that take no others.
var values = map[string][]string{
	"sbid_flow": {"QR", "APP_LAUNCH"}, "sbid_initial_flow": {"REMOTE_FLOW", "LOCAL_FLOW"}, "nbid_idp": {"BID", "BIS"},
	"freja_min_registration_level": {"BASIC", "EXTENDED", "PLUS"},
}

// read takes a body apart; wrong names the member that is, "" for none.
func (s *Service) read(raw []byte) (r request, wrong string) {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if d.Decode(&r) != nil {
		return r, "body"
	}
	switch {
	case r.Flow != "redirect" && r.Flow != "headless":
		return r, "flow"
	case r.Attributes == nil:
		return r, "requestedAttributes"
	case len(r.Allowed) == 0, slices.ContainsFunc(r.Allowed, func(p string) bool { return providers[p] == nil }):
		return r, "allowedProviders"
	case r.Flow == "headless" && !slices.Equal(r.Allowed, []string{"sbid"}):
		return r, "flow"
	case r.Prefilled != nil && len(r.Prefilled) == 0:
		return r, "prefilledInput"
	case r.Assurance != "" && !slices.Contains([]string{"low", "substantial", "high"}, r.Assurance):
		return r, "requestedLoa"
	case len(r.Tags) > 100, len(r.Reference) > 100, len(r.Theme) > 10, r.Language != "" && len(r.Language) != 2:
		return r, "tags"
	}
	if wrong := s.readCallbacks(r); wrong != "" {
		return r, wrong
	}
	if wrong := r.readAdditional(); wrong != "" {
		return r, wrong
	}
	return r, r.readKey()
}

func (s *Service) readCallbacks(r request) string {
	if r.Flow == "headless" {
		return ""
	}
	for _, name := range []string{"success", "abort", "error"} {
		u, err := url.Parse(r.Callbacks[name])
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return "callbackUrls." + name
		}
	}
	return ""
}

func (r *request) readAdditional() string {
	for name, value := range r.Additional {
		known := slices.ContainsFunc(r.Allowed, func(p string) bool { return slices.Contains(providers[p], name) })
		if allowed, limited := values[name]; !known || limited && !slices.Contains(allowed, value) {
			return "additionalParameters." + name
		}
		if strings.HasSuffix(name, "_text") {
			if _, err := base64.StdEncoding.DecodeString(value); err != nil || value == "" {
				return "additionalParameters." + name
			}
		}
	}
	return ""
}

// readKey wants a public key, and one for the Finnish network in any case.
func (r *request) readKey() string {
	if len(r.Key) == 0 || string(r.Key) == "null" {
		if slices.Contains(r.Allowed, "ftn") {
			return "encryptionPublicKey"
		}
		return ""
	}
	var members map[string]any
	key := &jose.JSONWebKey{}
	if json.Unmarshal(r.Key, &members) != nil || key.UnmarshalJSON(r.Key) != nil || members["d"] != nil || !key.IsPublic() || members["use"] != "enc" ||
		members["alg"] != "ECDH-ES" && members["alg"] != "RSA-OAEP" {
		return "encryptionPublicKey"
	}
	r.key = key
	return ""
}
