package sessionapi

import "github.com/gofiber/fiber/v2"

func (s *Surface) create(c *fiber.Ctx) error { return errParameter }
func (s *Surface) get(c *fiber.Ctx) error    { return errParameter }
func (s *Surface) cancel(c *fiber.Ctx) error { return errParameter }
