package wiring

import (
	"errors"
	"io"
	"os"

	"github.com/eidgate/eidgate/adapters/httpapi/visits"
)

// Themes are the looks of pages, by identifier.
type Themes map[string]*Theme

// Theme is how pages look.
type Theme struct {
	Logo       string `key:"logo"` // a file
	Colour     string `key:"colour"`
	Background string `key:"background"`
}

// mostLogo is more than a logo may have, so that one that is too large is seen to be.
const mostLogo = 64 << 10

// look is the theme with its logo.
func (t Theme) look() (visits.Look, error) {
	look := visits.Look{Colour: t.Colour, Background: t.Background}
	if t.Logo == "" {
		return look, nil
	}
	f, err := os.Open(t.Logo)
	if err != nil {
		return look, err
	}
	defer func() { _ = f.Close() }()
	look.Logo, err = io.ReadAll(io.LimitReader(f, mostLogo))
	if err == nil && len(look.Logo) == 0 {
		err = errors.New("the file is empty")
	}
	return look, err
}

// made are the themes as pages use them. It fails with what is wrong with any of them.
func (t Themes) made() (map[string]visits.Theme, error) {
	all, mistakes := map[string]visits.Theme{}, []error(nil)
	for id, theme := range t {
		look, err := theme.look()
		if err == nil {
			all[id], err = visits.NewTheme(id, look)
		}
		mistakes = append(mistakes, err)
	}
	return all, errors.Join(mistakes...)
}

// themes blames each part of a theme for what is wrong with it.
func (k checker) themes() {
	for id, t := range k.Themes {
		prefix := "themes." + id
		if _, err := visits.NewTheme(id, visits.Look{}); err != nil {
			k.want(false, prefix, err.Error())
			continue
		}
		look, err := t.look()
		if err != nil {
			k.want(false, prefix+".logo", "cannot be read: "+unwrapPath(err).Error())
		}
		for part, look := range map[string]visits.Look{
			".logo": {Logo: look.Logo}, ".colour": {Colour: look.Colour}, ".background": {Background: look.Background},
		} {
			if _, err := visits.NewTheme(id, look); err != nil {
				k.want(false, prefix+part, "cannot be used: "+err.Error())
			}
		}
	}
}
