package signicat

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/eidgate/eidgate/test/standin"
)

// Decision is what a person does: approve as one of the people, or let the session end in another status, an error with a code.
type Decision struct{ Person, Status, Code string }

// Approve is the decision of somebody who says yes.
func Approve(person string) Decision { return Decision{Person: person, Status: "SUCCESS"} }

// Decline is the decision of somebody who presses cancel.
func Decline() Decision { return Decision{Status: "ABORT"} }

// End lets a session come to nothing.
func End(status, code string) Decision { return Decision{Status: status, Code: code} }

// Back is the decision of somebody who leaves the page before anything is decided.
func Back() Decision { return Decision{Status: "WAITING_FOR_USER"} }

var errNoSession = errors.New("the stand-in has no such session waiting")

// OpenApp decides in the app that was opened with a token.
func (s *Service) OpenApp(token string, d Decision) error {
	return s.decide(func(o *session) bool { return token != "" && o.app == token }, d)
}

// Progress notes how far the app is, in Swedish BankID's words.
func (s *Service) Progress(token, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.sessions {
		if token != "" && o.app == token {
			o.progress = code
			return nil
		}
	}
	return errNoSession
}

func (s *Service) decide(which func(*session) bool, d Decision) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.sessions {
		if o.open() && which(o) {
			return o.settle(d)
		}
	}
	return errNoSession
}

func (o *session) settle(d Decision) error {
	p, known := people[d.Person]
	if d.Status == "SUCCESS" && !known {
		return errors.New("the stand-in knows no such person")
	}
	o.status, o.code, o.person = d.Status, d.Code, p
	o.provider = o.request.Allowed[0]
	if d.Status == "SUCCESS" {
		o.loa = level(o.provider, o.request.Assurance)
	}
	return nil
}

// Visit plays a person in front of a browser: it opens the page of a session, decides, and gives the address that the browser
// is sent back to.
func (s *Service) Visit(ctx context.Context, page string, d Decision) (*url.URL, error) {
	if _, err := standin.Browse(ctx, s.Transport(), http.MethodGet, page, nil, http.StatusOK); err != nil {
		return nil, err
	}
	form := url.Values{"person": {d.Person}, "status": {d.Status}, "code": {d.Code}}
	return standin.Browse(ctx, s.Transport(), http.MethodPost, page, form, http.StatusFound)
}

func (s *Service) paged(r *http.Request) *session {
	message := r.URL.Query().Get("messageId")
	for _, o := range s.sessions {
		if message != "" && o.message == message && o.open() && o.request.Flow == "redirect" {
			return o
		}
	}
	return nil
}

func (s *Service) showPage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paged(r) == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
	_, _ = w.Write([]byte("<!doctype html><title>Who are you?</title>"))
}

// decidePage ends the session and sends the browser back.
func (s *Service) decidePage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.paged(r)
	if o == nil {
		http.NotFound(w, r)
		return
	}
	d := Decision{r.PostFormValue("person"), r.PostFormValue("status"), r.PostFormValue("code")}
	if err := o.settle(d); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	where := map[string]string{"SUCCESS": "success", "ABORT": "abort"}[d.Status]
	if where == "" {
		where = "error"
	}
	http.Redirect(w, r, o.returning(o.request.Callbacks[where]), http.StatusFound)
}
