package messaging

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/fault"
)

// deepest is how many objects and arrays may be inside one another.
const deepest = 16

// errJSON says no more than that: a decoder's own words may quote the input.
var errJSON = errors.New("not one JSON object in UTF-8 with unique names, without NUL, at most 16 levels deep")

// parse reads one JSON object. What encoding/json forgives is refused: names that come twice, invalid UTF-8 and
// anything behind the object. Names are matched exactly.
func parse(payload []byte) (map[string]any, error) {
	if !utf8.Valid(payload) {
		return nil, errJSON
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, errJSON
	}
	object, ok := v.(map[string]any)
	if _, err := d.Token(); !ok || !errors.Is(err, io.EOF) {
		return nil, errJSON
	}
	return object, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil || depth > deepest {
		return nil, errJSON
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return members(d, depth)
		}
		return elements(d, depth)
	case string:
		if strings.ContainsRune(token, 0) {
			return nil, errJSON
		}
	}
	return token, nil
}

func members(d *json.Decoder, depth int) (map[string]any, error) {
	object := map[string]any{}
	for d.More() {
		name, err := value(d, depth)
		if err != nil {
			return nil, err
		}
		key, ok := name.(string)
		if _, twice := object[key]; !ok || twice {
			return nil, errJSON
		}
		if object[key], err = value(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

func elements(d *json.Decoder, depth int) ([]any, error) {
	var array []any
	for d.More() {
		v, err := value(d, depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	_, err := d.Token()
	return array, err
}

// fields reads the members of an object and gathers what is wrong with them, so that a caller mends all at once.
// A member that is null counts as absent.
type fields struct {
	values map[string]any
	path   string
	wrong  *[]fault.Violation
}

func (f fields) blame(name, code, text string) {
	*f.wrong = append(*f.wrong, fault.Violation{Field: f.path + name, Code: code, Text: text})
}

// text reads an optional string of printable characters.
func (f fields) text(name string, most int) string {
	return f.string(name, most, unicode.IsControl)
}

// prose reads an optional string of several lines.
func (f fields) prose(name string, most int) string {
	return f.string(name, most, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}

func (f fields) string(name string, most int, forbidden func(rune) bool) string {
	switch v := f.values[name].(type) {
	case nil:
	case string:
		if fits(v, most, forbidden) {
			return v
		}
		f.blame(name, "text_invalid", "The text is too long or not printable.")
	default:
		f.blame(name, "type_invalid", "A string is expected.")
	}
	return ""
}

func fits(text string, most int, forbidden func(rune) bool) bool {
	return utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, forbidden)
}

// texts reads an optional array of different strings of printable characters, each at most longest of them.
func (f fields) texts(name string, most, longest int) []string {
	if f.values[name] == nil {
		return nil
	}
	array, ok := f.values[name].([]any)
	texts := make([]string, 0, min(len(array), most))
	for _, v := range array {
		text, isText := v.(string)
		if !isText {
			ok = false
			break
		}
		if len(texts) == most || text == "" || !fits(text, longest, unicode.IsControl) || slices.Contains(texts, text) {
			f.blame(name, "list_invalid", "The list is too long, or has an entry that is empty, too long, not printable or there twice.")
			return nil
		}
		texts = append(texts, text)
	}
	if !ok {
		f.blame(name, "type_invalid", "An array of strings is expected.")
		return nil
	}
	return texts
}

// required reads a string that must be there.
func (f fields) required(name string, most int) string {
	before := len(*f.wrong)
	s := f.text(name, most)
	if s == "" && len(*f.wrong) == before {
		f.blame(name, "required", "The member is required.")
	}
	return s
}

// change reads an optional string that is to replace another: nil when it is absent, "" to empty it.
func (f fields) change(name string) *string { return f.given(name, f.text(name, maxText)) }

// given is a value that was read, nil when there was none.
func (f fields) given(name, value string) *string {
	if f.values[name] == nil {
		return nil
	}
	return &value
}

// id reads an optional identifier in digits: a positive integer.
func (f fields) id(name string) int64 {
	switch v := f.values[name].(type) {
	case nil:
		return 0
	case json.Number:
		if n, err := v.Int64(); err == nil && n > 0 {
			return n
		}
	}
	f.blame(name, "type_invalid", "A positive integer is expected.")
	return 0
}

// boolean reads an optional truth value.
func (f fields) boolean(name string, otherwise bool) bool {
	switch v := f.values[name].(type) {
	case nil:
	case bool:
		return v
	default:
		f.blame(name, "type_invalid", "true or false is expected.")
	}
	return otherwise
}

// object reads an optional object; absent, it is empty.
func (f fields) object(name string) fields {
	inner := fields{path: f.path + name + ".", wrong: f.wrong}
	switch v := f.values[name].(type) {
	case nil:
	case map[string]any:
		inner.values = v
	default:
		f.blame(name, "type_invalid", "An object is expected.")
	}
	return inner
}
