package sessionapi

import (
	"encoding/json"

	"github.com/eidgate/eidgate/domain/eid"
)

// annex is what only this surface needs of an order: what answers repeat of the request, and how they are sent.
type annex struct {
	Flow       string         `json:"flow"`
	Attributes []string       `json:"attributes,omitempty"` // as requested
	Providers  []string       `json:"providers,omitempty"`  // as named, in our spelling; none for all
	Callbacks  *callbacks     `json:"callbacks,omitempty"`
	ReturnURL  string         `json:"returnUrl,omitempty"`
	Language   string         `json:"language,omitempty"` // as asked for
	Domain     string         `json:"domain,omitempty"`
	AppFlow    string         `json:"appFlow,omitempty"` // of Swedish BankID: QR or APP_LAUNCH
	Lifetime   int            `json:"lifetime"`          // in seconds, as it is
	Key        *encryptionKey `json:"key,omitempty"`     // what answers are encrypted with
}

// callbacks are where the person goes afterwards, as the caller sent them.
type callbacks struct {
	Success string `json:"success"`
	Abort   string `json:"abort"`
	Error   string `json:"error"`
}

// annexOf reads the annex of a session of this surface. ok is false where it is none.
func annexOf(s eid.Snapshot) (a annex, ok bool) {
	if err := json.Unmarshal(s.Order.Annex, &a); err != nil {
		return annex{}, false
	}
	switch a.Flow {
	case flowRedirect, flowEmbedded, flowHeadless:
		return a, true
	}
	return annex{}, false
}
