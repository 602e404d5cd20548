package orgapi

import (
	"cmp"
	"net/http"
	"slices"
)

// target says how a row finds the organization that it acts on.
type target int

const (
	nobody             target = iota // no credential is asked for, and there is no organization
	root                             // the client's own root organization
	domainInPath                     // :org_domain
	forgottenInPath                  // :org_domain, of an organization that may have been deleted: then Target is zero
	connectionInPath                 // :idp_id
	organizationInBody               // the parameter organization_id; the client's root where there is none
)

// row is one thing that callers can do.
type row struct {
	name    string   // as the OpenAPI document calls it
	methods []string // the documented one first
	pattern string
	scope   string // what a client must have been given, such as create:users
	target  target
	most    int // bytes of a body, 0 for the usual
	// run gives the status and the JSON of the answer.
	run func(s *Surface, r *request) (status int, body any, err error)
}

// usualBody is far more than requests without a document in them need.
const usualBody = 64 << 10

func (r row) limit() int { return cmp.Or(r.most, usualBody) }

// reads holds for rows that look at nothing but the query.
func (r row) reads() bool { return r.methods[0] == http.MethodGet }

var (
	get    = []string{http.MethodGet}
	post   = []string{http.MethodPost}
	patch  = []string{http.MethodPatch}
	remove = []string{http.MethodDelete}
	// update is one operation by three methods: the documentation leaves the method out, and callers differ.
	update = []string{http.MethodPut, http.MethodPatch, http.MethodPost}
)

// rows is the table. The slice is the caller's own.
func rows() []row {
	return slices.Concat(
		accessRows(), organizationRows(), userRows(), applicationRows(), connectionRows(), customizationRows(), eventRows(), publishedRows(),
	)
}

// Scopes lists what clients can be limited to, sorted. The slice is the caller's own.
func Scopes() []string {
	var list []string
	for _, r := range rows() {
		if r.scope != "" {
			list = append(list, r.scope)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
