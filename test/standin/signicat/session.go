package signicat

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
)

// session is a session as it stands.
type session struct {
	id      string
	message string // of its page
	app     string // opens the app
	made    time.Time
	expires time.Time
	request request

	status   string
	code     string // of an error
	progress string // of Swedish BankID
	provider string
	person   person
	loa      string
}

func (s *Service) create(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Header.Get("Content-Type") != "application/json" {
		complain(w, http.StatusBadRequest, "invalid_request_parameter", "")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.body = raw
	asked, wrong := s.read(raw)
	if wrong != "" {
		complain(w, http.StatusBadRequest, "invalid_request_parameter", wrong)
		return
	}
	life := 1200
	if asked.Lifetime != nil {
		life = max(*asked.Lifetime, 300)
	}
	now := s.now()
	made := &session{
		id: uuid.NewString(), message: uuid.NewString(), made: now, expires: now.Add(time.Duration(life) * time.Second), request: asked, status: "CREATED",
	}
	if asked.Flow == "headless" {
		made.app, made.status, made.progress = uuid.NewString(), "WAITING_FOR_USER", "outstandingTransaction"
	}
	s.sessions[made.id] = made
	s.tell(w, made)
}

func (s *Service) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.sessions[r.PathValue("id")]
	if one == nil {
		complain(w, http.StatusNotFound, "session_not_found", "")
		return
	}
	if s.now().After(one.expires) && one.open() {
		one.status = "EXPIRED"
	}
	s.tell(w, one)
}

func (s *Service) cancel(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<10))
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.sessions[r.PathValue("id")]
	if one == nil || len(body) > 0 {
		complain(w, http.StatusBadRequest, "session_error", "")
		return
	}
	if one.open() {
		one.status = "CANCELLED"
	}
	s.tell(w, one)
}

func (o *session) open() bool { return o.status == "CREATED" || o.status == "WAITING_FOR_USER" }

// tell answers with a session, encrypted where it has a key. The caller holds the lock.
func (s *Service) tell(w http.ResponseWriter, o *session) {
	media, text := s.wire(o)
	w.Header().Set("Content-Type", media)
	_, _ = io.WriteString(w, text) // a client that left is no concern of ours
}

// wire is a session as it is sent.
func (s *Service) wire(o *session) (media, text string) {
	told := s.told(o)
	if s.twist != nil {
		s.twist(told)
	}
	clear, err := json.Marshal(told)
	if err != nil {
		panic(err)
	}
	e := s.config.Envelope
	if s.seal != nil {
		s.seal(&e)
	}
	if e.key = o.request.key; e.key == nil || e.Open {
		return "application/json", string(clear)
	}
	return "application/jose", e.close(clear)
}

// Wire is a session as it is sent at this moment.
func (s *Service) Wire(id string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.sessions[id]
	if o == nil {
		return "", errNoSession
	}
	_, text := s.wire(o)
	return text, nil
}

func (s *Service) told(o *session) map[string]any {
	r := o.request
	a := map[string]any{
		"id": o.id, "accountId": Account, "status": o.status, "flow": r.Flow, "allowedProviders": r.Allowed,
		"requestedAttributes": r.Attributes, "sessionLifetime": int(o.expires.Sub(o.made).Seconds()),
		"expiresAt":         o.expires.UTC().Format("2006-01-02T15:04:05.0000000+00:00"),
		"authenticationUrl": s.URL + "/broker/sp/external-service/login?messageId=" + o.message,
		"messageTransportProperties": map[string]any{
			"messageLevelEncryption": "NOT_REQUIRED", "requireHsmSigning": false,
		},
	}
	for name, value := range map[string]string{"externalReference": r.Reference, "language": r.Language, "loa": o.loa, "provider": o.provider} {
		if value != "" {
			a[name] = value
		}
	}
	if len(r.Tags) > 0 {
		a["tags"] = r.Tags
	}
	if r.Callbacks != nil {
		back := map[string]string{}
		for name, address := range r.Callbacks {
			back[name] = o.returning(address)
		}
		a["callbackUrls"] = back
	}
	if r.Flow == "headless" {
		data := map[string]string{"autoStartToken": o.app, "sbidStatus": o.progress}
		if r.Additional["sbid_flow"] == "QR" && o.open() {
			data["qrData"] = fmt.Sprintf("bankid.%s.%d.%s", o.message, int(s.now().Sub(o.made).Seconds()), o.id[:8])
		}
		a["idpData"] = data
	}
	switch o.status {
	case "SUCCESS":
		a["subject"] = o.person.subject(o)
	case "ERROR":
		a["error"] = map[string]string{
			"type": "https://developer.signicat.com/docs/eid-hub/error-codes.html#broker-error-codes", "title": "Error", "detail": "Said the stand-in.", "code": o.code,
		}
		a["statusDetail"] = "Said the stand-in."
	}
	return a
}

// returning is an address of the caller's with what is put behind it.
func (o *session) returning(address string) string {
	back, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := back.Query()
	query.Set("sessionId", o.id)
	if o.request.Reference != "" {
		query.Set("externalReference", o.request.Reference)
	}
	back.RawQuery = query.Encode()
	return back.String()
}
