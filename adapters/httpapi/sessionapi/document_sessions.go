package sessionapi

import (
	"maps"
	"net/http"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

func described(about string) tree { return tree{"type": "string", "description": about} }

// limited is an optional string of at most so many characters.
func limited(most int, about string) tree {
	return tree{"type": "string", "nullable": true, "maxLength": most, "description": about}
}

func list(mostItems, most int, about string) tree {
	return tree{"type": "array", "nullable": true, "maxItems": mostItems, "items": tree{"type": "string", "maxLength": most}, "description": about}
}

func choice(about string, words ...string) tree {
	return tree{"type": "string", "description": about + " In any case.", "enum": words}
}

func describeRequest() tree {
	address := func(about string) tree {
		return tree{"type": "string", "format": "uri", "maxLength": mostText, "description": about}
	}
	prefill := tree{ninMember: described("A national number: nobody else is let through.")}
	for _, name := range prefilled {
		prefill[name] = tree{"type": "string", "nullable": true}
	}
	attributeList := list(mostAttributes, mostName, "What to be told of the person; see the members of `subject`. `nin.value`, `nin.issuingCountry` and `nin.type` are parts of `nin`. What nobody knows is ignored.")
	delete(attributeList, "nullable")
	return tree{"type": "object", "required": []string{"flow", "requestedAttributes"}, "properties": tree{
		"flow":                choice("How the person gets to the eID.", flowRedirect, flowEmbedded, flowHeadless),
		"requestedAttributes": attributeList,
		"allowedProviders":    list(mostProviders, mostProvider, "The eIDs that the person may choose from: "+providerWords()+". None for all that are enabled; exactly one in the headless flow."),
		"callbackUrls": tree{"type": "object", "nullable": true, "required": []string{"success", "abort", "error"}, "description": "Required in the redirect flow. Addresses that the client has registered; https, or http on the own machine in the sandbox.",
			"properties": tree{"success": address("After the person was identified."), "abort": address("After the person or the caller stopped."), "error": address("After anything else.")}},
		"returnUrl":             tree{"type": "string", "format": "uri", "nullable": true, "maxLength": mostText, "description": "Where the frame of the embedded flow goes afterwards. Without one the page shows how it ended."},
		"embeddedParentDomains": list(mostParents, mostHost, "Whose pages may show the page in a frame. Required in the embedded flow."),
		"prefilledInput":        tree{"type": "object", "nullable": true, "minProperties": 1, "description": "What is known of the person.", "properties": prefill},
		"additionalParameters":  tree{"type": "object", "nullable": true, "description": "What is said to one eID alone. What nobody knows is ignored.", "properties": describeParameters(), "additionalProperties": tree{"type": "string", "nullable": true}},
		keyMember:               describeKey(),
		"requestedLoa":          tree{"type": "string", "nullable": true, "enum": []any{"low", "substantial", "high", nil}, "description": "The least level of assurance. In any case."},
		"tags":                  list(mostTags, mostTag, "Come back in answers and in events."),
		"language":              limited(mostLanguage, "ISO 639-1, of the page. `en` for what there is no page in; the browser's own where there is none."),
		"themeId":               limited(mostTheme, "What the page looks like."),
		"externalReference":     limited(mostReference, "The caller's own reference. Comes back in answers and as a parameter of `callbackUrls`."),
		"usageReference":        limited(mostUsage, "By what sessions are counted."),
		"sessionLifetime":       tree{"type": "integer", "format": "int32", "nullable": true, "maximum": int(mostLife.Seconds()), "default": int(usualLife.Seconds()), "description": "Seconds. Below 300 is 300."},
		"expiresAt":             tree{"type": "string", "format": "date-time", "nullable": true, "description": "The end of the session where that comes sooner."},
		"requestDomain":         limited(mostHost, "The host of the page."),
	}}
}

func providerWords() string {
	var words string
	for i, p := range providers {
		if i > 0 {
			words += ", "
		}
		words += "`" + p.id + "`"
	}
	return words
}

func describeParameters() tree {
	optional := func(about string, words ...string) tree {
		o := tree{"type": "string", "nullable": true, "description": about}
		if len(words) > 0 {
			values := []any{nil}
			for _, w := range words {
				values = append(values, w)
			}
			o["enum"] = values
		}
		return o
	}
	return tree{
		"sbid_flow":                    optional("Whether the caller shows a QR code or opens the app, in the headless flow.", flowQR, flowAppLaunch),
		"sbid_end_user_ip":             optional("The address of the person's own device, in the headless flow."),
		"sbid_initial_flow":            optional("What the page shows first: a QR code, or a link to the app.", "REMOTE_FLOW", "LOCAL_FLOW"),
		"sbid_intention_text":          optional("A text in base64, for the app to show."),
		"nbid_idp":                     optional("BankID with code device or app, or BankID with biometrics.", "BID", "BIS"),
		"mitid_reference_text":         optional("A text in base64, for the app to show."),
		"freja_min_registration_level": optional("The least level of registration. BASIC is raised to EXTENDED, below which Freja has no number of anybody.", "BASIC", "EXTENDED", "PLUS"),
	}
}

func describeKey() tree {
	number := func(about string) tree { return described(about + " In base64url.") }
	nothing := tree{"nullable": true, "enum": []any{nil}, "description": "A private member is refused."}
	properties := tree{
		"kty": described("`RSA` or `EC`."), "use": described("`enc`."), "kid": tree{"type": "string", "nullable": true, "maxLength": mostKid, "description": "Comes back in the header of answers."},
		"alg": described("`RSA-OAEP` for an RSA key, `ECDH-ES` for an EC key."),
		"n":   number("2048 to 4096 bits."), "e": number("65537, or a greater odd number of at most 31 bits."),
		"crv": described("`P-256`, `P-384` or `P-521`."), "x": number("Of the point."), "y": number("Of the point."),
	}
	for _, name := range privateMembers {
		properties[name] = nothing
	}
	for _, name := range []string{"use", "alg", "n", "e", "crv", "x", "y"} {
		properties[name].(tree)["nullable"] = true
	}
	return tree{"type": "object", "nullable": true, "required": []string{"kty"}, "properties": properties,
		"description": "A public JSON Web Key. All answers about the session are encrypted with it, and sent as `" + contentTypeJOSE + "`: a compact JWE with `enc` A256CBC-HS512. Required for `ftn`."}
}

// encryptedAnswer is what a session with a key is answered with.
var encryptedAnswer = tree{
	"type": "string", "pattern": `^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`,
	"description": "A compact JWE. Decrypted, it is the session as JSON.",
}

// sessionAnswer is a session, in the clear or not.
func sessionAnswer(s httpapi.Schemas, about string, examples ...example) tree {
	answer := answered(s, about, examples[0].value, examples...)
	content := answer["content"].(tree)
	delete(content[mediaJSON].(tree)["examples"].(tree), "Session")
	content[contentTypeJOSE] = tree{"schema": reference("schemas", "EncryptedAnswer")}
	answer["headers"] = tree{"X-Eidgate-Simulated": reference("headers", "Simulated")}
	return answer
}

// sessionRefusals are those of every operation on sessions.
var sessionRefusals = map[int]string{
	http.StatusBadRequest: "BadRequest", http.StatusUnauthorized: "Unauthorized", http.StatusForbidden: "Forbidden", http.StatusRequestEntityTooLarge: "TooLarge",
	http.StatusTooManyRequests: "Throttled", http.StatusInternalServerError: "Broken", http.StatusServiceUnavailable: "Unavailable",
}

func describeCreate(s httpapi.Schemas) tree {
	answers := tree{"200": sessionAnswer(s, "Created.", example{"redirect", sampledCreated()}, example{"headless", sampledHeadless()})}
	refused := maps.Clone(sessionRefusals)
	refused[http.StatusUnsupportedMediaType] = "MediaType"
	return tree{
		"operationId": "createSession", "tags": []string{tagSessions}, "summary": "Create a session",
		"description": "The redirect flow needs `callbackUrls`, the embedded flow `embeddedParentDomains` and an eID whose app we open ourselves, the headless flow exactly one provider.",
		"parameters":  []tree{reference("parameters", "Account")},
		"requestBody": tree{"required": true, "content": tree{mediaJSON: tree{"schema": reference("schemas", "SessionRequest"), "examples": sampledRequests()}}},
		"responses":   refusable(answers, refused),
	}
}

func describeGet(s httpapi.Schemas) tree {
	answers := tree{"200": sessionAnswer(s, "How far it has come.", example{"success", sampledSuccess()}, example{"waiting", sampledWaiting()}, example{"error", sampledError()})}
	refused := maps.Clone(sessionRefusals)
	refused[http.StatusNotFound] = "NotFound"
	return tree{
		"operationId": "getSession", "tags": []string{tagSessions}, "summary": "Ask for a session",
		"description": "At most twice a second for each session. A session that ended in a frame whose browser keeps no cookies tells its result for its `sessionNonce` alone.",
		"parameters":  []tree{reference("parameters", "Id"), reference("parameters", "Nonce"), reference("parameters", "Account")},
		"responses":   refusable(answers, refused),
	}
}

func describeCancel(s httpapi.Schemas) tree {
	answers := tree{"200": sessionAnswer(s, "Cancelled, or over already.", example{"cancelled", sampledCancelled()})}
	refused := maps.Clone(sessionRefusals)
	refused[http.StatusUnsupportedMediaType] = "MediaType"
	return tree{
		"operationId": "cancelSession", "tags": []string{tagSessions}, "summary": "Cancel a session",
		"description": "A session that is over stays as it is. Of a session that does not exist the answer is 400.",
		"parameters":  []tree{reference("parameters", "Id"), reference("parameters", "Account")},
		"requestBody": tree{"required": false, "content": tree{mediaJSON: tree{"schema": tree{"type": "object", "nullable": true, "description": "Nothing, null or an object."}}}},
		"responses":   refusable(answers, refused),
	}
}
