package httpapi

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"
)

// ReadObject is [ReadBody] for surfaces whose requests are nested: it reads the whole body, as [ParseObject] does.
func ReadObject(c *fiber.Ctx, most int) (map[string]any, error) {
	raw, err := jsonOf(c)
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	return ParseObject(string(raw), most)
}

// ParseObject reads a JSON object with everything in it, as strictly as [ReadBody] does, for surfaces whose requests are
// nested. Values are map[string]any, []any, string, bool, json.Number and nil. There may be as many as most, of all depths
// together. It fails with one of the faults that [Malformed] holds for.
func ParseObject(text string, most int) (map[string]any, error) {
	members, err := (&scanner{data: text, whole: true, left: most}).read()
	if err != nil {
		return nil, err
	}
	return object(members), nil
}

func object(members []member) map[string]any {
	o := make(map[string]any, len(members))
	for _, m := range members {
		o[m.name] = m.value()
	}
	return o
}

func (m member) value() any {
	switch m.kind {
	case kindBool:
		return m.text == "true"
	case kindNumber:
		return json.Number(m.text)
	case kindString:
		return m.text
	case kindArray:
		list := make([]any, len(m.inner))
		for i, item := range m.inner {
			list[i] = item.value()
		}
		return list
	case kindObject:
		return object(m.inner)
	case kindNull:
	}
	return nil
}
