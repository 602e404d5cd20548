package sessionapi

import (
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// question is what is asked of a session beside the session itself.
type question struct {
	get   bool   // answers to GET have two members more
	nonce string // the sessionNonce that was shown, and is right
}

// word tells of a session as it stands, and gives the key to encrypt that with.
func (s *Surface) word(session eid.Snapshot, q question) (sessionBody, *encryptionKey) {
	a, readable := annexOf(session)
	o := session.Order
	b := sessionBody{
		ID: session.ID, AccountID: AccountID(o.Scope), StatusURL: s.statusURL(session), Status: statusWord(session), Flow: a.Flow,
		Transport: transport{Encryption: "NOT_REQUIRED"}, Attributes: a.Attributes,
	}
	if b.Attributes == nil {
		b.Attributes = []string{}
	}
	if !readable {
		b.Status, b.Flow, b.AuthenticationURL = statusInvalid, flowRedirect, b.StatusURL
		b.StatusDetail = failureDetails[failedSession]
		b.Error = &failureBody{Type: s.typeURI(), Title: failureTitles[failedSession], Detail: b.StatusDetail, Code: failedSession}
		return b, nil
	}
	b.AuthenticationURL = s.authenticationURL(session, a)
	if session.Provider != "" || session.State == eid.Completed {
		b.Provider = providerOf(o.EID)
	}
	if a.Callbacks != nil {
		urls := a.Callbacks.identified(session.ID, o.Correlation)
		b.Callbacks = &urls
	}
	if a.Flow == flowHeadless {
		b.IDPData = idpData(session, a)
	}
	if session.Browser.Name != "" {
		b.Environment = &environment{Address: session.Browser.Address, Agent: session.Browser.Agent}
	}
	b.Tags, b.Providers, b.Language, b.Theme = o.Tags, a.Providers, a.Language, o.Theme
	b.Reference, b.Usage, b.Lifetime, b.Domain = o.Correlation, o.Usage, a.Lifetime, a.Domain
	b.ExpiresAt = stamp(session.ExpiresAt) + "+00:00"
	if q.get {
		b.Nonce, b.Transaction = q.nonce, session.ID
	}
	switch b.Status {
	case statusSuccess:
		b.Loa = session.Evidence.Assurance.String()
		if !withheld(session) || q.nonce != "" {
			b.Subject = subjectOf(s.config.SubjectKey, session, a.Attributes)
		}
	case statusError:
		b.Error = s.failureOf(session)
		b.StatusDetail = b.Error.Detail
	}
	return b, a.Key
}

// withheld holds for results that are for whoever can show that it is the browser that ended the session: nothing but
// the page itself knows which browser that was.
func withheld(session eid.Snapshot) bool {
	return session.State == eid.Completed && session.Browser.Cookieless
}

// statusURL is where to ask how far the session has come.
func (s *Surface) statusURL(session eid.Snapshot) string {
	return s.config.PublicURL + sessionsPath + "/" + session.ID
}

// authenticationURL is where to send the person: to the page, or to the app. Without either it is an address all the
// same, since callers expect one.
func (s *Surface) authenticationURL(session eid.Snapshot, a annex) string {
	if a.Flow != flowHeadless {
		return s.config.Page(session.Ticket)
	}
	if link := session.Order.EID.LaunchLink(session.Challenge.AppToken, true, ""); link != "" {
		return link
	}
	return s.statusURL(session)
}

// idpData is what a caller that shows the challenge itself has to show.
func idpData(session eid.Snapshot, a annex) *challengeBody {
	var b challengeBody
	if session.State == eid.Pending {
		b.AppToken = session.Challenge.AppToken
		if a.AppFlow != flowAppLaunch {
			b.QR = session.Challenge.QR
		}
	}
	switch session.Order.EID {
	case eid.SEBankID:
		b.BankID = bankIDStatus(session)
	case eid.SEFreja:
		if session.State == eid.Pending {
			b.Freja = frejaStatus(session.Hint)
		}
	}
	if b == (challengeBody{}) {
		return nil
	}
	return &b
}

// frejaStatus is how far an order of Freja is (Freja, authentication status).
func frejaStatus(h eid.Hint) string {
	if h == "" || h == eid.HintOutstanding {
		return "STARTED"
	}
	return "DELIVERED_TO_MOBILE"
}

// stamp is a moment in UTC with seven digits behind the second, without an offset.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000") }

// The wire.

type sessionBody struct {
	ID                string         `json:"id"`
	AccountID         string         `json:"accountId"`
	AuthenticationURL string         `json:"authenticationUrl"`
	StatusURL         string         `json:"statusUrl"`
	Status            string         `json:"status"`
	StatusDetail      string         `json:"statusDetail,omitempty"`
	Provider          string         `json:"provider,omitempty"`
	Subject           *subject       `json:"subject,omitempty"`
	Callbacks         *callbacks     `json:"callbackUrls,omitempty"`
	Nonce             string         `json:"sessionNonce,omitempty"`
	IDPData           *challengeBody `json:"idpData,omitempty"`
	Environment       *environment   `json:"environment,omitempty"`
	Error             *failureBody   `json:"error,omitempty"`
	Transport         transport      `json:"messageTransportProperties"`
	Tags              []string       `json:"tags,omitempty"`
	Transaction       string         `json:"transactionId,omitempty"`
	Providers         []string       `json:"allowedProviders,omitempty"`
	Language          string         `json:"language,omitempty"`
	Flow              string         `json:"flow"`
	Theme             string         `json:"themeId,omitempty"`
	Attributes        []string       `json:"requestedAttributes"`
	Reference         string         `json:"externalReference,omitempty"`
	Usage             string         `json:"usageReference,omitempty"`
	Lifetime          int            `json:"sessionLifetime,omitempty"`
	Domain            string         `json:"requestDomain,omitempty"`
	ExpiresAt         string         `json:"expiresAt,omitempty"`
	Loa               string         `json:"loa,omitempty"`
}

type challengeBody struct {
	AppToken string `json:"autoStartToken,omitempty"`
	Freja    string `json:"frejaStatus,omitempty"`
	QR       string `json:"qrData,omitempty"`
	BankID   string `json:"sbidStatus,omitempty"`
}

type environment struct {
	Address string `json:"ipAddress"`
	Agent   string `json:"userAgent"`
}

type transport struct {
	Encryption string `json:"messageLevelEncryption"`
	HSM        bool   `json:"requireHsmSigning"`
}
