package signicat

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// How long an access token is taken for good where nobody says, or says something strange, and how long at most: Signicat
// gives none for longer than an hour.
const (
	shortLife = time.Minute
	mostLife  = time.Hour
)

// mostToken bounds an access token in bytes; it has to go into a header.
const mostToken = 8 << 10

// token is an access token. Nobody prints it: it hides behind a function.
type token struct {
	reveal  func() string
	refresh time.Time // from then on somebody gets a new one
	expires time.Time
}

// tokens keeps the one access token that all calls share, and gets another one in time: one fetch at a time, while the others
// go on with what there is, or wait where there is nothing.
type tokens struct {
	address string
	form    func() []byte // holds the secret
	line    provider.Line
	clock   outbound.Clock
	turn    chan struct{} // who holds its one element fetches

	mu   sync.Mutex
	last *token // nil for none
}

func newTokens(c Config, line provider.Line, clock outbound.Clock) *tokens {
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"signicat-api"}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret},
	}.Encode()
	return &tokens{
		address: c.TokenURL, form: func() []byte { return []byte(form) }, line: line, clock: clock, turn: make(chan struct{}, 1),
	}
}

// good is the token, nil where there is none or its time is over; fresh as long as nobody has to get another.
func (t *tokens) good() (current *token, fresh bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if t.last == nil || !now.Before(t.last.expires) {
		return nil, false
	}
	return t.last, now.Before(t.last.refresh)
}

func (t *tokens) keep(fetched *token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = fetched
}

// drop forgets a token that the API does not accept, unless there is another one by now.
func (t *tokens) drop(refused *token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == refused {
		t.last = nil
	}
}

// get is a token that should work. A renewal that fails is tried again by the next call, and until its time is over the
// former token does. It fails with [eid.ErrProvider] or [eid.ErrMisconfigured]: without a token nothing has been asked.
func (t *tokens) get(ctx context.Context) (*token, error) {
	current, fresh := t.good()
	switch {
	case fresh:
		return current, nil
	case current != nil:
		select {
		case t.turn <- struct{}{}:
		default:
			return current, nil
		}
	default:
		select {
		case t.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, eid.ErrProvider.Because(provider.Plain(Name, ctx.Err()))
		}
	}
	defer func() { <-t.turn }()
	if again, fresh := t.good(); fresh { // somebody has been quicker
		return again, nil
	}
	fetched, err := t.fetch(ctx)
	if err != nil {
		if current != nil {
			return current, nil
		}
		return nil, err
	}
	t.keep(fetched)
	return fetched, nil
}

// fetch asks for a token (RFC 6749 section 4.4).
func (t *tokens) fetch(ctx context.Context) (*token, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address, bytes.NewReader(t.form()))
	if err != nil {
		return nil, eid.ErrMisconfigured.Because(errTransport)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "eidgate")
	asked := t.clock.Now()
	a, _, err := t.line.Ask(r, provider.MostBytes)
	switch {
	case err != nil:
		return nil, eid.ErrProvider.Because(err)
	case a.Status != http.StatusOK:
		return nil, unwilling(answer{status: httpStatus(a.Status), header: a.Header}, t.clock.Now())
	}
	var said struct {
		Token   string          `json:"access_token"`
		Expires json.RawMessage `json:"expires_in"`
	}
	if provider.ReadObject(a.Body, &said) != nil || !visible(said.Token) || len(said.Token) > mostToken {
		return nil, eid.ErrProvider.Because(errGarbage)
	}
	life := lifeOf(said.Expires)
	return &token{reveal: func() string { return said.Token }, refresh: asked.Add(life * 8 / 10), expires: asked.Add(life)}, nil
}

// lifeOf reads expires_in, which some write as a text.
func lifeOf(raw json.RawMessage) time.Duration {
	var seconds json.Number // takes a number, and a text that is one
	if json.Unmarshal(raw, &seconds) != nil {
		return shortLife
	}
	n, err := seconds.Float64()
	if err != nil || n < 1 {
		return shortLife
	}
	return time.Duration(min(n, mostLife.Seconds()) * float64(time.Second))
}

// visible holds for texts of visible ASCII, which can stand in a header.
func visible(text string) bool {
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return text != ""
}
