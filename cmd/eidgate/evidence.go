package main

import (
	"time"

	"github.com/eidgate/eidgate/cmd/wiring"
	domain "github.com/eidgate/eidgate/domain/organization"
)

type evidenceCommand struct {
	Show evidenceShow `cmd:"" help:"Print what stands behind a completed session, as the eID issued it: JSON, with every proof in base64. The trail tells that it was shown."`
}

type evidenceShow struct {
	Session      string `arg:"" help:"The session's identifier."`
	Organization string `required:"" placeholder:"DOMAIN" help:"Whose session it is."`
	Environment  string `default:"production" enum:"production,sandbox" help:"${enum}."`
}

type shownEvidence struct {
	Session   string       `json:"session"`
	CreatedAt string       `json:"created_at"`
	KeptUntil string       `json:"kept_until"`
	Proofs    []shownProof `json:"proofs"`
}

type shownProof struct {
	Kind      string `json:"kind"`
	MediaType string `json:"media_type"`
	Data      []byte `json:"data"`
}

// Run prints the proofs.
func (e *evidenceShow) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		kept, err := a.Evidence.Show(c.ctx, e.Organization, domain.Environment(e.Environment), e.Session)
		if err != nil {
			return err
		}
		shown := shownEvidence{Session: kept.Session, CreatedAt: kept.CreatedAt.Format(time.RFC3339), KeptUntil: kept.KeptUntil.Format(time.RFC3339)}
		for _, p := range kept.Proofs {
			shown.Proofs = append(shown.Proofs, shownProof(p))
		}
		return c.sayJSON(shown)
	})
}
