package sessionapi

import (
	"encoding/json"

	"github.com/eidgate/eidgate/domain/eid"
)

// annex is what only this surface needs of an order: what answers repeat of the request, and how they are sent.
type annex struct {
	Flow       string         `json:"flow"`
	Attributes []string       `json:"attributes,omitempty"`
	Providers  []string       `json:"providers,omitempty"` // as asked; none for all
	Callbacks  *callbacks     `json:"callbacks,omitempty"`
	ReturnURL  string         `json:"returnUrl,omitempty"`
	Reference  string         `json:"reference,omitempty"`
	UsageAs    string         `json:"usage,omitempty"`
	Domain     string         `json:"domain,omitempty"`
	Loa        string         `json:"loa,omitempty"`
	AppFlow    string         `json:"appFlow,omitempty"` // of Swedish BankID: QR or APP_LAUNCH
	Lifetime   int            `json:"lifetime"`          // in seconds, as it is
	Key        *encryptionKey `json:"key,omitempty"`
}

// callbacks are where the person goes afterwards, as the caller sent them.
type callbacks struct {
	Success string `json:"success"`
	Abort   string `json:"abort"`
	Error   string `json:"error"`
}

// annexOf reads the annex of a session of this surface. ok is false where it is none.
func annexOf(s eid.Snapshot) (a annex, ok bool) {
	err := json.Unmarshal(s.Order.Annex, &a)
	return a, err == nil && a.Flow != ""
}
