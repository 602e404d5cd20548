package provider_test

import (
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider"
)

func TestWhatOthersSayOfPeopleIsReadableAndBounded(t *testing.T) {
	for given, want := range map[string]string{
		"  Anna Andersson ": "Anna Andersson", "Anna\x00\n\tAndersson": "AnnaAndersson", "Anna\u202eAndersson": "AnnaAndersson", "Anna\u2028": "Anna",
		"Anna\xff": "Anna", "": "", "Åse Ødegård": "Åse Ødegård",
	} {
		if got := provider.Readable(given, provider.LongestName); got != want {
			t.Errorf("%q: got %q", given, got)
		}
	}
	if got := provider.Readable(strings.Repeat("å", 300), provider.LongestName); len([]rune(got)) != provider.LongestName {
		t.Errorf("%d characters are left", len([]rune(got)))
	}
	if got := provider.OneLine(" Storgatan 1\r\n\n 111 22 Stad \n"); got != "Storgatan 1, 111 22 Stad" {
		t.Errorf("got %q", got)
	}
}

func TestOnlyWholeNumbersAndAddressesAreTaken(t *testing.T) {
	for given, want := range map[string]string{
		"+46 70-123 45 67": "+46701234567", "+4740000001": "+4740000001", "0701234567": "", "+0701234567": "", "+46": "", "+4670123456x": "", "+1234567890123456": "",
	} {
		if got := provider.International(given); got != want {
			t.Errorf("%q: got %q", given, got)
		}
	}
	for given, good := range map[string]bool{
		"anna@example.com": true, "Anna <anna@example.com>": false, "anna": false, "": false, "a@b, c@d": false, strings.Repeat("a", 250) + "@example.com": false,
	} {
		if got := provider.Mailbox(given); (got == given && given != "") != good {
			t.Errorf("%q: got %q", given, got)
		}
	}
}
