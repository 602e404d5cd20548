package idkollen

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/test/standin"
)

// Decision is what a person does: approve as one of the people, or end it with an error code of IDkollen's.
type Decision struct{ Person, Fail string }

// Approve is the decision of somebody who says yes.
func Approve(person string) Decision { return Decision{Person: person} }

// Decline is the decision of somebody who presses cancel.
func Decline() Decision { return Decision{Fail: "CANCELLED"} }

var errNoOrder = errors.New("the stand-in has no such order waiting")

// OpenApp decides in the app that was opened with a token.
func (s *Service) OpenApp(token string, d Decision) error {
	return s.decide(func(o *order) bool { return token != "" && o.token == token }, d)
}

// Scan decides in the app that scanned a QR code. Those of Swedish BankID are good for five seconds.
func (s *Service) Scan(qr string, d Decision) error {
	if _, token, found := strings.Cut(qr, "?transactionReference="); found {
		return s.OpenApp(token, d)
	}
	parts := strings.Split(qr, ".")
	if len(parts) != 4 || parts[0] != "bankid" {
		return errNoOrder
	}
	seconds, err := strconv.Atoi(parts[2])
	if err != nil {
		return errNoOrder
	}
	return s.decide(func(o *order) bool {
		mac := hmac.New(sha256.New, []byte(o.qrSecret))
		mac.Write([]byte(parts[2]))
		age := int(s.now().Sub(o.started).Seconds())
		return o.qrToken == parts[1] && parts[3] == hex.EncodeToString(mac.Sum(nil)) && seconds >= age-5 && seconds <= age+5
	}, d)
}

// Notified decides in the app of somebody who was named by number or telephone, for orders of one eID, in the words of
// the paths.
func (s *Service) Notified(eid, by string, d Decision) error {
	return s.decide(func(o *order) bool {
		return o.backs && by != "" && o.eid() == eid && (o.said("ssn") == by || o.said("phone") == by)
	}, d)
}

func (s *Service) decide(which func(*order) bool, d Decision) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orders {
		if o.status == "PENDING" && s.now().Sub(o.started) < life && which(o) {
			return s.settle(o, d.Person, d.Fail)
		}
	}
	return errNoOrder
}

// settle ends an order and calls back. The caller holds the lock.
func (s *Service) settle(o *order, who, failure string) error {
	if failure != "" {
		o.status, o.failure = "FAILED", failure
	} else {
		p, known := people[who]
		if !known {
			return errors.New("the stand-in knows no such person")
		}
		o.status, o.person = "COMPLETED", p
		if number := o.said("ssn"); number != "" && number != p.number { // another person's eID does not go with the order
			o.status, o.failure = "FAILED", "AUTH_FAILED"
		}
		s.signPapers(o)
	}
	return s.callBack(o)
}

// Visit plays a person in front of a browser: it opens the page of an order, decides, and gives the address that the
// browser is sent back to.
func (s *Service) Visit(ctx context.Context, page string, d Decision) (*url.URL, error) {
	if _, err := standin.Browse(ctx, s.Transport(), http.MethodGet, page, nil, http.StatusOK); err != nil {
		return nil, err
	}
	form := url.Values{"person": {d.Person}, "error": {d.Fail}}
	return standin.Browse(ctx, s.Transport(), http.MethodPost, page, form, http.StatusFound)
}

func (s *Service) paged(ticket string) *order {
	for _, o := range s.orders {
		if ticket != "" && o.ticket == ticket && o.status == "PENDING" {
			return o
		}
	}
	return nil
}

func (s *Service) showPage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paged(r.PathValue("ticket")) == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("<!doctype html><title>Who are you?</title>"))
}

// decidePage ends the order and sends the browser back with id and refId behind what the address had already.
func (s *Service) decidePage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.paged(r.PathValue("ticket"))
	if o == nil {
		http.NotFound(w, r)
		return
	}
	if err := s.settle(o, r.PostFormValue("person"), r.PostFormValue("error")); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	back, err := url.Parse(o.said("redirectUrl"))
	if err != nil || o.said("redirectUrl") == "" {
		http.Error(w, "the account has no address of its own", http.StatusBadRequest)
		return
	}
	query := back.Query()
	query.Set("id", o.id)
	if ref := o.said("refId"); ref != "" {
		query.Set("refId", ref)
	}
	back.RawQuery = query.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}
