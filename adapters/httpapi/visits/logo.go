package visits

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"html/template"
	"image/png"
	"io"
	"strings"
)

const largestLogo = 16 << 10

// What a logo can be refused for.
var (
	errLogoSize   = errors.New("has more than 16 KiB")
	errLogoFormat = errors.New("is neither a PNG nor an SVG picture")
	errLogoRuns   = errors.New("holds a script, or refers to something outside of itself")
)

// picture is a logo as an address that holds it. Browsers run nothing in a picture and load nothing for it; what holds a
// script all the same, or wants something loaded, is refused, because it would not look as its owner thinks.
func picture(content []byte) (template.URL, error) {
	if len(content) > largestLogo {
		return "", errLogoSize
	}
	mime := "image/svg+xml"
	if bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")) {
		if _, err := png.DecodeConfig(bytes.NewReader(content)); err != nil {
			return "", errLogoFormat
		}
		mime = "image/png"
	} else if err := drawing(content); err != nil {
		return "", err
	}
	return template.URL("data:" + mime + ";base64," + base64.StdEncoding.EncodeToString(content)), nil //nolint:gosec // it was looked at
}

// drawing reads an SVG file to its end.
func drawing(content []byte) error {
	d := xml.NewDecoder(bytes.NewReader(content))
	for depth, seen := 0, false; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && seen && depth == 0 {
			return nil
		}
		if err != nil {
			return errLogoFormat
		}
		switch t := token.(type) {
		case xml.Directive:
			if bytes.ContainsAny(t, "[<") { // entities are declared there
				return errLogoFormat
			}
		case xml.StartElement:
			if depth == 0 && (seen || t.Name.Local != "svg") {
				return errLogoFormat
			}
			if !still(t) {
				return errLogoRuns
			}
			seen = true
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

// still holds for elements that run nothing and load nothing.
func still(e xml.StartElement) bool {
	switch strings.ToLower(e.Name.Local) {
	case "script", "foreignobject", "iframe", "audio", "video":
		return false
	}
	for _, a := range e.Attr {
		name, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
		if strings.HasPrefix(name, "on") || name == "href" && !within(value) || strings.Contains(value, "javascript:") {
			return false
		}
	}
	return true
}

// within holds for addresses of what the picture holds itself.
func within(address string) bool {
	return strings.HasPrefix(address, "#") || strings.HasPrefix(address, "data:image/")
}
