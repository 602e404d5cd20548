package organization_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestAKeyHasANameAndAKnownType(t *testing.T) {
	scope := organization.Scope{Organization: "o", Environment: organization.Sandbox}
	for _, c := range []struct {
		name  string
		typ   organization.MetaType
		field string // at fault, "" for none
	}{
		{"employee_id", "string", ""}, {" Employee.No ", " INTEGER ", ""}, {"_x", "boolean", ""}, {strings.Repeat("a", 100), "datetime", ""},
		{"", "string", "name"}, {"1st", "string", "name"}, {"a\nb", "string", "name"}, {"é", "string", "name"}, {strings.Repeat("a", 101), "string", "name"},
		{`a"b`, "string", "name"}, {"<script>", "string", "name"}, {"a", "", "type"}, {"a", "text", "type"}, {"a", "string;drop", "type"},
	} {
		k, facts, err := organization.Define(organization.MetaKey{ID: "k", Scope: scope, Name: c.name, Type: c.typ, Required: true}, by, now)
		if c.field != "" {
			blames(t, c.name, err, organization.ErrMetaKey, c.field)
			continue
		}
		if err != nil || k.Name != strings.TrimSpace(c.name) || k.CreatedAt != now || k.Sequence != 1 || len(facts) != 1 || facts[0].Kind != audit.MetaKeyAdded ||
			facts[0].Subject != "metakey/k" || facts[0].Details != nil {
			t.Errorf("%q: got %+v, %+v, %v", c.name, k, facts, err)
		}
	}
	removed := organization.MetaKey{ID: "k", Scope: scope, Sequence: 1}.Remove(by, now)
	if len(removed) != 1 || removed[0].Kind != audit.MetaKeyRemoved || removed[0].Sequence != 2 || removed[0].Environment != "sandbox" {
		t.Errorf("removing tells %+v", removed)
	}
}

func TestAValueIsOfItsKeysType(t *testing.T) {
	good := map[organization.MetaType][]string{
		organization.MetaString:   {"a", "Umeå", " a b ", strings.Repeat("a", 2000)},
		organization.MetaInteger:  {"0", "-5", "9223372036854775807", "-9223372036854775808"},
		organization.MetaFloat:    {"0", "-0.5", "1e3", "12.5E-7", "100"},
		organization.MetaBoolean:  {"true", "false"},
		organization.MetaDate:     {"2024-02-29", "1900-01-01"},
		organization.MetaDateTime: {"2024-02-29T12:00:00Z", "2024-02-29T12:00:00.123+02:00"},
	}
	bad := map[organization.MetaType][]string{
		organization.MetaString:   {"", "a\x00b", "a\nb", strings.Repeat("a", 2001), "\xff"},
		organization.MetaInteger:  {"", "+5", "1.0", "1e3", "0x10", "9223372036854775808", " 1", "1_000", "١"},
		organization.MetaFloat:    {"", ".5", "1.", "NaN", "Inf", "01", "1e9999", "0x1p-2", strings.Repeat("1", 101), "1,5"},
		organization.MetaBoolean:  {"", "1", "TRUE", "yes", "null"},
		organization.MetaDate:     {"", "2023-02-29", "20240229", "2024-2-9", "2024-02-29T00:00:00Z", "0000-00-00"},
		organization.MetaDateTime: {"", "2024-02-29", "2024-02-29T12:00:00", "2024-02-29 12:00:00Z", "2024-02-30T12:00:00Z"},
		"unknown":                 {"a"},
	}
	u := organization.User{ID: "u", Scope: organization.Scope{Organization: "o", Environment: organization.Sandbox}}
	for typ, values := range good {
		for _, v := range values {
			next, facts, err := u.SetMetadata(organization.MetaKey{ID: "k", Type: typ}, v, "m", by, now)
			if err != nil || len(next.Metadata) != 1 || next.Metadata[0] != (organization.Metadatum{ID: "m", Key: "k", Value: v}) || len(facts) != 1 {
				t.Errorf("%s refuses %q: %v", typ, v, err)
			}
		}
	}
	for typ, values := range bad {
		for _, v := range values {
			if _, facts, err := u.SetMetadata(organization.MetaKey{ID: "k", Type: typ}, v, "m", by, now); !errors.Is(err, organization.ErrMetaValue) || len(facts) != 0 {
				t.Errorf("%s takes %q: %v", typ, v, err)
			}
		}
	}
}

func TestAUserHasOneValueForAKeyAndKeepsTheirOrder(t *testing.T) {
	u := organization.User{ID: "u", Scope: organization.Scope{Organization: "o", Environment: organization.Sandbox}, Sequence: 1}
	set := func(key, value, id string) (told int) {
		t.Helper()
		next, facts, err := u.SetMetadata(organization.MetaKey{ID: key, Type: organization.MetaString}, value, id, by, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			if f.Kind != audit.UserMetadataSet || f.Details["metakey"] != key || f.Subject != "user/u" || len(f.Details) != 1 {
				t.Errorf("told %+v", f)
			}
		}
		u = next
		return len(facts)
	}
	before := u
	if set("a", "1", "m1") != 1 || set("b", "2", "m2") != 1 || set("a", "3", "m3") != 1 || set("a", "3", "m4") != 0 {
		t.Error("a change is told once, and what is none is not")
	}
	want := []organization.Metadatum{{ID: "m1", Key: "a", Value: "3"}, {ID: "m2", Key: "b", Value: "2"}}
	if len(u.Metadata) != 2 || u.Metadata[0] != want[0] || u.Metadata[1] != want[1] || u.Sequence != 4 || u.UpdatedAt != now {
		t.Errorf("got %+v", u)
	}
	if len(before.Metadata) != 0 || before.Sequence != 1 {
		t.Error("the user that was changed changed itself")
	}
}
