package simulator

import (
	"maps"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
)

// failure is how an order comes to nothing: what an OpenID provider tells the caller (OAuth 2.0, RFC 6749 section
// 4.1.2.1), and what it means where we are asked ourselves.
type failure struct{ code, description, reason string }

const reasonDeclined = "declined"

// withdrawn is the end of an order that the organization took back.
var withdrawn = failure{"access_denied", "Collect failed: cancelled", eid.ReasonCancelled}

// failures gives each reason its redirect error, as a broker words it: what an eID's app reports arrives as
// access_denied with the app's own word behind "Collect failed".
var failures = map[string]failure{
	reasonDeclined: {"access_denied", "Collect failed: userCancel", eid.ReasonDeclined},
	"cancelled":    {"access_denied", "Collect failed: cancelled", eid.ReasonSuperseded}, // by another order

	// Swedish BankID's hint codes (Relying Party guidelines, collect).
	"userCancel":             {"access_denied", "Collect failed: userCancel", eid.ReasonDeclined},
	"startFailed":            {"access_denied", "Collect failed: startFailed", eid.ReasonNotStarted},
	"expiredTransaction":     {"access_denied", "Collect failed: expiredTransaction", eid.ReasonTimedOut},
	"certificateErr":         {"access_denied", "Collect failed: certificateErr", eid.ReasonInvalidEID},
	"notSupportedByUserApp":  {"access_denied", "Collect failed: notSupportedByUserApp", eid.ReasonUnsupported},
	"userDeclinedCall":       {"access_denied", "Collect failed: userDeclinedCall", eid.ReasonCallDeclined},
	"transactionRiskBlocked": {"access_denied", "Collect failed: transactionRiskBlocked", eid.ReasonRisk},

	// Freja's statuses (Freja, transaction results).
	"CANCELED":    {"access_denied", "Collect failed: CANCELED", eid.ReasonDeclined},
	"RP_CANCELED": {"access_denied", "Collect failed: RP_CANCELED", eid.ReasonCancelled},
	"EXPIRED":     {"access_denied", "Collect failed: EXPIRED", eid.ReasonTimedOut},
	"REJECTED":    {"access_denied", "Collect failed: REJECTED", eid.ReasonRejected},

	// Norwegian BankID, and MitID.
	"C301":                         {"access_denied", "bankid_error_codes:C301", eid.ReasonInterrupted},
	"mitid_core_client_error":      {"mitid_core_client_error", "The MitID client reported an error.", eid.ReasonInterrupted},
	"MITID_NONCE_COOKIE_MISSING":   {"MITID_NONCE_COOKIE_MISSING", "The MitID session was lost.", eid.ReasonInterrupted},
	"MITID_NONCE_COOKIE_MALFORMED": {"MITID_NONCE_COOKIE_MALFORMED", "The MitID session was lost.", eid.ReasonInterrupted},

	// The errors that the protocol itself knows (RFC 6749, OpenID Connect Core section 3.1.2.6, RFC 9101).
	"access_denied":             {"access_denied", "Collect failed: userCancel", eid.ReasonDeclined},
	"expired":                   {"access_denied", "Collect failed: expiredTransaction", eid.ReasonTimedOut},
	"login_required":            {"login_required", "The person is not logged in.", eid.ReasonInterrupted},
	"invalid_request":           {"invalid_request", "The request is malformed.", eid.ReasonProviderFailed},
	"invalid_request_object":    {"invalid_request_object", "The signed request is not accepted.", eid.ReasonProviderFailed},
	"unauthorized_client":       {"unauthorized_client", "The client may not do this.", eid.ReasonProviderFailed},
	"unsupported_response_type": {"unsupported_response_type", "The response type is not supported.", eid.ReasonProviderFailed},
	"invalid_scope":             {"invalid_scope", "The scope is not accepted.", eid.ReasonProviderFailed},
	"server_error":              {"server_error", "The provider met an error.", eid.ReasonProviderFailed},
	"temporarily_unavailable":   {"temporarily_unavailable", "The provider is away for a while.", eid.ReasonProviderFailed},
}

// Reasons lists what Fail understands, sorted.
func (s *Simulator) Reasons() []string { return slices.Sorted(maps.Keys(failures)) }

func knownFailures() string { return strings.Join(slices.Sorted(maps.Keys(failures)), ", ") }
