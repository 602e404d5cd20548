package messaging

import (
	"log/slog"

	"github.com/ThreeDotsLabs/watermill"
)

// quiet is what is kept of Watermill's own words: its errors, and at debug level what its handlers do. What it says
// of single messages is dropped.
type quiet struct{ watermill.LoggerAdapter }

func newQuiet(log *slog.Logger) watermill.LoggerAdapter {
	return quiet{watermill.NewSlogLoggerWithLevelMapping(log, map[slog.Level]slog.Level{slog.LevelInfo: slog.LevelDebug})}
}

// Debug drops.
func (quiet) Debug(string, watermill.LogFields) {}

// Trace drops.
func (quiet) Trace(string, watermill.LogFields) {}

// With keeps quiet.
func (q quiet) With(f watermill.LogFields) watermill.LoggerAdapter {
	return quiet{q.LoggerAdapter.With(f)}
}
