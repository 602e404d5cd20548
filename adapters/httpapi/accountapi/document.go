package accountapi

import _ "embed"

//go:embed openapi.json
var document []byte

// Document is the OpenAPI 3.0 description of the surface, as JSON. The caller must not change it.
func Document() []byte { return document }
