package acceptance

import (
	"flag"
	"os"
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

// TestMain lets more stories be told at once than there are processors: they mostly wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(postgres.Main(m))
}

// TestTheGatewayKeepsItsPromises tells every story at every door on every storage.
func TestTheGatewayKeepsItsPromises(t *testing.T) {
	storages := map[string]func(t testing.TB) string{
		"sqlite":   func(t testing.TB) string { t.Helper(); return "sqlite:" + t.TempDir() + "/eidgate.db" },
		"postgres": postgres.URL,
	}
	doors := []func(*Gateway) Door{
		func(g *Gateway) Door { return inProcess{g} },
		func(g *Gateway) Door { return &overHTTP{g: g} },
		newByMessage,
	}
	for storage, url := range storages {
		for _, door := range doors {
			cannot := door(&Gateway{}).Cannot()
			t.Run(storage+"/"+door(&Gateway{}).Name(), func(t *testing.T) {
				for _, story := range Stories {
					if reason := cannot[story.Needs]; story.Needs != "" && reason != "" {
						t.Logf("not told at this door: %s, because %s", story.Promise, reason)
						continue
					}
					t.Run(story.Promise, func(t *testing.T) {
						t.Parallel()
						story.Tell(t, open(t, url(t), door))
					})
				}
			})
		}
	}
}
