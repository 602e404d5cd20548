package visits

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
)

const (
	secretLength = 40
	letters      = httpapi.LettersAndDigits
	secretField  = "browser"           // of every form on a framed page
	secretHeader = "X-Eidgate-Browser" // of what the script of a framed page asks
)

// hand is what a browser shows to be told from others by.
//
// Most keep the secret in a cookie. A page inside of another site's page cannot rely on that: browsers keep no cookies
// there, or drop them. So a framed page carries the secret itself, in its forms and in a header of its script, and
// never in an address.
type hand struct {
	secret string // "" where the browser has none
	framed bool   // it is one of framed pages
	page   bool   // the page has brought it
	kept   bool   // the browser has brought it as a cookie
}

// hands are the secrets that a browser shows, likeliest first. There is always one, be it empty. What a page brings counts
// alone: a cookie may meanwhile be another page's.
func (s *Surface) hands(c *fiber.Ctx) []hand {
	if h := s.brought(c); h.page {
		return []hand{h}
	}
	var all []hand
	if own := s.cookie.Read(c, letters, secretLength, secretLength); own != "" {
		all = append(all, hand{secret: own, kept: true})
	}
	if framed := s.framed.Read(c, letters, secretLength, secretLength); framed != "" {
		all = append(all, hand{secret: framed, framed: true, kept: true})
	}
	if len(all) == 0 {
		return []hand{{}}
	}
	return all
}

// brought is what a page has sent itself.
func (s *Surface) brought(c *fiber.Ctx) hand {
	secret := c.Get(secretHeader)
	if c.Method() == fiber.MethodPost {
		secret = string(c.Request().PostArgs().Peek(secretField))
	}
	if len(secret) != secretLength || strings.Trim(secret, letters) != "" {
		return hand{}
	}
	return hand{secret: secret, framed: true, page: true, kept: s.framed.Read(c, letters, secretLength, secretLength) == secret}
}

// posted is who posts a form: the page says so itself, or the cookie of pages that stand alone does.
func (s *Surface) posted(c *fiber.Ctx) hand {
	if h := s.brought(c); h.page {
		return h
	}
	own := s.cookie.Read(c, letters, secretLength, secretLength)
	return hand{secret: own, kept: own != ""}
}

// suited is the hand for a session that is still nobody's: whether a page is framed decides about its cookie.
func (s *Surface) suited(all []hand, v inbound.Visit) hand {
	framed := len(v.Frames) > 0
	for _, h := range all {
		if h.framed == framed {
			return h
		}
	}
	return hand{framed: framed}
}

// remember gives the secret to the browser, until that closes.
func (s *Surface) remember(c *fiber.Ctx, h hand) {
	if h.framed {
		s.framed.Set(c, h.secret)
	} else {
		s.cookie.Set(c, h.secret)
	}
}
