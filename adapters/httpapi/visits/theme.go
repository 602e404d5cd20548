package visits

import (
	"errors"
	"fmt"
	"html/template"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// Look is how an organization wants the pages of its sessions to look. What is empty stays as it is.
type Look struct {
	Logo       []byte // a picture, SVG or PNG, of at most 16 KiB
	Colour     string // of buttons and links: #rrggbb
	Background string // of the page around the card: #rrggbb
}

// Theme is a look that can be read. The zero value is the gateway's own.
type Theme struct {
	style  string
	source string // names the style in a policy
	logo   template.URL
}

const longestTheme = 10

// The colours of person.css that a theme's own meet: ink in light and in dark surroundings, the cards, and what stands on
// buttons.
var (
	darkInk, lightInk   = must("#17202b"), must("#e8edf2")
	lightCard, darkCard = must("#ffffff"), must("#1a2129")
	white, nearlyBlack  = must("#ffffff"), must("#0c1927")
)

// NewTheme makes a theme. Its errors are what is wrong with it, one for each part, in sentences that begin with the theme's
// name: an identifier of other than 1 to 10 characters, a logo that is no picture, colours that are none, and colours on
// which no text can be read.
func NewTheme(id string, look Look) (Theme, error) {
	var mistakes []error
	blame := func(part, text string) {
		mistakes = append(mistakes, fmt.Errorf("theme %s: %s %s", id, part, text))
	}
	if len(id) < 1 || len(id) > longestTheme {
		blame("its identifier", "has not 1 to 10 characters")
	}
	var t Theme
	if len(look.Logo) > 0 {
		logo, err := picture(look.Logo)
		if err != nil {
			blame("its logo", err.Error())
		}
		t.logo = logo
	}
	var css string
	if look.Background != "" {
		ground, err := parseColour(look.Background)
		ink := better(ground, darkInk, lightInk)
		switch {
		case err != nil:
			blame("its background", err.Error())
		case contrast(ink, ground) < readable:
			blame("its background", fmt.Sprintf("lets text have a contrast of %.1f:1 only, and 4.5:1 is needed: take a lighter or a darker one", contrast(ink, ground)))
		}
		css += surroundings(ground, ink)
	}
	if look.Colour != "" {
		button, err := parseColour(look.Colour)
		label := better(button, white, nearlyBlack)
		switch {
		case err != nil:
			blame("its colour", err.Error())
		case contrast(label, button) < readable:
			blame("its colour", fmt.Sprintf("lets the text of a button have a contrast of %.1f:1 only, and 4.5:1 is needed: take a lighter or a darker one", contrast(label, button)))
		}
		css += accents(button, label, look.Background)
	}
	if len(mistakes) > 0 {
		return Theme{}, errors.Join(mistakes...)
	}
	if css != "" {
		t.style, t.source = css, httpapi.PolicySource(css)
	}
	return t, nil
}

// surroundings is a background of one's own. It decides whether the page is a light or a dark one, whatever the person's
// device prefers: a card of the other kind would look like a mistake.
func surroundings(ground, ink colour) string {
	if ink == darkInk {
		return ":root{color-scheme:light;" + lightPalette + "--ground:" + ground.text + ";--on-ground:" + ink.text + "}"
	}
	return ":root{color-scheme:dark;" + darkPalette + "--ground:" + ground.text + ";--on-ground:" + ink.text + "}"
}

// The palettes of person.css, for pages that are always light, or always dark.
const (
	lightPalette = "--ink:#17202b;--soft:#50606f;--card:#ffffff;--line:#d5dce4;--accent:#17508f;--on-accent:#ffffff;--note:#fff2c9;--on-note:#4d3900;--quote:#f4f6f9;"
	darkPalette  = "--ink:#e8edf2;--soft:#aab6c3;--card:#1a2129;--line:#35404d;--accent:#93c3f7;--on-accent:#0c1927;--note:#3a3115;--on-note:#f5e3ab;--quote:#222b35;"
)

// accents is a colour of one's own for buttons. Links, and the ring around what has the focus, have it only where they can
// be read in it.
func accents(button, label colour, background string) string {
	link := func(card, ink colour) string {
		if contrast(button, card) >= readable {
			return button.text
		}
		return ink.text
	}
	both := "--accent:" + button.text + ";--on-accent:" + label.text + ";--link:"
	light, dark := link(lightCard, darkInk), link(darkCard, lightInk)
	if ground, err := parseColour(background); err == nil {
		if better(ground, darkInk, lightInk) == darkInk {
			return ":root{" + both + light + "}"
		}
		return ":root{" + both + dark + "}"
	}
	return ":root{" + both + light + "}@media (prefers-color-scheme:dark){:root{--link:" + dark + "}}"
}
