package visits

import (
	"encoding/base64"
	"html/template"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"
)

// draw is the picture of a QR code as an address that holds it, "" for what fits into none. The correction is the
// lowest, as BankID wants it: a screen is never dirty, and fewer squares are read sooner.
//
// Each run of dark squares is one rectangle of a path, on a white ground with the quiet zone of four squares that the
// standard asks for (ISO/IEC 18004).
func draw(text string) template.URL {
	if text == "" {
		return ""
	}
	code, err := qrcode.New(text, qrcode.Low)
	if err != nil {
		return ""
	}
	rows := code.Bitmap()
	size := strconv.Itoa(len(rows))
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + size + ` ` + size + `" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h` + size + `v` + size + `H0z"/><path d="`)
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			run := strconv.Itoa(x - from)
			b.WriteString("M" + strconv.Itoa(from) + " " + strconv.Itoa(y) + "h" + run + "v1h-" + run + "z")
		}
	}
	b.WriteString(`"/></svg>`)
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(b.String()))) //nolint:gosec // we drew it
}
