package sessionapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// errNotWorded: a session of another surface, or one that has not settled, has no words here.
var errNotWorded = fault.New(fault.Internal, "event_not_worded", "This session cannot be told in the words of the session API.")

// Wording tells of settled sessions in events, and sends people back. Its zero value is ready.
type Wording struct{}

var _ outbound.Wording = Wording{}

// Surface is the word by which orders remember the surface.
func (Wording) Surface() string { return Name }

// eventLife is how long an event is worth telling: nothing is delivered later.
const eventLife = 36 * time.Hour

// Word gives the event of a settled session. It says how the session ended, and nothing of the person. It fails for
// sessions of other surfaces and for those that have not settled.
func (Wording) Word(s eid.Snapshot) (contentType string, body []byte, err error) {
	if s.Order.Surface != Name || !s.State.Settled() {
		return "", nil, errNotWorded
	}
	a, readable := annexOf(s)
	data := eventData{
		Session: s.ID, Status: statusWord(s), Reference: s.Order.Correlation, Flow: a.Flow,
	}
	if s.Provider != "" || s.State == eid.Completed {
		data.Provider = providerOf(s.Order.EID)
	}
	switch {
	case !readable:
		data.Status, data.Code = statusInvalid, failedSession
	case data.Status == statusError:
		data.Code = failureCode(s)
	}
	name := data.Status
	if !readable {
		name = statusError
	}
	sum := sha256.Sum256([]byte("session event\n" + s.ID + "\n" + name))
	tags := s.Order.Tags
	if tags == nil {
		tags = []string{}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(event{
		ID: hex.EncodeToString(sum[:16]), Timestamp: stamp(s.SettledAt) + "Z", Sender: "authentication-api",
		Name: "session." + strings.ToLower(name), Data: data, Account: AccountID(s.Order.Scope),
		ExpiresAt: stamp(s.SettledAt.Add(eventLife)) + "Z", Tags: tags,
	})
	return fiber.MIMEApplicationJSON, bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// ReturnTo is where the person of a settled session goes: in the redirect flow to one of the caller's addresses by how it
// ended, in the embedded flow to the one that there is, with what only the session's browser is told.
func (Wording) ReturnTo(s eid.Snapshot) string {
	a, readable := annexOf(s)
	if !readable || !s.State.Settled() {
		return ""
	}
	switch {
	case a.Flow == flowEmbedded && a.ReturnURL != "":
		return with(a.ReturnURL, parameter{"sessionId", s.ID}, parameter{"externalReference", s.Order.Correlation},
			parameter{"sessionNonce", s.Proof()})
	case a.Flow != flowRedirect || a.Callbacks == nil:
		return ""
	}
	addresses := a.Callbacks.identified(s.ID, s.Order.Correlation)
	switch statusWord(s) {
	case statusSuccess:
		return addresses.Success
	case statusAbort, statusCancelled:
		return addresses.Abort
	}
	return addresses.Error
}

// The wire.

type event struct {
	ID           string    `json:"id"`
	Timestamp    string    `json:"timestamp"`
	Sender       string    `json:"sender"`
	Name         string    `json:"eventName"`
	Data         eventData `json:"eventData"`
	Account      string    `json:"accountId"`
	Organization *string   `json:"organizationId"`
	ExpiresAt    string    `json:"expiresAt"`
	Tags         []string  `json:"tags"`
}

type eventData struct {
	Session   string `json:"sessionId"`
	Status    string `json:"status"`
	Provider  string `json:"provider,omitempty"`
	Reference string `json:"externalReference,omitempty"`
	Flow      string `json:"flow,omitempty"`
	Code      string `json:"errorCode,omitempty"`
}
