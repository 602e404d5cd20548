package accountapi

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/ports/inbound"
)

// flag is a boolean on the wire: 1 and 0 in the legacy version, true and false in the standardized one.
type flag interface{ ~bool | ~int8 }

// dialect is what the two versions say differently when all is well.
type dialect[B flag] struct {
	flag  func(bool) B
	stamp string // layout of a point in time
}

var (
	legacy = dialect[int8]{stamp: "2006-01-02 15:04:05", flag: func(b bool) int8 {
		if b {
			return 1
		}
		return 0
	}}
	standard = dialect[bool]{stamp: "2006-01-02T15:04:05Z", flag: func(b bool) bool { return b }}
)

// wordAccount shows an account with its whole number: to its owner, or to the back office that may set it.
func (s *Surface) wordAccount(c *fiber.Ctx, status int, a account.Snapshot) {
	if s.standardized(c) {
		httpapi.WriteJSON(c, status, dataBody[accountBody[bool]]{standard.account(a, a.Number.Reveal())})
	} else {
		httpapi.WriteJSON(c, status, dataBody[accountBody[int8]]{legacy.account(a, a.Number.Reveal())})
	}
}

func (s *Surface) wordAccounts(c *fiber.Ctx, accounts []account.Snapshot, page inbound.AccountPage, total int) {
	links, meta := s.place(page, len(accounts), total)
	if s.standardized(c) {
		httpapi.WriteJSON(c, http.StatusOK, listBody[accountBody[bool]]{standard.accounts(accounts), links, meta})
	} else {
		httpapi.WriteJSON(c, http.StatusOK, listBody[accountBody[int8]]{legacy.accounts(accounts), links, meta})
	}
}

func (s *Surface) wordPlans(c *fiber.Ctx, plans []account.Plan) {
	if s.standardized(c) {
		httpapi.WriteJSON(c, http.StatusOK, dataBody[[]planBody[bool]]{standard.plans(plans)})
	} else {
		httpapi.WriteJSON(c, http.StatusOK, dataBody[[]planBody[int8]]{legacy.plans(plans)})
	}
}

// place says where a page of a list is, and where the others are.
func (s *Surface) place(page inbound.AccountPage, shown, total int) (linksBody, metaBody) {
	path := s.config.PublicURL + "/api/v1/accounts"
	last := max(1, (total+page.Size-1)/page.Size)
	link := func(number int) *string {
		query := url.Values{"page": {strconv.Itoa(number)}, "per_page": {strconv.Itoa(page.Size)}}
		address := path + "?" + query.Encode()
		return &address
	}
	links := linksBody{First: link(1), Last: link(last)}
	if page.Number > 1 {
		links.Prev = link(min(page.Number-1, last))
	}
	if page.Number < last {
		links.Next = link(page.Number + 1)
	}
	meta := metaBody{CurrentPage: page.Number, LastPage: last, Path: path, PerPage: page.Size, Total: total}
	if shown > 0 {
		from := (page.Number-1)*page.Size + 1
		to := from + shown - 1
		meta.From, meta.To = &from, &to
	}
	return links, meta
}

func (d dialect[B]) account(a account.Snapshot, ssn string) accountBody[B] {
	body := accountBody[B]{
		ID: a.ID, SSN: orNull(ssn), FirstName: a.Profile.FirstName, LastName: a.Profile.LastName, Email: orNull(a.Profile.Email),
		Phone: orNull(a.Profile.Phone), Street: orNull(a.Profile.Street), Zip: orNull(a.Profile.Zip), City: orNull(a.Profile.City),
		CountryCode: string(a.Country), LangCode: orNull(a.Profile.Language), Type: string(a.Type),
		IsActive: d.flag(a.Active), HasSSN: d.flag(!a.Number.IsZero()), IsSSNMonitored: d.flag(a.Monitored()),
		CreatedAt: d.time(a.CreatedAt), UpdatedAt: d.time(a.UpdatedAt),
	}
	if plan := a.Plan.ID; plan != 0 { // a copy, so that not the whole account moves to the heap
		body.PlanID = &plan
	}
	if !a.Activation.IsZero() {
		body.ActivationDate = orNull(a.Activation.UTC().Format(time.DateOnly))
	}
	return body
}

func (d dialect[B]) accounts(accounts []account.Snapshot) []accountBody[B] {
	bodies := make([]accountBody[B], 0, len(accounts))
	for _, a := range accounts {
		bodies = append(bodies, d.account(a, a.Number.Masked()))
	}
	return bodies
}

func (d dialect[B]) plans(plans []account.Plan) []planBody[B] {
	bodies := make([]planBody[B], 0, len(plans))
	for _, p := range plans {
		bodies = append(bodies, planBody[B]{ID: p.ID, Name: p.Name, HasMonitoring: d.flag(p.Monitors), CreatedAt: d.time(p.CreatedAt), UpdatedAt: d.time(p.UpdatedAt)})
	}
	return bodies
}

func (d dialect[B]) time(t time.Time) string { return t.UTC().Format(d.stamp) }

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// The wire.

type dataBody[T any] struct {
	Data T `json:"data"`
}

type accountBody[B flag] struct {
	ID             int64   `json:"id"`
	SSN            *string `json:"ssn"`
	FirstName      string  `json:"first_name"`
	LastName       string  `json:"last_name"`
	Email          *string `json:"email"`
	Phone          *string `json:"phone"`
	Street         *string `json:"street"`
	Zip            *string `json:"zip"`
	City           *string `json:"city"`
	CountryCode    string  `json:"country_code"`
	LangCode       *string `json:"lang_code"`
	PlanID         *int64  `json:"plan_id"`
	Type           string  `json:"type"`
	ActivationDate *string `json:"activation_date"`
	IsActive       B       `json:"is_active"`
	HasSSN         B       `json:"has_ssn"`
	IsSSNMonitored B       `json:"is_ssn_monitored"`
	CreatedAt      string  `json:"created_at"`
	UpdatedAt      string  `json:"updated_at"`
}

type planBody[B flag] struct {
	ID            int64  `json:"id"`
	Name          string `json:"name"`
	HasMonitoring B      `json:"has_monitoring"`
	CreatedAt     string `json:"created_at"`
	UpdatedAt     string `json:"updated_at"`
}

type listBody[T any] struct {
	Data  []T       `json:"data"`
	Links linksBody `json:"links"`
	Meta  metaBody  `json:"meta"`
}

type linksBody struct {
	First *string `json:"first"`
	Last  *string `json:"last"`
	Prev  *string `json:"prev"`
	Next  *string `json:"next"`
}

type metaBody struct {
	CurrentPage int    `json:"current_page"`
	From        *int   `json:"from"`
	LastPage    int    `json:"last_page"`
	Path        string `json:"path"`
	PerPage     int    `json:"per_page"`
	To          *int   `json:"to"`
	Total       int    `json:"total"`
}
