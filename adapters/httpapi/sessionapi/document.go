package sessionapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"sync"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// tree is a JSON object of the document; its members are written in alphabetical order, so the document is the same every
// time.
type tree = map[string]any

// Document is the OpenAPI 3.0 description of the surface, as JSON, made from what goes over the wire. The caller must not
// change it.
func Document() []byte { return document() }

var document = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(describe()); err != nil {
		panic(err) // a mistake of the program, that no request can cause
	}
	return b.Bytes()
})

const (
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"
	mediaHTML = "text/html"

	tagAccess   = "Access tokens"
	tagSessions = "Sessions"
)

func describe() tree {
	s := httpapi.Schemas{Names: schemaNames, Remarks: remarks, Made: tree{"Subject": describeSubject(), "EncryptedAnswer": encryptedAnswer}}
	s.Of(reflect.TypeFor[errorBody]())
	s.Of(reflect.TypeFor[tokenErrorBody]())
	s.Made["SessionRequest"] = describeRequest()
	return tree{
		"openapi": "3.0.3",
		"info": tree{
			"title": "eidgate session API", "version": "1", "license": tree{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
			"description": "Have people identify themselves with Swedish, Norwegian, Danish and Finnish eIDs.\n\n" +
				"Get an access token for the client's secret and keep it for as long as it lives. Create a session, send the person's browser to its `authenticationUrl`, and ask for the session when the browser comes back to one of `callbackUrls`. " +
				"In the embedded flow the page is shown in a frame of the caller's; in the headless flow the caller shows `idpData` itself and asks once a second.\n\n" +
				"What callers see of an end is the session's `status` and nothing in an address. Names of members are read in any case, and members that nobody knows are ignored. " +
				"Every refusal names its code in `X-Error-Code`, too. Answers about simulated people carry `X-Eidgate-Simulated: true`.",
		},
		"servers": []tree{{"url": "/"}}, "tags": []tree{{"name": tagAccess}, {"name": tagSessions}},
		"security": []tree{{"bearer": []string{}}},
		"paths": tree{
			sessionsPath:                  tree{"post": describeCreate(s)},
			sessionsPath + "/{id}":        tree{"get": describeGet(s)},
			sessionsPath + "/{id}/cancel": tree{"post": describeCancel(s)},
			tokenPath:                     tree{"post": describeToken(s)},
			discoveryPath:                 tree{"get": describeIssuer(s)},
			keysPath:                      tree{"get": describeKeys(s)},
			errorsPath + "{error}":        tree{"get": describeMeaning(s)},
		},
		"components": tree{
			"securitySchemes": tree{
				"bearer": tree{"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The `access_token` of `POST " + tokenPath + "`."},
				"basic":  tree{"type": "http", "scheme": "basic", "description": "The client's identifier and secret."},
			},
			"parameters": tree{
				"Id":      tree{"name": "id", "in": "path", "required": true, "description": "The session's.", "schema": tree{"type": "string", "minLength": 1}},
				"Account": tree{"name": accountParameter, "in": "query", "description": "The account that the access token is for. There is no need to name it; another one is refused.", "schema": tree{"type": "string"}},
				"Nonce":   tree{"name": "sessionNonce", "in": "query", "description": "What came with the browser to `returnUrl`: shows that the result goes to whose browser it was.", "schema": tree{"type": "string"}},
			},
			"headers": tree{
				"ErrorCode":    tree{"description": "The stable code of the failure.", "schema": tree{"type": "string"}},
				"RetryAfter":   tree{"description": "Seconds.", "schema": tree{"type": "string"}},
				"Simulated":    tree{"description": "true where the person is invented.", "schema": tree{"type": "string", "enum": []string{"true"}}},
				"Authenticate": tree{"description": "What to send instead.", "schema": tree{"type": "string"}},
				"TraceId":      tree{"description": "Names the request.", "schema": tree{"type": "string", "pattern": "^[0-9a-f]{32}$"}},
			},
			"responses": refusals(), "schemas": s.Made,
		},
	}
}

func reference(sort, name string) tree { return tree{"$ref": "#/components/" + sort + "/" + name} }

// example is one of the answers that an operation gives.
type example struct {
	name  string
	value any
}

// answered is a JSON answer.
func answered(s httpapi.Schemas, about string, body any, more ...example) tree {
	t := reflect.TypeOf(body)
	schema := s.Of(t)
	examples := tree{}
	for _, e := range append([]example{{name: s.Names[t], value: body}}, more...) {
		examples[e.name] = tree{"value": e.value}
	}
	return tree{"description": about, "content": tree{mediaJSON: tree{"schema": schema, "examples": examples}}}
}

// refusable adds the refusals of an operation to its answers.
func refusable(answers tree, refusals map[int]string) tree {
	for status, name := range refusals {
		answers[strconv.Itoa(status)] = reference("responses", name)
	}
	return answers
}
