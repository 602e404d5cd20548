package httpapi

import (
	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
)

// nobody answers for paths that no surface owns.
type nobody struct{}

func (nobody) Name() string    { return "none" }
func (nobody) Owns() []string  { return nil }
func (nobody) Routes() []Route { return nil }

func (nobody) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	Refused(c, f.Code())
	WriteJSON(c, Status(f), struct {
		Code string `json:"code"`
		Text string `json:"message"`
	}{f.Code(), f.Text()})
}
