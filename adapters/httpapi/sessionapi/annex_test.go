package sessionapi

import (
	"errors"
	"reflect"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestAnAnnexIsReadAsItWasWritten(t *testing.T) {
	for name, a := range map[string]annex{
		"least": {Flow: flowRedirect, Attributes: []string{}, Providers: []string{}},
		"all": {
			Flow: flowHeadless, Attributes: []string{"name", "", "nin,value"}, Providers: []string{"sbid"},
			Callbacks: &callbacks{Success: "https://rp.example/a,b?c=d", Abort: "https://rp.example/b", Error: "com.example:/c"},
			ReturnURL: "https://rp.example/r", Language: "sv", Domain: "eid.example", AppFlow: flowQR, Lifetime: 300,
			Key: &encryptionKey{Type: keyTypeEC, Kid: "a\x00, \"b\"", Curve: "P-256", X: "x", Y: "y"},
		},
	} {
		kept, err := a.write()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if again, ok := annexOf(eid.Snapshot{Order: eid.Order{Annex: kept}}); !ok || !reflect.DeepEqual(again, a) {
			t.Errorf("%s: got %+v, %v", name, again, ok)
		}
	}
	for name, a := range map[string]annex{
		"a separator in a field": {Flow: flowRedirect, Language: "sv\x00"},
		"a separator in an item": {Flow: flowRedirect, Providers: []string{"sbid\x00nbid"}},
	} {
		if kept, err := a.write(); !errors.Is(err, errAnnex) {
			t.Errorf("%s: got %q and %v", name, kept, err)
		}
	}
}
