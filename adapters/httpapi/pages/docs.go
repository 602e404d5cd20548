package pages

import (
	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// homeView is the front door.
type homeView struct{ Simulator bool }

func (s *Surface) home(c *fiber.Ctx) error {
	return s.page(c, fiber.StatusOK, "home", homeView{Simulator: s.config.Simulator != nil})
}

// docsView is all documents, worded for reading.
type docsView struct {
	Guides    []guide
	Documents []document
	Messages  bool
}

func (s *Surface) docs(c *fiber.Ctx) error {
	documents, err := s.documents()
	if err != nil {
		return err
	}
	return s.page(c, fiber.StatusOK, "docs", docsView{Guides: guides, Documents: documents, Messages: s.config.AsyncAPI != nil})
}

// code is one line of the list of codes.
type code struct {
	API  string `json:"api,omitempty"` // whose own word it is, "" for a code of all
	Code string `json:"code"`
	Kind string `json:"kind,omitempty"`
	Text string `json:"message"`
}

// errorsView is all codes: those of the whole house, and those of single APIs.
type errorsView struct{ Common, Words []code }

// catalogue lists every code that an answer can carry. Which status goes with one is for each surface's language.
func (s *Surface) catalogue(c *fiber.Ctx) error {
	var v errorsView
	for _, e := range fault.Catalogue() {
		v.Common = append(v.Common, code{Code: e.Code, Kind: e.Kind.String(), Text: e.Text})
	}
	for _, w := range s.config.Words {
		v.Words = append(v.Words, code{API: w.API, Code: w.Code, Text: w.Text})
	}
	if wants(c) == inJSON {
		httpapi.WriteJSON(c, fiber.StatusOK, append(v.Common, v.Words...))
		return nil
	}
	return s.page(c, fiber.StatusOK, "errors", v)
}
