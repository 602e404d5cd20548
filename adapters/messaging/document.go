package messaging

import (
	_ "embed"
	"strings"
)

// ownPrefix is the first word of topics in the embedded document, the default of broker.prefix.
const ownPrefix = "eidgate."

//go:embed asyncapi.json
var asyncAPI string

// Document describes every fact and command as an AsyncAPI 3.0 document in JSON, with the topics as configured.
func (c Config) Document() []byte {
	named := strings.NewReplacer(`"`+ownPrefix, `"`+c.Prefix+".", " "+ownPrefix, " "+c.Prefix+".")
	return []byte(named.Replace(asyncAPI))
}
