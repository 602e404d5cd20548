package httpapi

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/fault"
)

func TestNestedObjectsAreReadWithEverythingInThem(t *testing.T) {
	got, err := ParseObject(`{"a":{"b":[1,"x",null,true,{"c":-0.5e1}],"d":{}},"e":[],"f":null}`, 12)
	want := map[string]any{
		"a": map[string]any{"b": []any{json.Number("1"), "x", nil, true, map[string]any{"c": json.Number("-0.5e1")}}, "d": map[string]any{}},
		"e": []any{}, "f": nil,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
}

func TestNestedObjectsAreBounded(t *testing.T) {
	for text, want := range map[string]*fault.Fault{
		`{"a":[` + strings.Repeat("0,", 1000) + `0]}`: ErrCrowded, `{"a":[[[[[[[[[[[]]]]]]]]]]]}`: ErrCrowded, `{"a":{"b":1,"b":2}}`: ErrTwice,
		`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`: ErrCrowded, `[{}]`: ErrNotObject, `{"a":["\u0000"]}`: ErrUnicode, `{"a":[1}`: ErrJSON,
	} {
		if _, err := ParseObject(text, 10); !errors.Is(err, want) || !Malformed(want) {
			t.Errorf("%.40q: %v, want %v", text, err, want)
		}
	}
	if _, err := ParseObject(`{"a":[0,0,0,0,0,0,0,0,0]}`, 10); err != nil {
		t.Error(err)
	}
}
