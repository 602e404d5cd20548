package acceptance

import (
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

// TestTheBackOfficeKeepsItsPromises tells every story of organizations at every door on every storage.
func TestTheBackOfficeKeepsItsPromises(t *testing.T) {
	storages := map[string]func(t testing.TB) string{
		"sqlite":   func(t testing.TB) string { t.Helper(); return "sqlite:" + t.TempDir() + "/eidgate.db" },
		"postgres": postgres.URL,
	}
	doors := []func(*Gateway) OrganizationDoor{newOrganizationsInProcess, newOrganizationsOverHTTP, newOrganizationsByMessage}
	for storage, url := range storages {
		for _, door := range doors {
			cannot := door(&Gateway{}).Cannot()
			t.Run(storage+"/"+door(&Gateway{}).Name(), func(t *testing.T) {
				for _, story := range OrganizationStories {
					if reason := cannot[story.Needs]; story.Needs != "" && reason != "" {
						t.Logf("not told at this door: %s, because %s", story.Promise, reason)
						continue
					}
					t.Run(story.Promise, func(t *testing.T) {
						t.Parallel()
						g := open(t, url(t), func(g *Gateway) Door { return inProcess{g} })
						g.office = door(g)
						story.Tell(t, g)
					})
				}
			})
		}
	}
}
