package pdf_test

import (
	"errors"
	"fmt"

	"github.com/eidgate/eidgate/domain/fault"
)

// reasons shows an error with its cause.
func reasons(err error) string {
	text := fmt.Sprint(err)
	for ; err != nil; err = errors.Unwrap(err) {
		if f := fault.Of(err); f != nil {
			text += fmt.Sprintf("; %v", errors.Unwrap(f))
		}
	}
	return text
}
