package pages

import (
	"math"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// deskView is the simulator's own page: everything that can be played, in one place.
type deskView struct {
	Orders  []deskOrder // the newest
	More    int         // how many others wait
	Seen    string      // the orders' identifiers, for the script to notice news
	People  []person
	Reasons []string
	EIDs    []namedEID
	Kinds   []string
	Tries   []try
}

type deskOrder struct {
	order
	People []person
}

type namedEID struct {
	EID  eid.EID
	Name string
}

// try is a login that somebody can begin with a click.
type try struct{ Name, Address string }

// mostForms is how many orders can be played on one page. All of them are listed in JSON.
const mostForms = 50

func (s *Surface) desk(c *fiber.Ctx) error {
	v := deskView{Reasons: s.config.Simulator.Reasons(), People: s.persons(s.config.Simulator.People()), Kinds: []string{"down", "slow", "html", "reset"}}
	for _, e := range eid.EIDs() {
		v.EIDs = append(v.EIDs, namedEID{EID: e, Name: eidNames[e]})
	}
	for i, o := range s.config.Simulator.Waiting() {
		v.Seen += o.ID + " "
		if i >= mostForms {
			v.More++
			continue
		}
		d := deskOrder{order: shown(o)}
		for _, p := range v.People {
			if slices.Contains(p.EIDs, o.EID) {
				d.People = append(d.People, p)
			}
		}
		v.Orders = append(v.Orders, d)
	}
	if s.config.Plain {
		v.Tries = s.tries()
	}
	return s.page(c, fiber.StatusOK, "desk", v)
}

// tries are plain logins, a new one each time, because the answer to an old one is remembered.
func (s *Surface) tries() []try {
	var all []try
	for _, e := range eid.EIDs() {
		q := url.Values{
			"client_id": {"demo-plain"}, "response_type": {"code"}, "scope": {"openid"},
			"redirect_uri": {s.config.PublicURL + "/simulator/plain"}, "acr_values": {string(e.DefaultContext())},
			"state": {s.random.Alphanumeric(12)},
		}
		all = append(all, try{Name: eidNames[e], Address: "/simulator/oauth2/authorize?" + q.Encode()})
	}
	return all
}

func (s *Surface) people(c *fiber.Ctx) error {
	httpapi.WriteJSON(c, fiber.StatusOK, s.persons(s.config.Simulator.People()))
	return nil
}

func (s *Surface) orders(c *fiber.Ctx) error {
	waiting := []order{}
	for _, o := range s.config.Simulator.Waiting() {
		waiting = append(waiting, shown(o))
	}
	httpapi.WriteJSON(c, fiber.StatusOK, waiting)
	return nil
}

func (s *Surface) approve(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	person := body.Required("person")
	if err := body.Err(); err != nil {
		return err
	}
	return done(c, s.config.Simulator.Approve(c.UserContext(), httpapi.Param(c, "id"), person))
}

func (s *Surface) reject(c *fiber.Ctx) error {
	if _, err := httpapi.ReadBody(c); err != nil {
		return err
	}
	return done(c, s.config.Simulator.Reject(c.UserContext(), httpapi.Param(c, "id")))
}

func (s *Surface) fail(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	reason := body.Required("reason")
	if err := body.Err(); err != nil {
		return err
	}
	return done(c, s.config.Simulator.Fail(c.UserContext(), httpapi.Param(c, "id"), reason))
}

func (s *Surface) misbehave(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	e, kind, count := body.Required("eid"), body.Required("kind"), body.Whole("count")
	if err := body.Err(); err != nil {
		return err
	}
	if count == nil { // one mishap, when nobody says how many
		count = new(int64(1))
	}
	if *count < 0 || *count > math.MaxInt32 {
		return inbound.ErrSimulatorRequest.On("count")
	}
	return done(c, s.config.Simulator.Misbehave(c.UserContext(), eid.EID(e), kind, int(*count)))
}

// done answers what has nothing to say.
func done(c *fiber.Ctx, err error) error {
	if err != nil {
		return err
	}
	httpapi.WriteNothing(c)
	return nil
}
