package simulator

import (
	"bytes"
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// pageClient is eidgate itself where browsers come back to eidgate. It is a client of its own, so that a code of such a
// session is none that a caller could bring.
const pageClient = "eidgate-page"

// page seals the authorization request of an order whose person comes back to us. It says what is signed, so unlike that
// of a plain login it is not only signed but closed.
func (s *Simulator) page(session eid.Snapshot) (outbound.Step, error) {
	a := ask(session, eid.Page)
	t := thread{asked: a, Try: s.ids.New(), RedirectURI: cmp.Or(s.config.GatewayURL, s.config.PublicURL) + outbound.ReturnPath(Name)}
	raw, err := t.written()
	if err != nil {
		return outbound.Step{}, err
	}
	a.Nonce = t.nonce()
	closed, err := s.close(request{
		asked: a.excerpt(mostSent), ClientID: pageClient, RedirectURI: t.RedirectURI, State: session.Ticket,
		Expires: session.ExpiresAt.Unix(),
	})
	if err != nil {
		return outbound.Step{}, eid.ErrMisconfigured.Because(err)
	}
	if len(session.Order.Documents) > 0 {
		s.mu.Lock()
		kept := s.papers.keep(session.ID, session.Order.Documents, session.ExpiresAt, s.clock.Now())
		s.mu.Unlock()
		if !kept {
			return outbound.Step{}, eid.ErrOrderRefused.Because(errors.New("simulator: the documents are missing or too large"))
		}
	}
	return outbound.Step{Challenge: s.challenge(pageClient, closed, session.Ticket), Thread: raw}, nil
}

// close seals a request for our own eyes.
func (s *Simulator) close(r request) (string, error) {
	var clear bytes.Buffer
	e := json.NewEncoder(&clear)
	e.SetEscapeHTML(false) // it stands in an address, whose length is bounded
	if err := e.Encode(r); err != nil {
		return "", err
	}
	sealed, err := s.closer.Encrypt(clear.Bytes())
	if err != nil {
		return "", err
	}
	return sealed.CompactSerialize()
}

// unclose opens a sealed request. ok is false for whatever we did not seal.
func (s *Simulator) unclose(raw string) (r request, ok bool) {
	clear, err := opened(raw, s.pageKey)
	return r, err == nil && json.Unmarshal(clear, &r) == nil
}

// back is the browser's return to us: a code, which must be this order's, or an error in its place. A tick of the clock
// changes nothing, because nobody but the person can move the order on.
func (s *Simulator) back(ctx context.Context, t thread, returned map[string]string) (outbound.Step, error) {
	presented, brought := returned["code"]
	switch failed := returned["error"]; {
	case failed != "":
		s.letGo(t.Session)
		return outbound.Step{Refusal: reasonOf(failed, returned["error_description"])}, nil
	case !brought:
		return outbound.Step{}, s.stumble(ctx, t.EID)
	}
	c, err := s.find(ctx, presented, pageClient, func(c code) bool { return c.RedirectURI == t.RedirectURI })
	if err != nil {
		return outbound.Step{}, err
	}
	if subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(t.nonce())) != 1 {
		return outbound.Step{}, eid.ErrCodeRejected.Because(errors.New("simulator: a code of another order"))
	}
	evidence, err := s.evidence(t.asked, c.Person, c.ID, s.clock.Now())
	if err != nil {
		return outbound.Step{}, err
	}
	evidence.Nonce = t.Nonce
	if len(t.Documents) > 0 {
		if evidence.Documents, err = s.signed(ctx, t.asked, evidence); err != nil {
			return outbound.Step{}, err
		}
	}
	if err := s.spend(c); err != nil {
		return outbound.Step{}, err
	}
	s.letGo(t.Session)
	if len(t.Documents) != len(evidence.Documents) {
		return outbound.Step{Refusal: eid.ReasonProviderFailed}, nil
	}
	return outbound.Step{Evidence: evidence}, nil
}

// reasonOf reads an error that came back to us: the app's own word behind "Collect failed" where there is one.
func reasonOf(code, description string) string {
	word, collected := strings.CutPrefix(description, "Collect failed: ")
	if f, known := failures[word]; known && collected && f.code == code {
		return f.reason
	}
	if f, known := failures[code]; known {
		return f.reason
	}
	if code == "access_denied" {
		return eid.ReasonDeclined
	}
	return eid.ReasonInterrupted
}
