package orgapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/organization"
)

// object is a JSON object of the document; its members are written in alphabetical order, so the document is the same
// every time.
type object = map[string]any

// Document is the OpenAPI 3.0 description of the surface, as JSON, made from the table of rows and from what goes over the
// wire. The caller must not change it.
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
)

func describe() object {
	s := httpapi.Schemas{Names: schemaNames, Remarks: remarks, Made: object{}}
	s.Of(reflect.TypeFor[errorBody]())
	s.Of(reflect.TypeFor[tokenErrorBody]())
	paths := object{}
	for _, r := range rows() {
		path := bracketed(r.pattern)
		item, known := paths[path].(object)
		if !known {
			item = object{}
			paths[path] = item
		}
		for _, method := range r.methods {
			item[strings.ToLower(method)] = r.describe(s, method)
		}
	}
	var tags []object
	for _, name := range []string{tagAccess, tagOrganizations, tagUsers, tagApplications, tagConnections, tagCustomization, tagEvents, tagPublished} {
		tags = append(tags, object{"name": name})
	}
	return object{
		"openapi": "3.0.3",
		"info": object{
			"title": "eidgate organization API", "version": "2.0", "license": object{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
			"description": "Keep organizations, their users, applications and SSO connections.\n\n" +
				"Get a token for an API key, and send it with every call. A key works in one environment, `sandbox` or `production`: nothing of the other is there for it. " +
				"Parameters may stand in the path, in the body as JSON or as a form, and in the query; the path comes before the body, and the body before the query. Those of GET stand in the query alone. What nobody knows is ignored. " +
				"Times are in UTC without saying so. Every error answer names its entry in the catalogue of failures in `X-Eidgate-Fault`.",
		},
		"servers": []object{{"url": "/"}}, "tags": tags, "security": []object{{"bearer": []string{}}}, "paths": paths,
		"components": object{
			"securitySchemes": object{"bearer": object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The `access_token` of `POST /api/v2/oauth/token`."}},
			"headers": object{
				"ErrorCode":  object{"description": "The type of the failure.", "schema": object{"type": "string"}},
				"Fault":      object{"description": "Its entry in the catalogue of failures.", "schema": object{"type": "string"}},
				"RetryAfter": object{"description": "Seconds.", "schema": object{"type": "string"}},
				"Warning": object{"description": "What is unusual about metadata that was taken all the same, separated by commas: `" + organization.CertificateExpired + "`, or `" + organization.CertificateExpires + "` within 30 days.",
					"schema": object{"type": "string"}},
				"Letter": object{"description": "`undelivered` where the connection was made and the letter to its administrator could not be sent.", "schema": object{"type": "string"}},
			},
			"responses": refusals(), "schemas": s.Made,
		},
	}
}

// describe is one operation of the row.
func (r row) describe(s httpapi.Schemas, method string) object {
	said, known := sayings[strings.TrimSuffix(r.name, ofOrganization)]
	if !known {
		panic("orgapi: nothing is said of " + r.name) // a mistake of the program
	}
	name := r.name
	if method != r.methods[0] {
		name += "By" + method[:1] + strings.ToLower(method[1:])
	}
	o := object{"operationId": name, "tags": []string{said.tag}, "summary": said.summary}
	about := said.about
	if r.scope != "" {
		about = strings.TrimSpace(about + "\n\nScope: `" + r.scope + "`.")
	}
	if about != "" {
		o["description"] = about
	}
	if r.target == nobody {
		o["security"] = []object{}
	}
	takes := said.takes
	if r.target == domainInPath { // the path says whose it is
		takes = slices.DeleteFunc(slices.Clone(takes), func(i input) bool { return i.name == "organization_id" && strings.HasPrefix(r.name, "createSso") })
	}
	parameters := inPath(r.pattern)
	if r.reads() {
		for _, i := range takes {
			parameters = append(parameters, i.inQuery())
		}
	} else if len(takes) > 0 {
		o["requestBody"] = inBody(takes)
	}
	if said.lists {
		parameters = append(parameters, pageParameters()...)
	}
	if len(parameters) > 0 {
		o["parameters"] = parameters
	}
	o["responses"] = r.answers(s, said)
	return o
}

func (r row) answers(s httpapi.Schemas, said saying) object {
	var shapes []object
	examples := object{}
	for _, body := range said.answers {
		t := reflect.TypeOf(body)
		shapes = append(shapes, s.Of(t))
		examples[s.Names[t]] = object{"value": body}
	}
	shape := shapes[0]
	if len(shapes) > 1 {
		shape = object{"anyOf": shapes}
	}
	answer := object{"description": http.StatusText(said.status) + ".", "content": object{mediaJSON: object{"schema": shape, "examples": examples}}}
	if strings.HasPrefix(r.name, "createSsoConnection") {
		answer["headers"] = object{"X-Eidgate-Letter": reference("headers", "Letter")}
	}
	if strings.TrimSuffix(r.name, ofOrganization) == "updateSsoConnection" {
		answer["headers"] = object{"X-Eidgate-Warning": reference("headers", "Warning")}
	}
	answers := object{strconv.Itoa(said.status): answer}
	names := map[int]string{http.StatusBadRequest: "BadRequest", http.StatusInternalServerError: "Broken", http.StatusServiceUnavailable: "Unavailable"}
	switch {
	case isTokenPath(r.pattern):
		for status := range tokenRefusals {
			names[status] = tokenPrefix + strconv.Itoa(status)
		}
	case r.target == nobody:
		names[http.StatusNotFound] = "NotFound"
	default:
		maps.Copy(names, map[int]string{
			http.StatusUnauthorized: "Unauthorized", http.StatusForbidden: "Forbidden", http.StatusUnprocessableEntity: "Unprocessable", http.StatusTooManyRequests: "Throttled",
		})
		if len(inPath(r.pattern)) > 0 || r.target != root {
			names[http.StatusNotFound] = "NotFound"
		}
	}
	if !r.reads() && !isTokenPath(r.pattern) {
		names[http.StatusRequestEntityTooLarge], names[http.StatusUnsupportedMediaType], names[http.StatusConflict] = "TooLarge", "MediaType", "Conflict"
	}
	for status, name := range names {
		answers[strconv.Itoa(status)] = reference("responses", name)
	}
	return answers
}

func reference(sort, name string) object { return object{"$ref": "#/components/" + sort + "/" + name} }

// bracketed is a pattern as OpenAPI spells it.
func bracketed(pattern string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if name, is := strings.CutPrefix(part, ":"); is {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

func inPath(pattern string) []object {
	var list []object
	for part := range strings.SplitSeq(pattern, "/") {
		if name, is := strings.CutPrefix(part, ":"); is {
			list = append(list, object{"name": name, "in": "path", "required": true, "description": pathRemarks[name], "schema": object{"type": "string", "minLength": 1}})
		}
	}
	return list
}
