package visits

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// memory is what a browser remembers of its person's choices: in which country the eID is, and in which language pages are
// read. It is no secret and names nobody, and whatever somebody writes into it only changes an order and some words.
type memory struct {
	country  identity.Country
	language string
}

const memoryLife = 365 * 24 * time.Hour

// recall reads the memory, empty where there is none.
func (s *Surface) recall(c *fiber.Ctx) memory {
	country, language, _ := strings.Cut(s.memory.Read(c, letters+".", 1, 8), ".")
	m := memory{language: language}
	if known, ok := identity.ParseCountry(country); ok {
		m.country = known
	}
	return m
}

// note keeps what the person has chosen by now. Framed pages keep nothing: their browsers would not.
func (s *Surface) note(c *fiber.Ctx, e eid.EID, h hand) {
	before := s.recall(c)
	after := before
	if e.Known() {
		after.country = e.Country()
	}
	if picked := httpapi.ChosenLanguage(c); picked != "" {
		after.language = picked
	}
	if after != before && !h.framed {
		s.memory.Set(c, string(after.country)+"."+after.language)
	}
}
