package sessionapi

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

func header(identifier, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(identifier+":"+secret))
}

func TestATokenRequestSaysOnceWhoAsks(t *testing.T) {
	const grant = "grant_type=client_credentials"
	for name, c := range map[string]struct {
		form tokenForm
		want error
	}{
		"basic":                {tokenForm{authorization: header("sandbox-client", "s3cret"), body: grant}, nil},
		"scheme in lower case": {tokenForm{authorization: "basic " + strings.TrimPrefix(header("sandbox-client", "s3cret"), "Basic "), body: grant}, nil},
		"basic, encoded":       {tokenForm{authorization: header("sandbox%2Dclient", "s3%63ret"), body: grant}, nil},
		"basic, named again":   {tokenForm{authorization: header("sandbox-client", "s3cret"), body: grant + "&client_id=sandbox-client"}, nil},
		"post":                 {tokenForm{body: grant + "&client_id=sandbox-client&client_secret=s3cret"}, nil},
		"post, scope":          {tokenForm{body: grant + "&scope=signicat-api&client_id=sandbox-client&client_secret=s3cret"}, nil},
		"empty scope":          {tokenForm{body: grant + "&scope=&client_id=sandbox-client&client_secret=s3cret"}, nil},
		"more parameters":      {tokenForm{query: "signicat-accountId=a-prod-1", body: grant + "&resource=x&client_id=sandbox-client&client_secret=s3cret"}, nil},
		"charset":              {tokenForm{contentType: "application/x-www-form-urlencoded; charset=UTF-8", body: grant + "&client_id=sandbox-client&client_secret=s3cret"}, nil},

		"nothing":                  {tokenForm{}, errTokenRequest},
		"no grant":                 {tokenForm{body: "client_id=sandbox-client&client_secret=s3cret"}, errTokenRequest},
		"no type":                  {tokenForm{contentType: " ", body: grant}, errTokenRequest},
		"JSON":                     {tokenForm{contentType: "application/json", body: `{"grant_type":"client_credentials"}`}, errTokenRequest},
		"other charset":            {tokenForm{contentType: "application/x-www-form-urlencoded; charset=utf-16", body: grant}, errTokenRequest},
		"compressed":               {tokenForm{contentEncoding: "gzip", body: grant}, errTokenRequest},
		"both ways":                {tokenForm{authorization: header("sandbox-client", "s3cret"), body: grant + "&client_id=sandbox-client&client_secret=s3cret"}, errTokenRequest},
		"two names":                {tokenForm{authorization: header("sandbox-client", "s3cret"), body: grant + "&client_id=other"}, errTokenRequest},
		"secret and assertion":     {tokenForm{body: grant + "&client_id=a&client_secret=b&client_assertion=c"}, errTokenRequest},
		"secret in the address":    {tokenForm{query: "client_secret=s3cret", body: grant + "&client_id=sandbox-client"}, errTokenRequest},
		"assertion in the address": {tokenForm{query: "client_assertion=s3cret", body: grant + "&client_id=sandbox-client"}, errTokenRequest},
		"a secret twice":           {tokenForm{body: grant + "&client_id=a&client_secret=b&client_secret=b"}, errTokenRequest},
		"unknown one twice":        {tokenForm{body: grant + "&a=1&a=2&client_id=a&client_secret=b"}, errTokenRequest},
		"broken escape":            {tokenForm{body: grant + "&client_id=%zz"}, errTokenRequest},
		"semicolons":               {tokenForm{body: grant + ";client_id=a;client_secret=b"}, errTokenRequest},
		"authorization code":       {tokenForm{body: "grant_type=authorization_code&code=x"}, errTokenGrant},
		"grant in capitals":        {tokenForm{body: "grant_type=CLIENT_CREDENTIALS"}, errTokenGrant},
		"other scope":              {tokenForm{body: grant + "&scope=openid&client_id=a&client_secret=b"}, errTokenScope},
		"one scope more":           {tokenForm{body: grant + "&scope=signicat-api+openid&client_id=a&client_secret=b"}, errTokenScope},

		"nobody":             {tokenForm{body: grant}, organization.ErrClientRefused},
		"no secret":          {tokenForm{body: grant + "&client_id=sandbox-client"}, organization.ErrClientRefused},
		"no name":            {tokenForm{body: grant + "&client_secret=s3cret"}, organization.ErrClientRefused},
		"assertion":          {tokenForm{body: grant + "&client_id=sandbox-client&client_assertion=c"}, organization.ErrClientRefused},
		"bearer":             {tokenForm{authorization: "Bearer abc", body: grant}, organization.ErrClientRefused},
		"not base64":         {tokenForm{authorization: "Basic !", body: grant}, organization.ErrClientRefused},
		"half of basic":      {tokenForm{authorization: "Basic YQ==", body: grant}, organization.ErrClientRefused},
		"bearer and a name":  {tokenForm{authorization: "Bearer abc", body: grant + "&client_id=sandbox-client"}, organization.ErrClientRefused},
		"long secret":        {tokenForm{body: grant + "&client_id=a&client_secret=" + strings.Repeat("x", 1001)}, organization.ErrClientRefused},
		"long name":          {tokenForm{body: grant + "&client_secret=a&client_id=" + strings.Repeat("x", 1001)}, organization.ErrClientRefused},
		"long header":        {tokenForm{authorization: header(strings.Repeat("x", 9000), "a"), body: grant}, organization.ErrClientRefused},
		"line feed in name":  {tokenForm{body: grant + "&client_secret=a&client_id=a%0a"}, organization.ErrClientRefused},
		"NUL in secret":      {tokenForm{body: grant + "&client_secret=%00&client_id=a"}, organization.ErrClientRefused},
		"not UTF-8":          {tokenForm{body: grant + "&client_secret=%ff&client_id=a"}, organization.ErrClientRefused},
		"not UTF-8 in basic": {tokenForm{authorization: header("a", "\xff"), body: grant}, organization.ErrClientRefused},
	} {
		if c.form.contentType == "" {
			c.form.contentType = fiber.MIMEApplicationForm
		}
		got, err := c.form.credentials()
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if good := got.Kind == organization.KindSession && got.Identifier == "sandbox-client" && got.Secret == "s3cret"; good != (c.want == nil) {
			t.Errorf("%s: the credentials are not those that were sent", name)
		}
	}
}

func TestASecretSurvivesBothWaysOfWritingItDown(t *testing.T) {
	form := tokenForm{contentType: fiber.MIMEApplicationForm, body: "grant_type=client_credentials"}
	for sent, want := range map[string]string{"a+b/c=": "a+b/c=", "a%2Bb%2Fc%3D": "a+b/c=", "100%": "100%", "a:b": "a:b", "å": "å"} {
		form.authorization = header("client", sent)
		if got, err := form.credentials(); err != nil || got.Secret != want {
			t.Errorf("%q is read as another secret: %v", sent, err)
		}
	}
}

func FuzzTokenForm(f *testing.F) {
	for _, body := range []string{"", "grant_type=client_credentials&client_id=a&client_secret=b", "grant_type=%63lient_credentials&scope=signicat-api", "a=1&a=2", "%", ";", "grant_type=client_credentials&client_assertion=x"} {
		f.Add(fiber.MIMEApplicationForm, header("a", "b"), "", body)
		f.Add(fiber.MIMEApplicationForm+";charset=utf-8", "", "client_secret=a", body)
	}
	f.Fuzz(func(t *testing.T, contentType, authorization, query, body string) {
		c, err := tokenForm{contentType: contentType, authorization: authorization, query: query, body: body}.credentials()
		if err != nil {
			if k := fault.Of(err).Kind(); k != fault.Invalid && k != fault.Unauthenticated {
				t.Fatal(err)
			}
			if c.Identifier != "" || c.Secret != "" {
				t.Fatal("a refused request leaves credentials behind")
			}
			return
		}
		if c.Kind != organization.KindSession || !isIdentifier(c.Identifier) || c.Secret == "" || !isText(c.Secret) || max(len(c.Identifier), len(c.Secret)) > mostCredential {
			t.Error("credentials were taken that nobody can have")
		}
	})
}
