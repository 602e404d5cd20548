package pdf

import "context"

// InspectBare is Inspect without the net below it.
func InspectBare(ctx context.Context, content []byte) error {
	_, _, err := inspect(ctx, content)
	return err
}

// Unpredict undoes the rows of a PNG image.
func Unpredict(rows []byte, colors, columns int) ([]byte, error) {
	return unpredict(rows, value{}.with("Predictor", integerOf(15)).with("Colors", integerOf(colors)).with("Columns", integerOf(columns)))
}
