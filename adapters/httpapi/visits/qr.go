package visits

import (
	"encoding/base64"
	"html/template"
	"strconv"
	"sync"

	"rsc.io/qr/coding"
)

// quiet is how many squares stay empty around a code (ISO/IEC 18004).
const quiet = 4

// plans say, for each size of codes, which square is what. A plan is made once, and read ever after: a process draws a code
// for each of its open pages every second.
var plans = func() (all [coding.MaxVersion + 1]func() (*coding.Plan, error)) {
	for size := coding.Version(coding.MinVersion); size <= coding.MaxVersion; size++ {
		// Any pattern over the squares can be read. The checkers suit what is as good as random, such as a token.
		all[size] = sync.OnceValues(func() (*coding.Plan, error) { return coding.NewPlan(size, coding.L, 0) })
	}
	return all
}()

// encode is the smallest code for a text, nil for what fits into none. The correction is the lowest, as BankID wants it: a
// screen is never dirty, and fewer squares are read sooner.
func encode(text string) *coding.Code {
	content := coding.String(text)
	for size := coding.Version(coding.MinVersion); size <= coding.MaxVersion; size++ {
		if content.Bits(size) > size.DataBytes(coding.L)*8 {
			continue
		}
		plan, err := plans[size]()
		if err != nil {
			return nil
		}
		code, err := plan.Encode(content)
		if err != nil {
			return nil
		}
		return code
	}
	return nil
}

// pictures are what drawings are made in.
var pictures = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

// draw is the picture of a QR code as an address that holds it, "" for what fits into none. Each run of dark squares is a
// piece of one line, drawn through the middle of its row, on a white ground with the quiet zone around.
func draw(text string) template.URL {
	if text == "" {
		return ""
	}
	code := encode(text)
	if code == nil {
		return ""
	}
	kept := pictures.Get().(*[]byte)
	defer pictures.Put(kept)
	size := strconv.Itoa(code.Size + 2*quiet)
	b := (*kept)[:0]
	b = append(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `+size+` `+size+`" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h`+size+`v`+size+`H0z"/><path stroke="#000" d="`...)
	for y := range code.Size {
		b = append(b, 'M')
		b = strconv.AppendInt(b, quiet, 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(y+quiet), 10)
		b = append(b, ".5"...)
		for x := 0; x < code.Size; {
			from, dark := x, code.Black(x, y)
			for x < code.Size && code.Black(x, y) == dark {
				x++
			}
			if dark {
				b = append(b, 'h')
				b = strconv.AppendInt(b, int64(x-from), 10)
			} else if x < code.Size {
				b = append(b, 'm')
				b = strconv.AppendInt(b, int64(x-from), 10)
				b = append(b, " 0"...)
			}
		}
	}
	b = append(b, `"/></svg>`...)
	drawn := len(b)
	b = base64.StdEncoding.AppendEncode(append(b, "data:image/svg+xml;base64,"...), b[:drawn])
	*kept = b
	return template.URL(b[drawn:]) //nolint:gosec // we drew it
}
