package eidapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/eidgate/eidgate/domain/eid"
)

// object is a JSON object of the document; its members are written in alphabetical order, so the document is the same
// every time.
type object = map[string]any

func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// Document is the OpenAPI 3.0 description of the surface, as JSON, made from the table. The caller must not change it.
func Document() []byte { return document() }

var document = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(describe(rows())); err != nil {
		panic(err) // a mistake of the program, that no request can cause
	}
	return b.Bytes()
})

// titles are the eIDs as people read them.
var titles = map[eid.EID]string{
	eid.SEBankID: "BankID (SE)", eid.SEFreja: "Freja", eid.NOBankID: "BankID (NO)", eid.NOVipps: "Vipps MobilePay", eid.DKMitID: "MitID", eid.FIFTN: "Finnish Trust Network",
}

const documentsTag = "Documents"

func describe(t table) object {
	paths := object{}
	put := func(path, method string, operation object) {
		item, known := paths[path].(object)
		if !known {
			item = object{}
			paths[path] = item
		}
		item[method] = operation
	}
	for _, o := range t.starts {
		put(o.pattern(), "post", describeStart(t, o))
	}
	for _, p := range t.spaces {
		put(p.pattern()+"/{id}", "get", describePoll(t, p))
		put(p.pattern()+"/{id}", "delete", describeCancel(p))
	}
	put(verifyPath, "post", describeVerify())
	for i, path := range documentPaths {
		suffix := []string{"", "Unversioned"}[i]
		put(path, "post", describeUpload(suffix))
		put(path+"/{id}", "get", describeDownload(suffix))
		put(path+"/{id}", "delete", operation("deleteDocument"+suffix, documentsTag, "Remove a document", "", http.StatusNoContent, nothing("The document is gone."), identified))
	}
	var tags []object
	for _, e := range eid.EIDs() {
		tags = append(tags, object{"name": titles[e]})
	}
	return object{
		"openapi": "3.0.3",
		"info": object{
			"title": "eidgate eID operations API", "version": "3", "license": object{"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
			"description": "Take people through Swedish, Norwegian, Danish and Finnish eIDs.\n\n" +
				"Start an operation, show the person what the answer holds or send them to its `url`, and poll its identifier at most once a second until `status` is COMPLETED or FAILED, or wait for the callback, which has the same body. " +
				"Every error answer is `{\"message\": ...}` and names its entry in the catalogue of failures in `X-Error-Code`. Answers about simulated people carry `X-Eidgate-Simulated: true`.",
		},
		"servers": []object{{"url": "/"}}, "tags": append(tags, object{"name": documentsTag}),
		"security": []object{{"basic": []string{}}}, "paths": paths,
		"components": object{
			"securitySchemes": object{"basic": object{"type": "http", "scheme": "basic", "description": "The client's identifier and secret."}},
			"parameters":      object{"Id": object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string", "minLength": 1}}},
			"headers": object{
				"ErrorCode":  object{"description": "The stable code of the failure.", "schema": object{"type": "string"}},
				"Simulated":  object{"description": "true where the person is invented.", "schema": object{"type": "string", "enum": []string{"true"}}},
				"RetryAfter": object{"description": "Seconds.", "schema": object{"type": "string"}},
			},
			"responses": refusals(), "schemas": schemas(t),
		},
	}
}

// what an operation takes beside its body, and so what may be wrong with it
type addressed bool

const (
	collected  addressed = false
	identified addressed = true
)

func operation(name, tag, summary, about string, status int, answer object, at addressed) object {
	responses := object{strconv.Itoa(status): answer}
	for code, name := range map[int]string{
		http.StatusBadRequest: "BadRequest", http.StatusUnauthorized: "Unauthorized", http.StatusForbidden: "Forbidden",
		http.StatusRequestEntityTooLarge: "TooLarge", http.StatusTooManyRequests: "Throttled", http.StatusInternalServerError: "Broken", http.StatusServiceUnavailable: "Unavailable",
	} {
		responses[strconv.Itoa(code)] = reference("responses", name)
	}
	o := object{"operationId": name, "tags": []string{tag}, "summary": summary, "responses": responses}
	if about != "" {
		o["description"] = about
	}
	if at == identified {
		responses["404"] = reference("responses", "NotFound")
		o["parameters"] = []object{reference("parameters", "Id")}
	}
	return o
}

func reference(sort, name string) object { return object{"$ref": "#/components/" + sort + "/" + name} }

func schemaOf(name string) object { return reference("schemas", name) }

func nothing(about string) object {
	return object{"description": about, "headers": object{"X-Eidgate-Simulated": reference("headers", "Simulated")}}
}

func answered(about string, schema object, examples object) object {
	answer := nothing(about)
	media := object{"schema": schema}
	if len(examples) > 0 {
		media["examples"] = examples
	}
	answer["content"] = object{contentTypeJSON: media}
	return answer
}

// refusals are the answers that are errors.
func refusals() object {
	refusals := object{}
	for name, r := range map[string]struct{ about, example string }{
		"BadRequest":   {"The request breaks a rule, or the eID does not take it.", "ssn is invalid"},
		"Unauthorized": {"No credentials, or wrong ones.", messages["client_refused"]},
		"Forbidden":    {"A feature that the client was not given, or an address that it did not register.", "feature orgNumber is not enabled for this client"},
		"NotFound":     {"The identifier is unknown, of another sort, somebody else's, or has expired.", messages[eid.ErrNoSession.Code()]},
		"TooLarge":     {"The body is larger than allowed here.", "The body is larger than allowed here."},
		"Throttled":    {"Polled more than once a second, too many requests, or too many wrong secrets.", "Too many requests; try again later."},
		"Broken":       {"A mistake here, or an eID that does not accept this gateway.", "Something went wrong on our side."},
		"Unavailable":  {"The eID or a part of the gateway is away for now.", "The eID provider cannot be reached; try again later."},
	} {
		headers := object{"X-Error-Code": reference("headers", "ErrorCode")}
		if name == "Throttled" || name == "Unavailable" {
			headers["Retry-After"] = reference("headers", "RetryAfter")
		}
		refusals[name] = object{"description": r.about, "headers": headers,
			"content": object{contentTypeJSON: object{"schema": schemaOf("Error"), "example": object{"message": r.example}}}}
	}
	return refusals
}

func tagOf(e eid.EID) string { return cmp.Or(titles[e], string(e)) }
