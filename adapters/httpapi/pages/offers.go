package pages

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
)

// offersJSON is what the providers can do. Pages know no provider: a test of the whole program asks them all and holds
// this file to it.
var offersJSON = mustRead("site/docs/offers.json")

type offers struct {
	Providers []string      `json:"providers"`
	Paths     []offeredPath `json:"paths"`
	Offers    []offer       `json:"offers"`
}

// offeredPath is one way into an eID, and who carries it.
type offeredPath struct {
	Path      string        `json:"path"`
	EID       eid.EID       `json:"eid"`
	Operation eid.Operation `json:"operation"` // "" for what is no session
	Channel   eid.Channel   `json:"channel"`
	Features  []string      `json:"features"`
	Providers []string      `json:"providers"`
	Documents []string      `json:"documents"` // the providers that sign documents, too
}

// offer is one thing that a provider can do.
type offer struct {
	Provider  string        `json:"provider"`
	EID       eid.EID       `json:"eid"`
	Operation eid.Operation `json:"operation"`
	Channel   eid.Channel   `json:"channel"`
	Tells     []string      `json:"tells"`
	Documents bool          `json:"documents"`
}

// Name and Does are the eID and the operation as people read them.
func (o offer) Name() string { return eidNames[o.EID] }

// Does says what the person is asked to do.
func (o offer) Does() string { return operationNames[o.Operation] }

// Told lists what is told of the person.
func (o offer) Told() string { return strings.Join(o.Tells, ", ") }

var offered = func() offers {
	var o offers
	if err := json.Unmarshal([]byte(offersJSON), &o); err != nil {
		panic(err) // the file is part of the program
	}
	return o
}()

func (o offers) of(provider string) (own []offer) {
	for _, one := range o.Offers {
		if one.Provider == provider {
			own = append(own, one)
		}
	}
	return own
}

// pathRow is a line of the table of all providers.
type pathRow struct {
	offeredPath
	Cells []string // one for each provider: what it does there, "" for nothing
}

// Name is the eID as people read it.
func (r pathRow) Name() string { return eidNames[r.EID] }

// Does says what the person is asked to do.
func (r pathRow) Does() string {
	if r.Operation == "" {
		return "Identity card"
	}
	return operationNames[r.Operation]
}

// Needs lists the features that a client must have been given.
func (r pathRow) Needs() string { return strings.Join(r.Features, ", ") }

func (o offers) rows() (rows []pathRow) {
	for _, p := range o.Paths {
		row := pathRow{offeredPath: p}
		for _, provider := range o.Providers {
			cell := ""
			switch {
			case slices.Contains(p.Documents, provider):
				cell = "yes, documents too"
			case slices.Contains(p.Providers, provider):
				cell = "yes"
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}
