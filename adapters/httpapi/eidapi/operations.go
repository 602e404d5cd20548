package eidapi

import (
	"net/http"
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
)

// Operation describes one thing that callers can do at this surface, for lists and tables of what there is.
type Operation struct {
	Name      string        `json:"name"` // as the OpenAPI document calls it
	Method    string        `json:"method"`
	Path      string        `json:"path"` // with {id} for an identifier
	EID       eid.EID       `json:"eid,omitempty"`
	Operation eid.Operation `json:"operation,omitempty"` // of a start
	Channel   eid.Channel   `json:"channel,omitempty"`   // of a start: what a provider has to offer for it
	Features  []string      `json:"features,omitempty"`  // that the client needs whatever it sends
	Asks      []string      `json:"asks,omitempty"`      // the members of the request that it cannot do without
	Takes     []string      `json:"takes,omitempty"`     // the others
}

// Operations lists every operation in the order of the table. The slice is the caller's own.
func Operations() []Operation {
	var list []Operation
	t := rows()
	for _, o := range t.starts {
		op := Operation{Name: o.name, Method: http.MethodPost, Path: o.pattern(), EID: o.eid, Operation: o.operation, Channel: o.channel, Features: []string{words[o.eid]}}
		if o.feature != "" {
			op.Features = append(op.Features, o.feature)
		}
		for _, f := range o.fields {
			if f.required {
				op.Asks = append(op.Asks, f.name)
			} else {
				op.Takes = append(op.Takes, f.name)
			}
		}
		list = append(list, op)
	}
	for _, p := range t.spaces {
		list = append(list,
			Operation{Name: "get" + p.title(), Method: http.MethodGet, Path: p.pattern() + "/{id}", EID: p.eid},
			Operation{Name: "cancel" + p.title(), Method: http.MethodDelete, Path: p.pattern() + "/{id}", EID: p.eid})
	}
	list = append(list, Operation{Name: verifyName, Method: http.MethodPost, Path: verifyPath, EID: eid.SEBankID, Features: []string{words[eid.SEBankID]}, Asks: []string{"qrCode"}})
	for i, path := range documentPaths {
		suffix := []string{"", "Unversioned"}[i]
		list = append(list,
			Operation{Name: "uploadDocument" + suffix, Method: http.MethodPost, Path: path, Features: []string{featureDocuments}, Asks: []string{"file"}},
			Operation{Name: "downloadDocument" + suffix, Method: http.MethodGet, Path: path + "/{id}"},
			Operation{Name: "deleteDocument" + suffix, Method: http.MethodDelete, Path: path + "/{id}"})
	}
	return slices.Clip(list)
}
