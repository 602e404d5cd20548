package visits

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// How long a page stands before it goes on by itself: time to read that all is well.
const (
	returnMillis  = 2000
	returnSeconds = 3
)

// Without a script the page comes anew: often enough for a code that is scanned within a few seconds of its making, and
// more seldom where nothing moves.
const (
	refreshCode = 2
	refreshWait = 4
)

// view is a session as its page shows it.
type view struct {
	speech
	Stage     stage
	Heading   string
	Lead      []httpapi.Span
	Text      string
	TextLabel string
	Documents []string
	OnlyYesNo bool
	Status    string
	QR        template.URL
	QRLabel   string
	Launch    template.URL
	Touched   template.URL // in place of Launch, where the screen can be touched
	Phone     bool
	Binding   string
	Onward    template.URL // the provider's own page
	Now       bool         // go onward at once
	ReturnTo  template.URL
	Auto      int // milliseconds until the page goes to ReturnTo by itself; 0 for never
	Begin     string
	Cancel    string
	Self      string
	State     string // "" when there is nothing to ask for any more
	Refresh   int    // seconds until the page comes anew without a script; 0 for never
	RefreshTo template.URL
}

// look makes a view of a session that is this browser's, or nobody's yet.
func (s *Surface) look(c *fiber.Ctx, v inbound.Visit, language string) view {
	words, picked, from := speechIn(language, v), httpapi.ChosenLanguage(c), device{agent: c.Get(fiber.HeaderUserAgent)}
	w := view{
		speech: words, Stage: stageOf(v), Phone: from.phone(), Binding: httpapi.Visible(v.Challenge.BindingMessage),
		ReturnTo: linkable(v.ReturnTo), Status: words.must(hintKey(v)), Self: path(v.Ticket, "", picked),
		Begin: path(v.Ticket, "/begin", picked), Cancel: path(v.Ticket, "/cancel", picked), State: path(v.Ticket, "/state", picked),
	}
	w.Lead, _ = words.Spell(leadKey(v))
	switch w.Stage {
	case ask:
		w.Heading, w.Status, w.State = words.must("ask."+string(v.Operation)), "", ""
		w.Text, w.Documents, w.OnlyYesNo = v.Text, v.Documents, v.Operation == eid.ProveAge
		w.TextLabel = words.must("text.other")
		if v.Operation.Signs() {
			w.TextLabel = words.must("text.sign")
		}
	case leave:
		w.Onward, w.Status = webAddress(v.Challenge.URL), words.must("leave")
		w.Heading, w.Now = words.must("heading.leave"), c.Query("on") == "1" && w.Onward != ""
		w.Refresh, w.RefreshTo = refreshWait, template.URL(w.Self) //nolint:gosec // a path of ours
		if w.Now {
			w.Refresh, w.RefreshTo = 0, w.Onward
		}
	case scan:
		w.QR = draw(v.Challenge.QR)
		w.Launch, w.Touched = from.launch(v.EID, v.Challenge.AppToken, s.config.PublicURL+w.Self)
		w.Heading, w.QRLabel = words.must("heading.scan"), words.must("qr")
		if w.Launch == "" {
			w.QRLabel = words.must("qr.only")
		}
		if w.QR == "" || w.Phone && w.Launch != "" {
			w.Heading = words.must("heading.open")
		}
		w.Refresh, w.RefreshTo = refreshCode, template.URL(w.Self) //nolint:gosec // a path of ours
	case wait:
		w.Heading, w.Refresh, w.RefreshTo = words.must("heading.wait"), refreshWait, template.URL(w.Self) //nolint:gosec // a path of ours
	case done, over:
		w.end(v)
	}
	return w
}

// end is for sessions that are over. Only who has nothing to read is taken back unasked: who approved, and who said no.
func (w *view) end(v inbound.Visit) {
	w.Lead, w.State = nil, ""
	declined := v.Reason == eid.ReasonDeclined
	switch {
	case w.Stage == done:
		w.Heading = w.must("heading.done")
		key := "done.authenticate"
		if v.Operation.Signs() {
			key = "done.sign"
		} else if v.Operation == eid.ProveAge {
			key = "done.prove_age"
		}
		w.Status = w.must(key)
	case declined:
		w.Heading, w.Status = w.must("heading.declined"), w.must(reasonKey(v))
	default:
		w.Heading, w.Status = w.must("heading.over"), w.must(reasonKey(v))
	}
	switch {
	case w.ReturnTo == "":
		w.Status += " " + w.must("close")
	case w.Stage == done || declined:
		w.Status += " " + w.must("return.soon")
		w.Auto, w.Refresh, w.RefreshTo = returnMillis, returnSeconds, w.ReturnTo
	}
}

func leadKey(v inbound.Visit) string {
	switch {
	case v.Operation != eid.ProveAge:
		return "lead." + string(v.Operation)
	case v.GreatestAge == 0:
		return "lead.age.least"
	case v.LeastAge == 0:
		return "lead.age.greatest"
	}
	return "lead.age.between"
}

// news is what the script of the page is told once a second.
type news struct {
	Stage    stage        `json:"stage"`
	Heading  string       `json:"heading"`
	Status   string       `json:"status"`
	QR       template.URL `json:"qr,omitempty"`
	QRLabel  string       `json:"qr_label,omitempty"`
	Launch   template.URL `json:"launch,omitempty"`
	Onward   template.URL `json:"onward,omitempty"`
	Binding  string       `json:"binding,omitempty"`
	ReturnTo template.URL `json:"return_to,omitempty"`
	Auto     int          `json:"auto,omitempty"`
	Ended    bool         `json:"ended"`
}

func (w view) news() news {
	return news{
		Stage: w.Stage, Heading: w.Heading, Status: w.Status, QR: w.QR, QRLabel: w.QRLabel, Launch: w.Launch, Onward: w.Onward,
		Binding: w.Binding, ReturnTo: w.ReturnTo, Auto: w.Auto, Ended: w.Stage.ended(),
	}
}
