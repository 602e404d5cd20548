package acceptance

import (
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

// TestSessionsKeepTheirPromises tells the stories of the eID operations at the session API, and then its own, on every
// storage: one after the other at one gateway, which lives through all of them.
func TestSessionsKeepTheirPromises(t *testing.T) {
	t.Parallel()
	storages := map[string]func(t testing.TB) string{
		"sqlite":   func(t testing.TB) string { t.Helper(); return "sqlite:" + t.TempDir() + "/eidgate.db" },
		"postgres": postgres.URL,
	}
	for storage, url := range storages {
		t.Run(storage, func(t *testing.T) {
			t.Parallel()
			g := open(t, url(t), func(g *Gateway) Door { return inProcess{g} })
			g.operations = newSessionsOverHTTP(g)
			cannot := g.operations.Cannot()
			for _, story := range append(OperationStories[:len(OperationStories):len(OperationStories)], SessionStories...) {
				if reason := cannot[story.Needs]; story.Needs != "" && reason != "" {
					t.Logf("not told at this door: %s, because %s", story.Promise, reason)
					continue
				}
				t.Run(story.Promise, func(t *testing.T) { story.Tell(t, g) })
			}
		})
	}
}
