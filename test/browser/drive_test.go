package browser_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/browser"
	"github.com/eidgate/eidgate/test/node"
	"github.com/eidgate/eidgate/test/surface"
)

func TestAPersonLogsInAtAComputer(t *testing.T) { drive(t, "flow.mjs") }

func TestStrangersGetNothing(t *testing.T) { drive(t, "strangers.mjs") }

func TestEverybodyCanReadEveryState(t *testing.T) { drive(t, "reading.mjs") }

func TestAPersonChoosesAnEIDAndTriesAgain(t *testing.T) { drive(t, "hosted.mjs") }

func TestHoweverItEndsTheBrowserComesBack(t *testing.T) { drive(t, "ends.mjs") }

func TestAPageInsideOfAnotherNeedsNoCookie(t *testing.T) { drive(t, "framed.mjs") }

func TestEverybodyCanReadEveryHostedState(t *testing.T) { drive(t, "states.mjs") }

// drive runs one of the scripts against pages of its own.
func drive(t *testing.T, script string) {
	t.Helper()
	sessions := browser.NewSessions(system.Clock{})
	play(t, script, func(base, provider string) ([]httpapi.Surface, http.Handler, map[string]any) {
		surface, err := visits.New(visits.Config{PublicURL: base, SimulatorURL: base + "/simulator", Themes: themes(t)}, sessions, system.Random{})
		if err != nil {
			t.Fatal(err)
		}
		return []httpapi.Surface{surface}, steer{sessions: sessions, provider: provider}, map[string]any{"hints": hints, "reasons": reasons}
	})
}

// themes are a light look and a dark one.
func themes(t *testing.T) map[string]visits.Theme {
	t.Helper()
	const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32" width="120" height="32"><circle cx="16" cy="16" r="14" fill="#0b6e4f"/><rect x="38" y="10" width="78" height="12" fill="#0b6e4f"/></svg>`
	all := map[string]visits.Theme{}
	for id, look := range map[string]visits.Look{
		"light": {Logo: []byte(logo), Colour: "#0b6e4f", Background: "#e9f5ee"}, "dark": {Colour: "#ffd166", Background: "#10212b"},
	} {
		theme, err := visits.NewTheme(id, look)
		if err != nil {
			t.Fatal(err)
		}
		all[id] = theme
	}
	return all
}

// play runs a script against pages at base. build gives the surfaces, what the script steers them by, and what else it is
// told; provider is another site than the pages' own, to a browser.
func play(t *testing.T, script string, build func(base, provider string) ([]httpapi.Surface, http.Handler, map[string]any)) {
	t.Helper()
	work := node.Prepare(t, "EIDGATE_TEST_BROWSER", "test/browser/install.sh", "drive.mjs", "readable.mjs", script)
	chromium := os.Getenv("EIDGATE_TEST_CHROMIUM")
	if chromium == "" {
		var err error
		if chromium, err = exec.LookPath("chromium"); err != nil {
			t.Fatal("there is no chromium")
		}
	}
	l := surface.Listen(t)
	base := "http://" + l.Addr().String()
	others := httptest.NewServer(elsewhere(base))
	t.Cleanup(others.Close)
	_, port, err := net.SplitHostPort(others.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	provider := "http://localhost:" + port
	surfaces, steered, told := build(base, provider)
	serve(t, l, base, surfaces)
	steering := httptest.NewServer(steered)
	t.Cleanup(steering.Close)
	all := map[string]any{
		"base": base, "provider": provider, "control": steering.URL, "work": work, "chromium": chromium, "pictures": os.Getenv("EIDGATE_TEST_PICTURES"),
		"readme": os.Getenv("EIDGATE_README_PICTURES"),
	}
	maps.Copy(all, told)
	setup, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Dir, cmd.Stdin, cmd.Stderr, cmd.WaitDelay = work, bytes.NewReader(setup), t.Output(), 5*time.Second
	if said, err := cmd.Output(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// serve puts the pages on a server.
func serve(t *testing.T, l net.Listener, base string, surfaces []httpapi.Surface) {
	t.Helper()
	server, err := httpapi.New(httpapi.Config{Development: true, PublicURL: base}, surfaces, httpapi.Deps{Clock: system.Clock{}, IDs: system.IDs{}})
	if err != nil {
		t.Fatal(err)
	}
	surface.ServeOn(t, l, server)
}

var (
	hints = []eid.Hint{
		eid.HintOutstanding, eid.HintNoClient, eid.HintDelivered, eid.HintStarted, eid.HintCallConfirm, eid.HintDocument,
		eid.HintSigning, eid.HintProcessing, "aNewWord",
	}
	reasons = []string{
		eid.ReasonDeclined, eid.ReasonCallDeclined, eid.ReasonCancelled, eid.ReasonSuperseded, eid.ReasonNotStarted, eid.ReasonTimedOut,
		eid.ReasonInvalidEID, eid.ReasonUnsupported, eid.ReasonRisk, eid.ReasonRejected, eid.ReasonProviderFailed, eid.ReasonInterrupted,
		eid.ReasonStartLost, eid.ReasonStartFailed, eid.ReasonEvidenceLost, eid.ReasonEvidenceRejected, eid.ReasonCodeRejected,
		eid.ReasonOtherContext, eid.ReasonOtherPerson, eid.ReasonSimulated, eid.ReasonAgeUnknown, "aNewWord",
	}
)
