package httpapi

import (
	"crypto/sha256"
	_ "embed" // for the style
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// PersonStyle is what pages for people look like: light and dark, from 320 pixels on.
//
//go:embed person.css
var PersonStyle string

// PolicySource names a style or script that stands in a page, so that a policy can allow exactly that (Content Security
// Policy Level 3, hash-source).
func PolicySource(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// SeeOther sends a browser on with a GET.
func SeeOther(c *fiber.Ctx, address string) error {
	c.Set(fiber.HeaderLocation, address)
	c.Status(fiber.StatusSeeOther)
	return nil
}

// ReadsHTML holds for who names HTML among what it accepts, and nothing of JSON.
func ReadsHTML(c *fiber.Ctx) bool {
	accept := strings.ToLower(c.Get(fiber.HeaderAccept))
	return strings.Contains(accept, fiber.MIMETextHTML) && !strings.Contains(accept, fiber.MIMEApplicationJSON)
}
