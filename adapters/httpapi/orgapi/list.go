package orgapi

import (
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

const (
	usualPageSize = 10
	mostPageSize  = 100
	mostPages     = 10_000_000 // no list is that long; what is beyond counts as this one
)

// page is which part of a list is wanted, from 1 on.
type page struct{ number, size int }

// page reads it. A list is never refused for a page that it has not got: numbers out of range are brought back into it,
// and what is no number counts as nothing.
func (r *request) page() page {
	p := page{number: 1, size: usualPageSize}
	for _, name := range []string{"current_page", "page"} {
		p.number = r.bounded(name, p.number, mostPages)
	}
	p.size = r.bounded("per_page", p.size, mostPageSize)
	return p
}

func (r *request) bounded(name string, usual, most int) int {
	text, _ := r.query.values[name].(string)
	text = strings.TrimSpace(text)
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil { // more digits than a number has
		n = most
		if strings.HasPrefix(text, "-") {
			n = 1
		}
	}
	return min(max(n, 1), most)
}

// listing reads which part of a list is wanted, in what order, and what is left out of it. It fails with httpapi.ErrFields
// for a condition whose value cannot be meant; conditions and orders that the list does not know are ignored.
func (r *request) listing(known columns) (organization.Listing, error) {
	p := r.page()
	l := organization.Listing{Limit: p.size, Offset: (p.number - 1) * p.size}
	l.By, l.Ascending = known.order(r.query)
	l.Where = known.conditions(r.query)
	return l, r.query.Err()
}

// listBody is a page of a list. Callers differ in what they call its frame and its total, so each has both names.
type listBody[T any] struct {
	Type       string   `json:"__type__"`
	Data       []T      `json:"data"`
	Pagination pageBody `json:"pagination"`
	Paginate   pageBody `json:"paginate"`
	Total      int      `json:"total"`
	TotalCount int      `json:"total_count"`
}

type pageBody struct {
	CurrentPage int `json:"current_page"`
	NextPage    int `json:"next_page"` // 0 at the end
	PerPage     int `json:"per_page"`
	PrevPage    int `json:"prev_page"` // 0 at the beginning
	TotalCount  int `json:"total_count"`
	TotalPages  int `json:"total_pages"`
}

// list words the page that the request asked for. total counts the items on all pages.
func list[T any](r *request, items []T, total int) listBody[T] {
	p := r.page()
	frame := pageBody{CurrentPage: p.number, PerPage: p.size, TotalCount: total, TotalPages: (total + p.size - 1) / p.size}
	if p.number < frame.TotalPages {
		frame.NextPage = p.number + 1
	}
	frame.PrevPage = min(p.number-1, frame.TotalPages)
	return listBody[T]{Type: "List", Data: orEmpty(items), Pagination: frame, Paginate: frame, Total: total, TotalCount: total}
}
