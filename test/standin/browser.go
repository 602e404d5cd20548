package standin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Approve plays a person in front of a browser: it opens an authorize URL, logs the person in, and gives the address
// that the browser is sent back to, with code and state.
func (p *Provider) Approve(ctx context.Context, authorizeURL, person string) (*url.URL, error) {
	return p.visit(ctx, authorizeURL, url.Values{"person": {person}})
}

// Decline plays a person who presses cancel.
func (p *Provider) Decline(ctx context.Context, authorizeURL string) (*url.URL, error) {
	return p.Fail(ctx, authorizeURL, "access_denied", "Collect failed: userCancel")
}

// Fail ends the login with an error.
func (p *Provider) Fail(ctx context.Context, authorizeURL, code, description string) (*url.URL, error) {
	return p.visit(ctx, authorizeURL, url.Values{"error": {code}, "error_description": {description}})
}

// AuthorizeURL is what a caller of the plain application builds.
func (p *Provider) AuthorizeURL(contextClass string) string {
	return p.Issuer + Authorize + "?" + url.Values{
		"client_id": {PlainID}, "response_type": {"code"}, "scope": {"openid ssn"}, "redirect_uri": {Callback},
		"acr_values": {contextClass}, "state": {"the-caller's"},
	}.Encode()
}

// visit goes where a browser goes, until it would leave the provider.
func (p *Provider) visit(ctx context.Context, authorizeURL string, decision url.Values) (*url.URL, error) {
	away, err := Browse(ctx, p.Transport(), http.MethodGet, authorizeURL, nil, http.StatusFound)
	if err != nil || !p.own(away) {
		return away, err // an error of the request itself goes straight back
	}
	return Browse(ctx, p.Transport(), http.MethodPost, away.String(), decision, http.StatusFound)
}

func (p *Provider) own(u *url.URL) bool { return strings.HasPrefix(u.String(), p.Issuer+"/") }

// Browse makes one request as a browser does that follows no redirect, and takes no answer of another status than this one.
// It gives the address that a redirect goes to, nil for any other answer.
func Browse(ctx context.Context, transport http.RoundTripper, method, address string, form url.Values, want int) (*url.URL, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	browser := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Do(r)
	if err != nil {
		return nil, errors.New("the stand-in does not answer")
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != want {
		return nil, fmt.Errorf("the stand-in answered %s", answer.Status)
	}
	if want != http.StatusFound {
		return nil, nil
	}
	return answer.Location()
}
