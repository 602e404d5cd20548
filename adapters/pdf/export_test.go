package pdf

import "context"

// InspectBare is Inspect without the net below it.
func InspectBare(ctx context.Context, content []byte) error {
	_, _, err := inspect(ctx, content)
	return err
}
