package pages

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// form is how an answer is to be written.
type form uint8

const (
	either form = iota // the caller did not say
	html
	inJSON
)

// wants reads the Accept header (RFC 9110 section 12.5.1). Only what is named counts: a range with a star says
// nothing about what the caller can read.
func wants(c *fiber.Ctx) form {
	best, weight := either, 0.0
	for part := range strings.SplitSeq(c.Get(fiber.HeaderAccept), ",") {
		kind, parameters, _ := strings.Cut(part, ";")
		var f form
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case fiber.MIMETextHTML:
			f = html
		case fiber.MIMEApplicationJSON:
			f = inJSON
		default:
			continue
		}
		if q := quality(parameters); q > weight {
			best, weight = f, q
		}
	}
	return best
}

func quality(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		if value, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(p)), "q="); found {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || q < 0 || q > 1 {
				return 0
			}
			return q
		}
	}
	return 1
}
