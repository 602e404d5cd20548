package pdf

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.DocumentInspector = Inspector{}

// Inspector looks at PDF documents. The zero value is ready to be used, by any number of goroutines at once.
type Inspector struct{}

// Inspect holds a document for sound when it can be signed: see [outbound.DocumentInspector]. It fails with
// eid.ErrNotPDF, or with the context's error when there was no time to finish.
func (Inspector) Inspect(ctx context.Context, content []byte) (err error) {
	defer lastNet(&err)
	if len(content) > eid.MostDocument {
		return eid.ErrTooLarge
	}
	_, _, err = inspect(ctx, content)
	return refusal(ctx, err)
}

// errPanic says no more: what a panic prints may come from the document.
var errPanic = errors.New("reading the document panicked")

// lastNet turns a panic into a refusal. Nothing is known to need it.
func lastNet(err *error) {
	if recover() != nil {
		*err = eid.ErrNotPDF.Because(errPanic)
	}
}

// refusal words what is wrong with a document.
func refusal(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // it is not the document's fault
		return ctx.Err()
	}
	return eid.ErrNotPDF.Because(err)
}
