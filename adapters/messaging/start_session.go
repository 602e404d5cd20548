package messaging

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

// sessionSurface is where sessions that were started by message belong: whoever may see the person asks that surface.
const sessionSurface = "eid"

// maxDocuments is how many documents one signature covers.
const maxDocuments = 10

// sessionData is how far a session has come, without a word about the person.
type sessionData struct {
	SessionID string         `json:"session_id"`
	EID       string         `json:"eid"`
	Operation string         `json:"operation"`
	State     string         `json:"state"`
	Hint      string         `json:"hint,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Reference string         `json:"reference,omitempty"`
	AgeFits   *bool          `json:"age_fits,omitempty"`
	ExpiresAt string         `json:"expires_at"`
	Challenge *challengeData `json:"challenge,omitempty"`
	Simulated bool           `json:"simulated"`
}

type challengeData struct {
	URL            string `json:"url,omitempty"`
	AppToken       string `json:"app_token,omitempty"`
	QR             string `json:"qr,omitempty"`
	BindingMessage string `json:"binding_message,omitempty"`
}

func wordSession(s inbound.Session) sessionData {
	d := sessionData{
		SessionID: s.ID, EID: string(s.Order.EID), Operation: string(s.Order.Operation), State: string(s.State), Hint: string(s.Hint),
		Reason: s.Reason, Reference: s.Order.Correlation, ExpiresAt: s.ExpiresAt.Format(time.RFC3339Nano), Simulated: s.Simulated,
	}
	if s.State == eid.Completed && s.Order.Operation == eid.ProveAge {
		d.AgeFits = &s.AgeFits
	}
	// Once a person has come to their page, what it shows is for their browser alone.
	if c := s.Challenge; !s.State.Settled() && (s.Order.Channel != eid.Page || s.State == eid.Opened) {
		d.Challenge = &challengeData{URL: c.URL, AppToken: c.AppToken, QR: c.QR, BindingMessage: c.BindingMessage}
	}
	return d
}

// startSession starts an eID operation.
func startSession(sessions inbound.Sessions) use {
	return func(ctx context.Context, c command) (any, error) {
		d := c.data
		start := inbound.SessionStart{
			Command: c.id,
			Person:  inbound.Digits(d.text("ssn", maxText)),
			Country: identity.Country(d.text("country", maxText)),
			Company: inbound.Digits(d.text("company_number", maxText)),
			Order: eid.Order{
				Scope: c.scope, Surface: sessionSurface,
				EID:       eid.EID(d.required("eid", maxText)),
				Operation: eid.Operation(d.required("operation", maxText)),
				Channel:   eid.Channel(d.required("channel", maxText)),
				Require: eid.Requirement{
					PIN: d.boolean("pin", false), Registration: eid.Registration(d.text("registration", maxText)),
					LeastAge: int(d.id("least_age")), GreatestAge: int(d.id("greatest_age")),
				},
				Wants:          eid.WantNumber,
				ReturnTo:       d.text("redirect_uri", maxText),
				Correlation:    d.text("reference", maxText),
				Language:       d.text("language", 2),
				Text:           d.prose("text", maxProse),
				Digest:         d.text("digest", maxText),
				Phone:          d.text("phone", maxText),
				BindingMessage: d.text("binding_message", maxText),
				CallInitiator:  eid.CallInitiator(d.text("call_initiator", maxText)),
				PersonAddress:  d.text("person_address", maxText),
			},
		}
		for _, id := range d.texts("documents", maxDocuments, maxID) {
			start.Order.Documents = append(start.Order.Documents, eid.Document{ID: id})
		}
		misplaced(d, start)
		if err := c.fault(); err != nil {
			return nil, err
		}
		s, err := sessions.Start(ctx, start)
		if err != nil {
			return nil, err
		}
		return wordSession(s), nil
	}
}

// misplaced blames what a session of this kind cannot have. Left to the routes it would read like a provider that is away,
// and be tried again.
func misplaced(d fields, start inbound.SessionStart) {
	o := start.Order
	if o.Channel == eid.Redirect {
		d.blame("channel", "channel_unknown", "page, app or backchannel is expected.")
	}
	if len(o.Documents) > 0 && (o.EID != eid.NOBankID || o.Operation != eid.Sign) {
		d.blame("documents", "documents_misplaced", "Only a signature with Norwegian BankID has documents.")
	}
	if start.Company != "" && (o.EID.Country() != identity.SE || o.Operation == eid.ProveAge) {
		d.blame("company_number", "company_misplaced", "Only logins and signatures with Swedish BankID and Freja tell who may sign for a company.")
	}
}

// followSession says how far a session of the scope has come, whatever the door through which it was started.
func followSession(sessions inbound.Sessions) use {
	return func(ctx context.Context, c command) (any, error) {
		return answerSession(ctx, c, sessions.Follow)
	}
}

// cancelSession takes a session's order back.
func cancelSession(sessions inbound.Sessions) use {
	return func(ctx context.Context, c command) (any, error) {
		return answerSession(ctx, c, sessions.Cancel)
	}
}

func answerSession(ctx context.Context, c command, ask func(context.Context, inbound.SessionQuery) (inbound.Session, error)) (any, error) {
	q := inbound.SessionQuery{Scope: c.scope, ID: c.data.required("session_id", maxID), Draw: true}
	if err := c.fault(); err != nil {
		return nil, err
	}
	s, err := ask(ctx, q)
	if err != nil {
		return nil, err
	}
	return wordSession(s), nil
}
