package organization

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// What can be wrong with the keys of metadata, and with values for them.
var (
	ErrNoMetaKey    = fault.New(fault.Invalid, "metakey_unknown", "The organization has no such key.")
	ErrMetaKey      = fault.New(fault.Invalid, "metakey_invalid", "The key is invalid.")
	ErrMetaKeyTaken = fault.New(fault.Invalid, "metakey_taken", "The organization has a key of this name already.")
	ErrMetaValue    = fault.New(fault.Invalid, "metadata_value_invalid", "The value is not of the key's type.")
)

// MetaType is what values a key takes. Values are texts; the type says how they read.
type MetaType string

// The types.
const (
	MetaString   MetaType = "string"
	MetaInteger  MetaType = "integer"  // decimal, within 64 bits
	MetaFloat    MetaType = "float"    // decimal, as in JSON
	MetaBoolean  MetaType = "boolean"  // true or false
	MetaDate     MetaType = "date"     // YYYY-MM-DD
	MetaDateTime MetaType = "datetime" // RFC 3339
)

// MetaTypes lists the types.
func MetaTypes() []MetaType {
	return []MetaType{MetaString, MetaInteger, MetaFloat, MetaBoolean, MetaDate, MetaDateTime}
}

const mostMetaValue = 2000

var floatPattern = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$`)

func (t MetaType) holds(value string) bool {
	switch t {
	case MetaString:
		return value != "" && identity.IsText(value, mostMetaValue)
	case MetaInteger:
		_, err := strconv.ParseInt(value, 10, 64)
		return err == nil && !strings.HasPrefix(value, "+")
	case MetaFloat:
		return len(value) <= 100 && floatPattern.MatchString(value)
	case MetaBoolean:
		return value == "true" || value == "false"
	case MetaDate:
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	case MetaDateTime:
		_, err := time.Parse(time.RFC3339, value)
		return err == nil
	}
	return false
}

// MetaKey is something that an organization wants to know of its users, and to find in their tokens.
type MetaKey struct {
	ID        string
	Scope     Scope
	Name      string
	Type      MetaType
	Required  bool
	CreatedAt time.Time
	Sequence  int64
}

var metaNamePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.: -]{0,99}$`)

// Define makes a key from its identifier, scope, name, type and whether it is required. Names are unique in a scope. It
// fails with [ErrMetaKey].
func Define(k MetaKey, by By, now time.Time) (MetaKey, []audit.Fact, error) {
	k.Name, k.Type, k.CreatedAt = strings.TrimSpace(k.Name), MetaType(strings.ToLower(strings.TrimSpace(string(k.Type)))), now
	var v fault.Violations
	v.Check(metaNamePattern.MatchString(k.Name), "name", "name_invalid", "A key's name has 1 to 100 letters, digits, spaces, and the signs _ . : -, and begins with a letter or _.")
	known := false
	for _, t := range MetaTypes() {
		known = known || t == k.Type
	}
	v.Check(known, "type", "type_unknown", "A key's type is string, integer, float, boolean, date or datetime.")
	if err := v.Of(ErrMetaKey); err != nil {
		return MetaKey{}, nil, err
	}
	return k, []audit.Fact{k.tell(audit.MetaKeyAdded, by, now)}, nil
}

// Remove tells that the key is gone, and every value for it.
func (k MetaKey) Remove(by By, now time.Time) []audit.Fact {
	return []audit.Fact{k.tell(audit.MetaKeyRemoved, by, now)}
}

func (k *MetaKey) tell(kind string, by By, now time.Time) audit.Fact {
	k.Sequence++
	return by.fact(k.Scope, kind, "metakey/"+k.ID, k.Sequence, now, nil)
}
