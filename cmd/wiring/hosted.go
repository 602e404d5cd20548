package wiring

import (
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func newSessionSurface(
	config Config, v *vault.Vault, tokens inbound.SessionTokens, sessions inbound.Sessions, starter *session.Starter,
	clock outbound.Clock, l outbound.Limiter, p outbound.Pacer, t attempts,
) *sessionapi.Surface {
	return sessionapi.New(
		sessionapi.Config{
			PublicURL: config.PublicURL, ClientRate: config.Limits.ClientRate, Synthetic: config.Identity.Synthetic, LoopbackHTTP: config.Addresses.LoopbackHTTP,
			Page: starter.Page, SubjectKey: v.Derive("session subject"),
		},
		sessionapi.Deps{
			Tokens: tokens, Sessions: sessions, Offered: offeredOn(starter.Routes), Clock: clock, Limiter: l, Attempts: t.Limiter, Pacer: p,
		},
	)
}

func offeredOn(r *session.Routes) func(acting domain.Acting, e eid.EID, channel eid.Channel) bool {
	return func(acting domain.Acting, e eid.EID, channel eid.Channel) bool {
		return r.Offers(acting.Organization, e, channel)
	}
}
