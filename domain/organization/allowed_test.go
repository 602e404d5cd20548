package organization_test

import (
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
)

func TestAnAddressWithoutAPathAllowsItsHostAndOneWithAPathItself(t *testing.T) {
	a := organization.Addresses{
		Callback:        []string{"https://news.example", "https://one.example/hook?x=1", "https://port.example:8443/", "http://localhost:9000"},
		DefaultCallback: "https://default.example/news",
	}
	for address, want := range map[string]bool{
		"https://news.example": true, "https://news.example/": true, "https://news.example/any/path?q=1": true, "https://news.example:443/a": true,
		"https://NEWS.example/a": true, "https://one.example/hook?x=1": true, "https://port.example:8443/deep": true, "http://localhost:9000/x": true,
		"https://default.example/news": true,
		"http://news.example/":         false, "https://news.example:8443/": false, "https://sub.news.example/": false, "https://news.example.evil.example/": false,
		"https://evilnews.example/": false, "https://one.example/hook": false, "https://one.example/hook?x=1&y=2": false, "https://one.example/hook/": false,
		"https://port.example/": false, "https://default.example/other": false, "https://user@news.example/": false, "https://news.example\\@evil.example/": false,
		"https://news.example/#fragment": false, "//news.example/": false, "": false, "https://news.example/\n": false, "javascript:alert(1)": false,
		"http://localhost:9001/": false,
	} {
		if got := a.AllowsCallback(address); got != want {
			t.Errorf("%q: got %v", address, got)
		}
	}
	r := organization.Addresses{Redirect: []string{"https://app.example", "https://exact.example/cb"}}
	for address, want := range map[string]bool{
		"https://app.example/done?x=1": true, "https://exact.example/cb": true, "https://exact.example/cb?x=1": false, "https://other.example/": false,
	} {
		if got := r.AllowsReturn(address); got != want {
			t.Errorf("return to %q: got %v", address, got)
		}
	}
	if r.AllowsRedirect("https://app.example/done") {
		t.Error("where addresses are compared byte for byte, a host stands for more than itself")
	}
}

func TestANameIsFoundAsWords(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{"Nordbanken asks you to approve", "Nordbanken", true}, {"NORDBANKEN!", "Nordbanken", true}, {"from Nord-Banken", "Nord Banken", true},
		{"from  nord \n banken", "Nord Banken", true}, {"Nordbankens kunder", "Nordbanken", true}, {"our bank", "ICA", false}, {"ICA asks", "ICA", false},
		{"", "Nordbanken", false}, {"Åkes Bageri AB", "åkes bageri ab", true}, {"Åkes Bageri", "Åkes Bageri AB", false},
		{"Nordbankenhuset", "Nordbanken", false}, {"Snordbanken", "Nordbanken", false}, {"Nordean asiakas", "Nordea", true}, {"NordBanken", "Nord Banken", true},
		{"N o r d b a n k e n", "Nordbanken", true}, {"Nоrdbаnken", "Nordbanken", true}, {"N0rdbanken", "Nordbanken", true}, {"Ｎｏｒｄｂａｎｋｅｎ", "Nordbanken", true},
		{"𝓝𝓸𝓻𝓭𝓫𝓪𝓷𝓴𝓮𝓷", "Nordbanken", true}, {"Nördbånken", "Nordbanken", true}, {"Nor\u0323dbanken", "Nordbanken", true}, {"Nor\u200bdbanken", "Nordbanken", true},
		{"Akes Bageri AB", "Åkes Bageri AB", true}, {"KIama", "Klarna", true}, {"mmm", "mmm", false}, {"Банк Север", "Банк Север", true}, {"Nordbanken-", "Nordbanken", true},
		{"snordbanken nordbanken", "Nordbanken", true}, {"北欧銀行", "北欧銀行", true},
	} {
		if got := organization.Mentions(c.text, c.name); got != c.want {
			t.Errorf("%q in %q: got %v", c.name, c.text, got)
		}
	}
}
