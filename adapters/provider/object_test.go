package provider_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider"
)

func TestAnObjectIsReadThatCanMeanOneThingOnly(t *testing.T) {
	nested := func(depth int) string {
		return strings.Repeat(`{"a":`, depth-1) + `{}` + strings.Repeat(`}`, depth-1)
	}
	for text, fine := range map[string]bool{
		`{}`: true, `{"a":1,"b":[{"a":2}]}`: true, " {\"a\":\"å\"}\n": true, nested(16): true,
		``: false, `[]`: false, `"a"`: false, `null`: false, `{"a":1`: false, `{"a":1}{}`: false, `{"a":1} x`: false, nested(17): false,
		`{"a":1,"a":2}`: false, `{"a":1,"A":2}`: false, `{"b":{"a":1,"a":1}}`: false, `{"b":[{"a":1,"a":1}]}`: false,
		"{\"a\":\"\xff\"}": false, `<html></html>`: false, `{"k":1,"K":2}`: false, // the Kelvin sign is a k
	} {
		var into map[string]json.RawMessage
		if err := provider.ReadObject([]byte(text), &into); (err == nil) != fine || err != nil && !errors.Is(err, provider.ErrObject) {
			t.Errorf("%.40q: got %v", text, err)
		}
	}
}

func FuzzNoObjectIsReadInTwoWays(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"a":2}`, `{"a":{"b":[1,{"c":null}]}}`, `{`, `[`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var into map[string]json.RawMessage
		if provider.ReadObject(raw, &into) != nil {
			return
		}
		again, err := json.Marshal(into)
		if err != nil {
			t.Fatal(err)
		}
		var same map[string]json.RawMessage
		if provider.ReadObject(again, &same) != nil || len(same) != len(into) {
			t.Error("what was read does not read as the same")
		}
	})
}
