// Package demo plays eidgate's main job from the outside, as a partner's server, a browser and a person's phone would:
// an account gets its verified national number.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// Partner is the client for which the demo is played, and the account that it is about.
type Partner struct {
	ClientID     string
	ClientSecret string
	Email        string
	Person       string // who approves, by the simulator's name
}

// returnAddress is where the partner's own page would be. The demo stands in for the browser and does not go there.
const returnAddress = "http://127.0.0.1:9/signed-in"

// Play does it at a running gateway and tells the story to out, in colour if asked to. It shows neither a token nor
// all digits of a number. It fails at the first step that does not go as told.
func Play(ctx context.Context, base string, p Partner, out io.Writer, colour bool) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	s := stage{base: base, out: out, colour: colour, http: &http.Client{
		Jar: jar, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return s.play(ctx, p)
}

func (s *stage) play(ctx context.Context, p Partner) error {
	s.line("A partner has an account for %s, and nothing proves whose it is.", p.Email)

	s.step("The partner's server asks for a token that acts for this one person")
	var signedIn struct{ Token string }
	if err := s.post(ctx, "/api/v1/sso/token", "", map[string]string{"client_id": p.ClientID, "client_secret": p.ClientSecret, "email": p.Email}, &signedIn); err != nil {
		return err
	}
	id, _, _ := strings.Cut(signedIn.Token, "|")
	s.note("token %s|…  (kept as a hash, good for this account alone)", id)

	s.step("It starts a login with Swedish BankID")
	var started struct {
		URL           string
		CorrelationID string `json:"corr_id"`
	}
	err := s.post(ctx, "/api/v1/criipto/ftn/auth", signedIn.Token, map[string]string{"redirect_uri": returnAddress, "method": "se.bankid.same"}, &started)
	if err != nil {
		return err
	}
	s.note("corr_id %s", started.CorrelationID)

	s.step("The person's browser goes to the address it got")
	if _, err := s.visit(ctx, started.URL); err != nil {
		return err
	}

	code, err := s.approve(ctx, started.URL, p.Person)
	if err != nil {
		return err
	}

	s.step("The partner's server hands in the code")
	var proven struct{ SSN string }
	err = s.post(ctx, "/api/v1/criipto/ftn/verify/ssn", signedIn.Token,
		map[string]string{"code": code, "redirect_uri": returnAddress, "state": started.CorrelationID}, &proven)
	if err != nil {
		return err
	}
	s.note("ssn %s", mask(proven.SSN))

	s.step("The number is on the account")
	var account struct {
		Data struct {
			FirstName string `json:"first_name"`
			LastName  string `json:"last_name"`
			SSN       string
			Monitored bool `json:"is_ssn_monitored"`
		}
	}
	if err := s.get(ctx, "/api/v1/account", signedIn.Token, &account); err != nil {
		return err
	}
	if account.Data.SSN == "" || account.Data.SSN != proven.SSN {
		return errors.New("demo: the account does not have the number that was proven")
	}
	s.note("%s %s, ssn %s, monitored: %t", account.Data.FirstName, account.Data.LastName, mask(account.Data.SSN), account.Data.Monitored)
	s.line("Done: sealed, on one account only, with a trail, and told to whoever listens.")
	return nil
}

// approve plays the phone and brings the browser back with the code.
func (s *stage) approve(ctx context.Context, address, person string) (code string, err error) {
	s.step("On the phone, the person approves")
	var waiting []struct{ ID string }
	if err := s.get(ctx, "/simulator/orders", "", &waiting); err != nil {
		return "", err
	}
	if len(waiting) == 0 {
		return "", errors.New("demo: no order waits at the simulator")
	}
	if err := s.post(ctx, "/simulator/orders/"+url.PathEscape(waiting[0].ID)+"/approve", "", map[string]string{"person": person}, nil); err != nil {
		return "", err
	}
	s.note("order %s, approved by %s", waiting[0].ID, person)

	s.step("The browser is sent back to the partner with a one-time code")
	location, err := s.visit(ctx, address)
	if err != nil {
		return "", err
	}
	back, err := url.Parse(location)
	if err != nil || !strings.HasPrefix(location, returnAddress) || back.Query().Get("code") == "" {
		return "", errors.New("demo: the browser was not sent back with a code")
	}
	s.note("%s?code=…&state=%s", returnAddress, back.Query().Get("state"))
	return back.Query().Get("code"), nil
}

// mask keeps the end of a number to itself.
func mask(ssn string) string {
	if len(ssn) <= 4 {
		return "…"
	}
	return ssn[:len(ssn)-4] + "••••"
}

// stage is a client that tells what it does.
type stage struct {
	base   string
	out    io.Writer
	colour bool
	http   *http.Client
	steps  int
}

func (s *stage) post(ctx context.Context, path, token string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	s.request(http.MethodPost, path)
	return s.call(ctx, http.MethodPost, path, token, text, answer)
}

func (s *stage) get(ctx context.Context, path, token string, answer any) error {
	s.request(http.MethodGet, path)
	return s.call(ctx, http.MethodGet, path, token, nil, answer)
}

// mostAnswer bounds what is read of an answer.
const mostAnswer = 1 << 20

func (s *stage) call(ctx context.Context, method, path, token string, body []byte, answer any) error {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-API-Version", "2026-06-12")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("demo: %s %s was answered with %d %s", method, path, response.StatusCode, response.Header.Get("X-Error-Code"))
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("demo: %s %s was not answered with the JSON that was expected", method, path)
	}
	return nil
}

// visit is a browser opening an address: "" for a page, or where it is sent.
func (s *stage) visit(ctx context.Context, address string) (location string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("demo: the gateway gave no address to open")
	}
	s.request(http.MethodGet, u.Path+"?…")
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Accept", "text/html")
	response, err := s.http.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, mostAnswer)); err != nil {
		return "", err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return "", fmt.Errorf("demo: %s was answered with %d", u.Path, response.StatusCode)
	}
	return response.Header.Get("Location"), nil
}
