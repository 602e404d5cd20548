package sessionapi

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/fault"
)

// reader notes everything that is wrong with a request, in the order in which it is read.
type reader struct{ violations []fault.Violation }

// blame notes what is wrong with a member; the first reason counts. Reasons never quote what was sent.
func (r *reader) blame(name, reason string) {
	for _, v := range r.violations {
		if v.Field == name {
			return
		}
	}
	r.violations = append(r.violations, fault.Violation{Field: name, Code: errParameter.Code(), Text: reason})
}

func (r *reader) err() error {
	if len(r.violations) == 0 {
		return nil
	}
	return errParameter.With(r.violations...)
}

// object is a JSON object whose members go by their names in any case. Members that nobody reads are ignored, and null is
// a member that is not there.
type object struct {
	*reader
	prefix  string // of its members' names in what is blamed
	members map[string]any
	twice   map[string]bool // names that differ by their case alone
}

func (r *reader) object(prefix string, members map[string]any) object {
	o := object{reader: r, prefix: prefix, members: make(map[string]any, len(members)), twice: map[string]bool{}}
	for name, value := range members {
		lower := strings.ToLower(name)
		if _, there := o.members[lower]; there {
			o.twice[lower] = true
		}
		o.members[lower] = value
	}
	return o
}

func (o object) blame(name, reason string) { o.reader.blame(o.prefix+name, reason) }

// find gives a member that is there, not null, and not there twice.
func (o object) find(name string) (any, bool) {
	lower := strings.ToLower(name)
	if o.twice[lower] {
		o.blame(name, "stands twice")
		return nil, false
	}
	value := o.members[lower]
	return value, value != nil
}

// text is a string of at most so many characters, "" when it is not there.
func (o object) text(name string, most int) string {
	value, there := o.find(name)
	if !there {
		return ""
	}
	text, is := value.(string)
	switch {
	case !is:
		o.blame(name, "must be a string")
	case utf8.RuneCountInString(text) > most:
		o.blame(name, "must have at most "+strconv.Itoa(most)+" characters")
	default:
		return text
	}
	return ""
}

// texts is a list of at most so many strings of at most so many characters; there is false where it is not there.
func (o object) texts(name string, mostItems, most int) (texts []string, there bool) {
	value, there := o.find(name)
	if !there {
		return nil, false
	}
	list, is := value.([]any)
	if !is {
		o.blame(name, "must be an array of strings")
		return nil, true
	}
	if len(list) > mostItems {
		o.blame(name, "must have at most "+strconv.Itoa(mostItems)+" items")
		return nil, true
	}
	for _, item := range list {
		text, is := item.(string)
		switch {
		case !is:
			o.blame(name, "must be an array of strings")
			return nil, true
		case utf8.RuneCountInString(text) > most:
			o.blame(name, "must have items of at most "+strconv.Itoa(most)+" characters")
			return nil, true
		}
		texts = append(texts, text)
	}
	return texts, true
}

// word is one of a few strings, in any case, and "" when it is not there.
func (o object) word(name string, words ...string) string {
	text := o.text(name, mostText)
	if text == "" {
		return ""
	}
	for _, w := range words {
		if strings.EqualFold(w, text) {
			return w
		}
	}
	o.blame(name, "must be one of "+strings.Join(words, ", "))
	return ""
}

// whole is a 32-bit integer, as a number or a string of digits; there is false where it is not there.
func (o object) whole(name string) (n int, there bool) {
	value, there := o.find(name)
	if !there {
		return 0, false
	}
	var digits string
	switch v := value.(type) {
	case json.Number:
		digits = v.String()
	case string:
		digits = v
	}
	number, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || strings.HasPrefix(digits, "+") {
		o.blame(name, "must be a 32-bit integer")
		return 0, false
	}
	return int(number), true
}

// inner is an object within; there is false where it is not there.
func (o object) inner(name string) (inner object, there bool) {
	value, there := o.find(name)
	if !there {
		return object{}, false
	}
	members, is := value.(map[string]any)
	if !is {
		o.blame(name, "must be an object")
		return object{}, false
	}
	return o.reader.object(o.prefix+name+".", members), true
}

// mostText bounds strings for which the API names no limit.
const mostText = 2_000
