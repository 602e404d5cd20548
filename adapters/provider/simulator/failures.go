package simulator

import (
	"maps"
	"slices"
	"strings"
)

// failure is how an OpenID provider tells the caller that a login came to nothing (OAuth 2.0, RFC 6749 section
// 4.1.2.1).
type failure struct{ code, description string }

const (
	reasonDeclined  = "declined"
	reasonCancelled = "cancelled"
)

// failures gives each reason its redirect error, as a broker words it: what an eID's app reports arrives as
// access_denied with the app's own word behind "Collect failed".
var failures = map[string]failure{
	reasonDeclined:  {"access_denied", "Collect failed: userCancel"},
	reasonCancelled: {"access_denied", "Collect failed: cancelled"},

	// Swedish BankID's hint codes (Relying Party guidelines, collect).
	"userCancel":            {"access_denied", "Collect failed: userCancel"},
	"startFailed":           {"access_denied", "Collect failed: startFailed"},
	"expiredTransaction":    {"access_denied", "Collect failed: expiredTransaction"},
	"certificateErr":        {"access_denied", "Collect failed: certificateErr"},
	"notSupportedByUserApp": {"access_denied", "Collect failed: notSupportedByUserApp"},
	"userDeclinedCall":      {"access_denied", "Collect failed: userDeclinedCall"},

	// Norwegian BankID, and MitID.
	"C301":                         {"access_denied", "bankid_error_codes:C301"},
	"mitid_core_client_error":      {"mitid_core_client_error", "The MitID client reported an error."},
	"MITID_NONCE_COOKIE_MISSING":   {"MITID_NONCE_COOKIE_MISSING", "The MitID session was lost."},
	"MITID_NONCE_COOKIE_MALFORMED": {"MITID_NONCE_COOKIE_MALFORMED", "The MitID session was lost."},

	// The errors that the protocol itself knows (RFC 6749, OpenID Connect Core section 3.1.2.6, RFC 9101).
	"access_denied":             {"access_denied", "Collect failed: userCancel"},
	"expired":                   {"access_denied", "Collect failed: expiredTransaction"},
	"login_required":            {"login_required", "The person is not logged in."},
	"invalid_request":           {"invalid_request", "The request is malformed."},
	"invalid_request_object":    {"invalid_request_object", "The signed request is not accepted."},
	"unauthorized_client":       {"unauthorized_client", "The client may not do this."},
	"unsupported_response_type": {"unsupported_response_type", "The response type is not supported."},
	"invalid_scope":             {"invalid_scope", "The scope is not accepted."},
	"server_error":              {"server_error", "The provider met an error."},
	"temporarily_unavailable":   {"temporarily_unavailable", "The provider is away for a while."},
}

// Reasons lists what Fail understands, sorted.
func (s *Simulator) Reasons() []string { return slices.Sorted(maps.Keys(failures)) }

func knownFailures() string { return strings.Join(slices.Sorted(maps.Keys(failures)), ", ") }
