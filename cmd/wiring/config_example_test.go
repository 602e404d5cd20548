package wiring

import (
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const example = "../../eidgate.example.yaml"

func TestTheExampleFileIsTheDefaultsInBothModes(t *testing.T) {
	fromFile, err := Load(example, nil)
	if err != nil {
		t.Fatal(err)
	}
	byItself, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromFile, byItself) {
		t.Errorf("the example gives\n%s\nthe defaults are\n%s", fromFile.Effective(), byItself.Effective())
	}

	demanded := []string{"EIDGATE_MODE=production", "EIDGATE_DATABASE_URL=postgres://h/d", "EIDGATE_KEYS_FILE=k", "EIDGATE_PUBLIC_URL=https://eid.example"}
	if fromFile, err = Load(example, demanded); err != nil {
		t.Fatal(err)
	}
	if byItself, err = Load("", demanded); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromFile, byItself) {
		t.Errorf("in production the example gives\n%s\nthe defaults are\n%s", fromFile.Effective(), byItself.Effective())
	}
}

func TestTheExampleFileHasEveryKey(t *testing.T) {
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	flatten(tree, "", there)
	c := defaults(Development)
	for _, k := range allKeys(&c) {
		if !there[k.name] {
			t.Errorf("the example has no %s", k.name)
		}
		delete(there, k.name)
	}
	delete(there, "themes")
	for name := range maps.Keys(there) {
		t.Errorf("the example has %s, which is no key", name)
	}
}

func flatten(tree map[string]any, prefix string, into map[string]bool) {
	for name, value := range tree {
		if group, ok := value.(map[string]any); ok && len(group) > 0 {
			flatten(group, prefix+name+".", into)
			continue
		}
		into[strings.TrimSuffix(prefix+name, ".")] = true
	}
}

func TestEveryKeyHasAVariableOfItsOwn(t *testing.T) {
	c := defaults(Development)
	c.Themes.admit("themes.acme.logo")
	owner := map[string]string{}
	for _, k := range allKeys(&c) {
		names := []string{variable(k.name)}
		if k.private() {
			names = append(names, variable(k.name)+"_FILE")
		}
		for _, name := range names {
			if other, taken := owner[name]; taken {
				t.Errorf("%s and %s share the variable %s", k.name, other, name)
			}
			owner[name] = k.name
		}
	}
	if owner["EIDGATE_ROUTES_SE_BANKID"] != "routes.se.bankid" || owner["EIDGATE_PROVIDERS_CRIIPTO_PLAIN_CLIENT_SECRET_FILE"] == "" {
		t.Errorf("the variables are not named as documented: %v", owner)
	}
}
