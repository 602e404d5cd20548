package account

import (
	"errors"
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// onMethod blames the method for an eID that is not offered, and for an order that makes no sense.
func onMethod(err error) error {
	if f := fault.Of(err); errors.Is(err, eid.ErrNoRoute) && len(f.Violations()) == 0 {
		return f.On("method")
	}
	return err
}

func isNoOrganization(err error) bool { return errors.Is(err, organization.ErrNoOrganization) }

func lower(s string) string { return strings.ToLower(s) }
