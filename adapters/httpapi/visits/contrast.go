package visits

import (
	"errors"
	"math"
	"regexp"
	"strconv"
)

// colour is one of sRGB.
type colour struct {
	text             string // #rrggbb
	red, green, blue float64
}

var spelling = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

var errColour = errors.New("is no colour such as #1a6fb0")

func parseColour(text string) (colour, error) {
	if !spelling.MatchString(text) {
		return colour{}, errColour
	}
	part := func(at int) float64 {
		n, _ := strconv.ParseUint(text[at:at+2], 16, 8) // it matches
		return float64(n) / 255
	}
	return colour{text: text, red: part(1), green: part(3), blue: part(5)}, nil
}

// luminance is the relative one of WCAG 2.2.
func (c colour) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.red) + 0.7152*linear(c.green) + 0.0722*linear(c.blue)
}

// contrast is the contrast ratio of WCAG 2.2: from 1 to 21.
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// readable is the contrast that text of any size has to have (WCAG 2.2, success criterion 1.4.3).
const readable = 4.5

// better is the one of two inks that can be read better on a ground.
func better(ground colour, inks ...colour) colour {
	best := inks[0]
	for _, ink := range inks[1:] {
		if contrast(ink, ground) > contrast(best, ground) {
			best = ink
		}
	}
	return best
}

func must(text string) colour {
	c, err := parseColour(text)
	if err != nil {
		panic(err) // it stands in the program
	}
	return c
}
