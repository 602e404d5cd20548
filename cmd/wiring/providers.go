package wiring

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/pdf"
	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/adapters/provider/signicat"
	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var providers = fx.Options(fx.Provide(newProviders, newRoutes, people), fx.Invoke(warmUp, recoverRoads))

// roads are the providers that are configured, each behind its breaker.
type roads struct {
	all       []outbound.Provider
	plain     outbound.CodeRedeemer // nil while nobody redeems codes of logins that we did not begin
	plainName string
	simulator *simulator.Simulator // nil without one
	cards     map[string]outbound.CardChecker
	guards    map[string]*breaker.Guarded
	warm      []func(ctx context.Context) error
}

// warmUp fetches beforehand what providers need for everybody, so that no session waits for it. A provider that is
// away is no reason not to start; its first session tries again.
func warmUp(life fx.Lifecycle, r *roads, log *slog.Logger) {
	background(life, func(ctx context.Context) {
		for _, warm := range r.warm {
			if err := warm(ctx); err != nil && ctx.Err() == nil {
				log.Warn("a provider cannot be reached yet", slog.String("cause", fault.Of(err).Error()))
			}
		}
	})
}

// recoverRoads finds out which providers are there again.
func recoverRoads(life fx.Lifecycle, r *roads) {
	for _, g := range r.guards {
		background(life, g.Recover)
	}
}

func newProviders(config Config, v *vault.Vault, clock outbound.Clock, ids outbound.IDs, random outbound.Random, m *metrics.Metrics) (*roads, error) {
	r := &roads{cards: map[string]outbound.CardChecker{}, guards: map[string]*breaker.Guarded{}}
	guard := func(p outbound.Provider, patience Patience) *breaker.Guarded {
		g := breaker.Guard(p, breaker.Config{
			Failures: patience.Breaker.Failures, Open: patience.Breaker.Open, HalfOpen: patience.Breaker.Probes, Timeout: patience.Timeout,
		}, clock, m.Breaker)
		r.all = append(r.all, g)
		r.guards[p.Name()] = g
		return g
	}
	if c := config.Providers.Criipto; c.Issuer != "" {
		if err := r.addCriipto(c, config.PublicURL, clock, ids, random, guard); err != nil {
			return nil, err
		}
	}
	if c := config.Providers.IDkollen; c.BaseURL != "" {
		if err := r.addIDkollen(c, config.PublicURL, clock, guard); err != nil {
			return nil, err
		}
	}
	if c := config.Providers.Signicat; c.BaseURL != "" {
		if err := r.addSignicat(c, config.PublicURL, clock, guard); err != nil {
			return nil, err
		}
	}
	allow := identity.Allow(0)
	if config.Identity.Synthetic {
		allow = identity.AllowSandbox
	}
	if err := (schemes{roads: r, guard: guard, vault: v, clock: clock, metrics: m, allow: allow}).add(config.Providers); err != nil {
		return nil, err
	}
	if c := config.Providers.Simulator; c.Enabled {
		signer, err := developmentSigner(v)
		if err != nil {
			return nil, err
		}
		s, err := simulator.New(simulator.Config{
			PublicURL: simulatorURL(config), GatewayURL: config.PublicURL, Secret: v.Derive("simulator"), Plain: config.Mode == Development, Signer: signer,
		}, clock, ids)
		if err != nil {
			return nil, err
		}
		r.simulator = s
		g := guard(s, c.Patience)
		r.cards[s.Name()] = breaker.GuardCards(s, g)
		if config.Mode == Development && r.plain == nil {
			r.plain, r.plainName = breaker.GuardRedeemer(s, g), s.Name()
		}
	}
	return r, nil
}

// developmentSigner signs what invented people sign.
func developmentSigner(v *vault.Vault) (outbound.DocumentSigner, error) {
	identity, err := pdf.DevelopmentIdentity(v.Derive("development signer"))
	if err != nil {
		return nil, err
	}
	return pdf.New(identity)
}

// resting says for how long a provider is left alone.
func (r *roads) resting(provider string) time.Duration {
	if g := r.guards[provider]; g != nil {
		return g.Resting()
	}
	return 0
}

// people are who the simulator plays, nil without one.
func people(r *roads) inbound.Simulator {
	if r.simulator == nil {
		return nil
	}
	return r.simulator
}

// simulatorURL is where browsers find the simulator: with everything else in development, on the ops listener in
// production.
func simulatorURL(config Config) string {
	if config.Mode == Production {
		return "http://" + config.Ops.Listen
	}
	return config.PublicURL
}

func (r *roads) addCriipto(
	c Criipto, publicURL string, clock outbound.Clock, ids outbound.IDs, random outbound.Random, guard func(outbound.Provider, Patience) *breaker.Guarded,
) error {
	signing, err := readJWK("providers.criipto.signing_key", c.SigningKey)
	encryption, encryptionErr := readJWK("providers.criipto.encryption_key", c.EncryptionKey)
	if err := errors.Join(err, encryptionErr); err != nil {
		return err
	}
	p, err := criipto.New(criipto.Config{
		Issuer: c.Issuer, ClientID: c.ClientID, SigningKey: signing, EncryptionKey: encryption, PublicURL: publicURL, Timeout: c.Timeout,
	}, clock, ids, random)
	if err != nil {
		return err
	}
	g := guard(p, c.Patience)
	r.warm = append(r.warm, p.Warm)
	if c.Plain.ClientID == "" {
		return nil
	}
	plain, err := criipto.NewPlain(criipto.PlainConfig{
		Issuer: c.Issuer, ClientID: c.Plain.ClientID, ClientSecret: c.Plain.ClientSecret.Reveal(), RedirectURI: c.Plain.RedirectURI, Timeout: c.Timeout,
	}, clock)
	if err != nil {
		return err
	}
	r.plain, r.plainName = breaker.GuardRedeemer(plain, g), p.Name()
	return nil
}

func (r *roads) addIDkollen(c IDkollen, publicURL string, clock outbound.Clock, guard func(outbound.Provider, Patience) *breaker.Guarded) error {
	p, err := idkollen.New(idkollen.Config{
		BaseURL: c.BaseURL, AccountID: c.AccountID, SecretKey: c.SecretKey.Reveal(), CallbackKey: c.CallbackKey.Reveal(),
		PublicURL: publicURL, Timeout: c.Timeout,
	}, clock)
	if err != nil {
		return fmt.Errorf("providers.idkollen: %w", err)
	}
	r.cards[p.Name()] = breaker.GuardCards(p, guard(p, c.Patience))
	return nil
}

func (r *roads) addSignicat(c Signicat, publicURL string, clock outbound.Clock, guard func(outbound.Provider, Patience) *breaker.Guarded) error {
	p, err := signicat.New(signicat.Config{
		BaseURL: c.BaseURL, TokenURL: c.TokenURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), AccountID: c.AccountID,
		PublicURL: publicURL, Timeout: c.Timeout,
	}, clock, rand.Reader)
	if err != nil {
		return fmt.Errorf("providers.signicat: %w", err)
	}
	guard(p, c.Patience)
	return nil
}

// readJWK reads a private key. Its errors name the key in the configuration, never what the file holds.
func readJWK(key, path string) (jose.JSONWebKey, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return jose.JSONWebKey{}, fmt.Errorf("%s: the file cannot be read", key)
	}
	var k jose.JSONWebKey
	if err := json.Unmarshal(content, &k); err != nil || !k.Valid() {
		return jose.JSONWebKey{}, fmt.Errorf("%s: the file holds no JSON Web Key", key)
	}
	return k, nil
}

func newRoutes(config Config, r *roads, log *slog.Logger) (*session.Routes, error) {
	order := map[eid.EID][]string{}
	for _, e := range eid.EIDs() {
		order[e] = config.Routes.Of(e)
	}
	exclusive := map[string][]string{}
	if config.Mode == Production {
		exclusive[simulator.Name] = config.Providers.Simulator.Organizations
	}
	routes, err := session.NewRoutes(session.RoutesConfig{Order: order, Exclusive: exclusive, Simulated: []string{simulator.Name}, Resting: r.resting}, r.all)
	if err != nil {
		return nil, err
	}
	for _, e := range routes.Without(eid.Redirect) {
		log.Warn("no provider on this route brings people back to the caller; the account surface cannot use it", slog.String("route", string(e)))
	}
	return routes, nil
}

// simulatedFor says for which organizations invented people count.
func simulatedFor(config Config) func(organization.Organization) bool {
	if config.Mode == Development {
		return func(organization.Organization) bool { return true }
	}
	allowed := config.Providers.Simulator.Organizations
	return func(o organization.Organization) bool {
		return config.Providers.Simulator.Enabled && slices.Contains(allowed, o.Domain)
	}
}

// processName tells this process from every other that works on the same database.
func processName() string { return rand.Text() }
