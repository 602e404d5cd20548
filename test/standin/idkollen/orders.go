package idkollen

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// life is how long an order is known.
const life = 5 * time.Minute

// order is an order as it stands.
type order struct {
	id, follow string
	started    time.Time
	polled     time.Time
	request    map[string]any
	backs      bool // it was begun on the backchannel

	token, qrToken, qrSecret string
	ticket                   string // of its page

	status, failure string
	person          person
	signed          []map[string]any
}

// eid is the part of the path that names the eID.
func (o *order) eid() string { return strings.Split(o.follow, "/")[2] }

func (o *order) asked(name string) bool { yes, _ := o.request[name].(bool); return yes }

func (o *order) said(name string) string { t, _ := o.request[name].(string); return t }

// begin is a POST that starts an order.
func (s *Service) begin(op operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil || r.Header.Get("Content-Type") != "application/json" {
			refuse(w, http.StatusBadRequest, "application/json is wanted")
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bodies["POST "+r.URL.Path] = raw
		body, why := s.read(op, raw)
		if why != "" {
			refuse(w, http.StatusBadRequest, why)
			return
		}
		o := &order{
			id: uuid.NewString(), follow: op.follow, started: s.now(), request: body, status: "PENDING", backs: !op.tokens && !op.qr && !op.page,
		}
		if status, message := s.conflict(o); status != 0 {
			refuse(w, status, message)
			return
		}
		s.orders[o.id] = o
		answer(w, http.StatusCreated, o.shown(op, s.BaseURL))
	}
}

// conflict refuses what schemes refuse at a start.
func (s *Service) conflict(o *order) (status int, message string) {
	number := o.said("ssn")
	if o.eid() == "bankid-se" && number != "" {
		for _, other := range s.orders {
			if other.eid() == "bankid-se" && other.said("ssn") == number && other.status == "PENDING" && s.now().Sub(other.started) < life {
				s.settle(other, "", "CANCELLED")
				return http.StatusBadRequest, "alreadyInProgress"
			}
		}
	}
	if o.backs && o.eid() == "freja" && named(number).country != o.said("country") {
		return http.StatusBadRequest, "The user does not exist in Freja eID's database."
	}
	if list, ok := o.request["documents"].([]any); ok {
		for _, id := range list {
			if name, _ := id.(string); s.papers[name] == nil {
				return http.StatusBadRequest, "no such document"
			}
		}
	}
	return 0, ""
}

// shown is the answer to a start.
func (o *order) shown(op operation, base string) map[string]any {
	a := map[string]any{"id": o.id, "status": "PENDING"}
	if ref := o.said("refId"); ref != "" {
		a["refId"] = ref
	}
	switch {
	case op.tokens:
		o.token, o.qrToken, o.qrSecret = uuid.NewString(), uuid.NewString(), uuid.NewString()
		a["autoStartToken"], a["qrStartToken"], a["qrStartSecret"], a["hintCode"] = o.token, o.qrToken, o.qrSecret, nil
	case op.qr:
		o.token = uuid.NewString()
		a["autoStartToken"], a["qrData"] = o.token, "frejaeid://bindUserToTransaction?transactionReference="+o.token
	case op.page:
		o.ticket = uuid.NewString()
		a["url"] = base + "/page/" + o.ticket + "?lang=en"
	case op.binding:
		message := o.said("bindingMessage")
		if message == "" {
			message = "HAPPY HIPPO"
		}
		a["bindingMessage"] = message
	case o.eid() == "bankid-se":
		a["hintCode"] = "userCallConfirm"
	}
	return a
}

// find gives an order that is known below a path.
func (s *Service) find(path, id string) *order {
	if o := s.orders[id]; o != nil && o.follow == path && s.now().Sub(o.started) < life {
		return o
	}
	return nil
}

func (s *Service) follow(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		o := s.find(path, r.PathValue("id"))
		if o == nil {
			refuse(w, http.StatusNotFound, "Invalid or expired")
			return
		}
		if now := s.now(); now.Sub(o.polled) < time.Second {
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusTooManyRequests, "too many requests")
			return
		} else {
			o.polled = now
		}
		answer(w, http.StatusOK, s.result(o))
	}
}

func (s *Service) cancel(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		o := s.find(path, r.PathValue("id"))
		switch {
		case o == nil:
			refuse(w, http.StatusNotFound, "Invalid or expired")
		case o.status != "PENDING":
			refuse(w, http.StatusBadRequest, "already final")
		default:
			s.settle(o, "", "CANCELLED")
			w.WriteHeader(http.StatusNoContent)
		}
	}
}

// result is what GET and call-backs say of an order.
func (s *Service) result(o *order) map[string]any {
	r := map[string]any{"id": o.id, "status": o.status}
	if ref := o.said("refId"); ref != "" {
		r["refId"] = ref
	}
	switch o.status {
	case "PENDING":
		if o.eid() == "bankid-se" {
			r["hintCode"] = "outstandingTransaction"
		}
	case "FAILED":
		r["error"] = o.failure
	case "COMPLETED":
		o.complete(r)
	}
	if s.twist != nil {
		s.twist(r)
	}
	return r
}
