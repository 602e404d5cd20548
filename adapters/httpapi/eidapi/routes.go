package eidapi

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
)

// uploadSlack is what a multipart body has around the document.
const uploadSlack = 64 << 10

const (
	verifyPath = "/v3/bankid-se/verify"
	verifyName = "verifyBankIdSe"
)

// documentPaths are both at work: callers differ in which one they use.
var documentPaths = []string{"/v3/document", "/document"}

// Routes is the surface's table.
func (s *Surface) Routes() []httpapi.Route {
	var routes []httpapi.Route
	add := func(method, pattern string, limit int, h fiber.Handler) {
		routes = append(routes, httpapi.Route{Method: method, Pattern: pattern, Handler: h, BodyLimit: limit})
	}
	for _, o := range rows().starts {
		add(http.MethodPost, o.pattern(), o.limit(), s.start(o))
	}
	for _, p := range rows().spaces {
		add(http.MethodGet, p.pattern()+"/:id", mostBody, s.poll(p))
		add(http.MethodDelete, p.pattern()+"/:id", mostBody, s.cancel(p))
	}
	add(http.MethodPost, verifyPath, mostBody, s.verify)
	for _, path := range documentPaths {
		add(http.MethodPost, path, eid.MostDocument+uploadSlack, s.upload)
		add(http.MethodGet, path+"/:id", mostBody, s.download)
		add(http.MethodDelete, path+"/:id", mostBody, s.remove)
	}
	return routes
}
