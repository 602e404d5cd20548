package orgapi

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/eidgate/eidgate/domain/fault"
)

func TestFormsAreReadAsTrees(t *testing.T) {
	for text, want := range map[string]map[string]any{
		"":                           {},
		"&&a=b&":                     {"a": "b"},
		"a":                          {"a": ""},
		"a=b=c&d=1+2%2B3":            {"a": "b=c", "d": "1 2+3"},
		"a=1&a=2":                    {"a": []any{"1", "2"}},
		"a[]=1":                      {"a": []any{"1"}},
		"a[]=1&a[]=2&a=3":            {"a": []any{"1", "2", "3"}},
		"a%5Bb%5D=1&a[c][d]=2":       {"a": map[string]any{"b": "1", "c": map[string]any{"d": "2"}}},
		"a[b][]=1&a[b][]=2":          {"a": map[string]any{"b": []any{"1", "2"}}},
		"a[b][c][d][e]=1&a[b][f]=2":  {"a": map[string]any{"b": map[string]any{"c": map[string]any{"d": map[string]any{"e": "1"}}, "f": "2"}}},
		"a[b=1&[c]=2&d]=3&a[b]c]=4":  {"a[b": "1", "[c]": "2", "d]": "3", "a[b]c]": "4"},
		"a;b=c;d":                    {"a;b": "c;d"},
		"profile[a[b]]=1":            {"profile[a[b]]": "1"},
		"%C3%A5=%F0%9F%98%80&__p=__": {"å": "😀", "__p": "__"},
	} {
		got, err := parseForm(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
}

func TestANameForValuesOfTwoKindsStandsForNeither(t *testing.T) {
	neither := map[string]any{"a": contradiction{}}
	within := map[string]any{"a": map[string]any{"b": contradiction{}}}
	deep := func(innermost any) map[string]any {
		return map[string]any{"a": map[string]any{"b": map[string]any{"c": map[string]any{"d": map[string]any{"e": innermost}}}}}
	}
	for text, want := range map[string]map[string]any{
		"a=1&a[b]=2": neither, "a[b]=1&a=2": neither, "a[]=1&a[b]=2": neither, "a[b]=1&a[]=2": neither, "a[][b]=1": neither, "a[][]=1": neither, "a[b]=1&a[][b]=2": neither,
		"a=1&a[b]=2&a=3&a[]=4&a[c]=5": neither, "a[b][c]=1&a[b]=2": within, "a[b]=1&a[b][c]=2": within, "a[b][]=1&a[b][c][d]=2": within, "a[b][][c]=1": within,
		"a[b][c][d][e][f]=1": deep(contradiction{}), "a[b][c][d][e][]=1": deep(contradiction{}), "a[b][c][d][e]=1&a[b][c][d][e][f]=2": deep(contradiction{}),
		"a" + strings.Repeat("[b]", 10_000) + "=1": {"a": map[string]any{"b": map[string]any{"b": map[string]any{"b": map[string]any{"b": contradiction{}}}}}},
		"x=1&x[a]=2&b=3": {"x": contradiction{}, "b": "3"},
	} {
		got, err := parseForm(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%.60q: %v %v, want %v", text, got, err, want)
		}
	}
}

func TestBrokenAndBoundlessFormsAreRefused(t *testing.T) {
	for text, want := range map[string]*fault.Fault{
		"a=%": errForm, "a=%4": errForm, "a=%zz": errForm, "%=a": errForm, "a=%ff": errForm, "a=%00": errForm, "%c3=1": errForm,
		strings.Repeat("a=1&", mostParameters+1): errCrowded, strings.Repeat("a[][b]=1&", mostParameters+1): errCrowded,
	} {
		if _, err := parseForm(text); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
	if _, err := parseForm(strings.Repeat("a=1&", mostParameters)); err != nil {
		t.Error(err)
	}
}

// TestWhoeverReadsAContradictionIsToldSo reads one in every way that there is.
func TestWhoeverReadsAContradictionIsToldSo(t *testing.T) {
	for name, read := range map[string]func(*parameters){
		"Text": func(p *parameters) { p.Text("a") }, "Required": func(p *parameters) { p.Required("a") }, "Change": func(p *parameters) { p.Change("a") },
		"List": func(p *parameters) { p.List("a") }, "Flag": func(p *parameters) { p.Flag("a") }, "Whole": func(p *parameters) { p.Whole("a") },
		"Inside": func(p *parameters) { p.Inside("a") }, "conditions": func(p *parameters) { columns{}.conditions(p.Inside("c")) },
		"scalar": func(p *parameters) { scalar(p, "a") }, "metadataOf": func(p *parameters) { p.values["metadata"] = p.values["a"]; metadataOf(p) },
		"readProfile": func(p *parameters) { readProfile(p.Inside("b")) }, "either": func(p *parameters) { either(p, "a") }, "wanted": func(p *parameters) { wanted(p, "a") },
	} {
		p := newParameters(map[string]any{"a": contradiction{}, "b": map[string]any{"profile": contradiction{}}, "c": map[string]any{"q": contradiction{}}, "d": []any{}})
		p.List("d")
		p.Blame("d", "too_many", "Another fault.")
		read(p)
		if err := p.Err(); !errors.Is(err, errForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABodyIsReadAsWhatItIs(t *testing.T) {
	want := map[string]any{"a": "b"}
	for _, c := range []struct{ media, body string }{
		{"application/json", ` {"a":"b"} `}, {"application/vnd.api+json; charset=UTF-8", `{"a":"b"}`}, {"", `{"a":"b"}`},
		{"application/x-www-form-urlencoded", "\n{\"a\":\"b\"}"}, {"text/plain", `{"a":"b"}`}, {"application/x-www-form-urlencoded", "a=b"}, {"", "a=b"},
		{"application/json", "a=b"}, {`multipart/form-data; boundary="x"`, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"../../etc/passwd\"\r\nContent-Type: text/xml\r\n\r\nb\r\n--x--"},
	} {
		got, err := parseBody(c.media, []byte(c.body))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s %q: %v %v", c.media, c.body, got, err)
		}
	}
	for _, c := range []struct{ media, body string }{
		{"application/json", `null`}, {"application/json", `"a=b"`}, {"application/json", `[a=b]`}, {"application/json", `a`}, {"application/json", ` `},
		{"text/plain", "a=b"}, {"text/xml", "<a/>"}, {"nonsense/", `{"a":"b"}`}, {"application/json; charset=utf-16", `{"a":"b"}`},
		{"multipart/form-data", `{"a":"b"}`}, {"multipart/form-data; boundary=x", `{"a":"b"}`}, {"multipart/form-data; boundary=x", "--x\r\n\r\nb\r\n--x--"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb"}, {"application/x-www-form-urlencoded", "{a}=b"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--"},
	} {
		if got, err := parseBody(c.media, []byte(c.body)); err == nil {
			t.Errorf("%s %q: %v", c.media, c.body, got)
		}
	}
}

// FuzzForms holds what forms become to what everybody behind the parser relies on: it is bounded, it is text, and it says
// the same when it is written down as a form again.
func FuzzForms(f *testing.F) {
	for _, seed := range []string{"a=b&a[]=c", "a[b][c]=d&a[b][e][]=f", "a%5B=1", "[a]=b&=c", "a[b]c]=1&a[]]=2", "q[name_in][]=x&s=name%2Bdesc", "a=%zz", "&;=&", "a=1&a[b]=2&a[c][d][e][f][g]=3", "a[b][][c]=d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := parseForm(text)
		if err != nil {
			if !errors.Is(err, errForm) && !errors.Is(err, errCrowded) {
				t.Fatal(err)
			}
			return
		}
		pairs := flatten(t, "", tree, 1)
		if len(pairs) > mostParameters {
			t.Fatalf("%d values", len(pairs))
		}
		again, err := parseForm(strings.Join(pairs, "&"))
		if err != nil || !reflect.DeepEqual(again, tree) {
			t.Fatalf("%q is %v, and then %v %v", text, tree, again, err)
		}
	})
}

// FuzzBodies wants an answer to everything, and the same for a form however it is sent.
func FuzzBodies(f *testing.F) {
	f.Add("application/json", []byte(`{"a":[1,{"b":null}]}`))
	f.Add("application/json", []byte(`profile=https://franksinatra.com`))
	f.Add("", []byte("a[b]=c"))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--"))
	f.Fuzz(func(t *testing.T, media string, raw []byte) {
		tree, err := parseBody(media, raw)
		if err != nil && fault.Of(err).Kind() != fault.Invalid {
			t.Fatal(err)
		}
		p := newParameters(tree)
		for name := range tree {
			p.Text(name)
			p.List(name)
			p.Flag(name)
			p.Whole(name)
			if inside := p.Inside(name); inside != nil {
				inside.Change("b")
			}
		}
		form, err := parseForm(string(raw))
		if err != nil || len(form) == 0 {
			return
		}
		pairs := flatten(t, "", form, 1)
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for _, pair := range pairs {
			name, value, _ := strings.Cut(pair, "=")
			name, _ = url.QueryUnescape(name)
			value, _ = url.QueryUnescape(value)
			if name == "" || strings.ContainsAny(name, `\"`) || strings.ContainsFunc(name, unicode.IsControl) {
				return // which every program writes in a way of its own
			}
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if parts, err := parseBody(w.FormDataContentType(), b.Bytes()); err != nil || !reflect.DeepEqual(parts, form) {
			t.Fatalf("as parts %v %v, as a form %v", parts, err, form)
		}
	})
}

// flatten writes a tree down as the pairs of a form.
func flatten(t *testing.T, prefix string, tree map[string]any, depth int) []string {
	t.Helper()
	if depth > mostNesting {
		t.Fatalf("%d deep", depth)
	}
	var pairs []string
	for name, value := range tree {
		at := name
		if prefix != "" {
			at = prefix + "[" + name + "]"
		}
		switch value := value.(type) {
		case string:
			pairs = append(pairs, url.QueryEscape(at)+"="+url.QueryEscape(value))
		case []any:
			if len(value) == 1 {
				at += "[]"
			}
			for _, item := range value {
				pairs = append(pairs, url.QueryEscape(at)+"="+url.QueryEscape(item.(string)))
			}
		case map[string]any:
			pairs = append(pairs, flatten(t, at, value, depth+1)...)
		case contradiction:
			pairs = append(pairs, url.QueryEscape(at+"[][]")+"=")
		}
	}
	return pairs
}
