package httpapi

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// LettersAndDigits is what a random secret of a browser is made of.
const LettersAndDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Cookie keeps something in a browser. No script can read it.
type Cookie struct {
	name   string
	secure bool
	framed bool
	life   time.Duration // 0 for until the browser closes
}

// NewCookie keeps a secret until the browser closes, and no other site's form sends it. With https it is Secure and for
// this very host alone (RFC 6265bis, the __Host- prefix).
func (s Site) NewCookie(name string) Cookie {
	if s.https {
		name = "__Host-" + name
	}
	return Cookie{name: name, secure: s.https}
}

// NewFramedCookie keeps a secret of pages that stand inside of other sites' pages: each of those sites has a jar of its
// own (Cookies Having Independent Partitioned State). Other sites' forms send it, so whatever it opens has to be guarded.
// It is always Secure, which browsers believe plain http of their own machine to be; many keep no such cookie at all.
func (s Site) NewFramedCookie(name string) Cookie {
	k := s.NewCookie(name)
	k.secure, k.framed = true, true
	return k
}

// NewLastingCookie keeps what is no secret, for a while that is counted from its last setting.
func (s Site) NewLastingCookie(name string, life time.Duration) Cookie {
	k := s.NewCookie(name)
	k.life = life
	return k
}

// Read is the secret, "" where the browser has none, or one with other letters than those given or of a length beyond
// the bounds.
func (k Cookie) Read(c *fiber.Ctx, letters string, least, most int) string {
	secret := c.Cookies(k.name)
	if len(secret) < least || len(secret) > most || strings.Trim(secret, letters) != "" {
		return ""
	}
	return secret
}

// Set gives the browser a secret of letters, digits and what else needs no quotes in a cookie (RFC 6265 section 4.1.1).
func (k Cookie) Set(c *fiber.Ctx, secret string) {
	var b strings.Builder
	b.WriteString(k.name + "=" + secret + "; path=/; HttpOnly")
	if k.life > 0 {
		b.WriteString("; max-age=" + strconv.Itoa(int(k.life/time.Second)))
	}
	if k.secure {
		b.WriteString("; secure")
	}
	if k.framed {
		b.WriteString("; SameSite=None; Partitioned")
	} else {
		b.WriteString("; SameSite=Lax")
	}
	c.Response().Header.Add(fiber.HeaderSetCookie, b.String())
}
