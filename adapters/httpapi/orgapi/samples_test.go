package orgapi

import (
	"encoding/json"
	"testing"
)

func TestNamesOfClaimsAreATreeAsInTheSamplesOfTheAPI(t *testing.T) {
	type claims = map[string]any
	for want, given := range map[string]claims{
		`[]`:                             nil,
		`["b","c"]`:                      {"c": nil, "b": 1},
		`[["a",null,"b"],"c"]`:           {"a": claims{}, "b": "x", "c": []any{claims{}}},
		`[["a",null,"b"],["c",["d"]]]`:   {"a": map[string]string{}, "b": claims{"swallowed": 1}, "c": claims{"d": claims{"e": 1}}},
		`[["a",[]]]`:                     {"a": claims{}},
		`[["a",["x","y"]],["b",[]],"c"]`: {"a": map[string]map[string]any{"y": nil, "x": {"id": 1}}, "b": claims{}, "c": 1.5},
	} {
		got, err := json.Marshal(claimKeys(given))
		if err != nil || string(got) != want {
			t.Errorf("%v: %s, want %s", given, got, want)
		}
	}
}
