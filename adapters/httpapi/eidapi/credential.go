package eidapi

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// mostCredential is how long the two halves of a credential may be; what we hand out is far shorter.
const mostCredential = 1_000

// basic reads the credential of RFC 7617. The secret may hold colons, the identifier may not; neither may be empty.
func basic(header string) (inbound.Credentials, error) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "basic") || len(encoded) > 3*mostCredential {
		return inbound.Credentials{}, organization.ErrClientRefused
	}
	pair, err := base64.StdEncoding.DecodeString(strings.Trim(encoded, " "))
	if err != nil {
		return inbound.Credentials{}, organization.ErrClientRefused
	}
	identifier, secret, _ := strings.Cut(string(pair), ":")
	if identifier == "" || secret == "" || len(identifier) > mostCredential || len(secret) > mostCredential || !visible(identifier) {
		return inbound.Credentials{}, organization.ErrClientRefused
	}
	return inbound.Credentials{Kind: organization.KindEID, Identifier: identifier, Secret: secret}, nil
}

// visible holds for printable ASCII without spaces: no identifier of ours is anything else, and storage need not be
// asked.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func isRefused(err error) bool { return errors.Is(err, organization.ErrClientRefused) }

// authenticate finds out who asks, and holds them to their pace.
func (s *Surface) authenticate(c *fiber.Ctx) (acting organization.Acting, err error) {
	credentials, err := basic(c.Get(fiber.HeaderAuthorization))
	if err != nil {
		return acting, err
	}
	err = s.attempt(c, credentials, func(ctx context.Context) (err error) {
		acting, err = s.Clients.Authenticate(ctx, credentials)
		return err
	})
	return acting, err
}

// attempt does what the credentials are needed for, unless there were too many wrong ones. Whoever they turn out to
// belong to is held to the pace of one client.
func (s *Surface) attempt(c *fiber.Ctx, credentials inbound.Credentials, with func(ctx context.Context) error) error {
	err := s.attempts.Try(c, Name, credentials.Identifier, with)
	if isRefused(err) || s.config.ClientRate <= 0 {
		return err
	}
	pace := outbound.Pace{PerSecond: s.config.ClientRate, Burst: 2 * s.config.ClientRate}
	if a := s.Pacer.Pass(c.UserContext(), "client|"+Name+"|"+credentials.Identifier, pace); !a.Allowed {
		return httpapi.ErrThrottled.RetryIn(max(a.RetryAfter, time.Second))
	}
	return err
}
