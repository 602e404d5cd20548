package visits

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

// How long a page stands before it goes on by itself: time to read that all is well, or that the person said no, and more
// of it where the page says what went wrong.
const (
	returnMillis  = 2000
	returnSeconds = 3
	leaveMillis   = 8000
	leaveSeconds  = 9
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
	frame
	Stage      stage
	Logo       template.URL
	Heading    string
	Trouble    string // why the last try came to nothing
	Lead       []httpapi.Span
	Text       string
	TextLabel  string
	Documents  []string
	OnlyYesNo  bool
	Groups     []group // what the person chooses among
	Status     string
	QR         template.URL
	QRLabel    string
	Launch     template.URL
	Touched    template.URL // in place of Launch, where the screen can be touched
	Phone      bool
	AppFirst   bool // the app is on this device, as far as anybody knows
	Binding    string
	Onward     template.URL // the provider's own page
	Now        bool         // go onward at once
	ReturnTo   template.URL
	Auto       int // milliseconds until the page goes to ReturnTo by itself; 0 for never
	Begin      string
	BeginLabel string
	Cancel     string
	Renew      string // takes the order back for another choice or another try; "" where that cannot be
	RenewLabel string
	Self       string
	State      string // "" when there is nothing to ask for any more
	Events     string
	Refresh    int // seconds until the page comes anew without a script; 0 for never
	RefreshTo  template.URL
}

// reading is who reads a page, and how.
type reading struct {
	hand
	memory
	language string
	picked   string // the language, where it was picked on the page
	device   device
	onward   bool // straight on to the provider
}

func (s *Surface) reading(c *fiber.Ctx, v inbound.Visit, h hand) reading {
	m := s.recall(c)
	return reading{
		hand: h, memory: m, language: httpapi.SpeakLanguage(c, v.Language, m.language), picked: httpapi.ChosenLanguage(c),
		device: device{agent: c.Get(fiber.HeaderUserAgent)}, onward: c.Query("on") == "1",
	}
}

// look makes a view of a session that is this browser's, or nobody's yet.
func (s *Surface) look(r reading, v inbound.Visit) view {
	words, at := speechIn(r.language, v), func(rest string) string { return path(v.Ticket, rest, r.picked) }
	w := view{
		speech: words, frame: frameOf(v, r.hand, at("")), Stage: stageOf(v), Logo: s.config.Themes[v.Theme].logo, Phone: r.device.phone(),
		Binding: httpapi.Visible(v.Challenge.BindingMessage), ReturnTo: linkable(v.ReturnTo), Status: words.must(hintKey(v)),
		Begin: at("/begin"), Cancel: at("/cancel"), Self: at(""), State: at("/state"), Events: at("/events"),
	}
	w.AppFirst = v.Device == eid.SameDevice || w.Phone && v.Device != eid.OtherDevice
	w.Lead, _ = words.Spell(leadKey(v))
	if v.Renewable {
		w.renewal(v, at("/reconsider"))
	}
	again := template.URL(w.Self) //nolint:gosec // a path of ours
	switch w.Stage {
	case ask, choose:
		w.ask(v, r.country)
	case leave:
		w.Onward, w.Status = webAddress(v.Challenge.URL), words.must("leave")
		w.Heading, w.Now = words.must("heading.leave"), r.onward && w.Onward != ""
		w.Refresh, w.RefreshTo = refreshWait, again
		if w.Now {
			w.Refresh, w.RefreshTo = 0, w.Onward
		}
	case scan:
		w.QR = draw(v.Challenge.QR)
		w.launch(v, r.device, s.config.PublicURL)
		w.Heading, w.QRLabel = words.must("heading.scan"), words.must("qr")
		if w.Launch == "" {
			w.QRLabel = words.must("qr.only")
		}
		if w.QR == "" || w.AppFirst && w.Launch != "" {
			w.Heading = words.must("heading.open")
		}
		w.Refresh, w.RefreshTo = refreshCode, again
	case wait:
		w.Heading, w.Refresh, w.RefreshTo = words.must("heading.wait"), refreshWait, again
	case done, over:
		w.end(v)
	}
	if w.Cookieless && w.RefreshTo == again {
		w.Refresh, w.RefreshTo = 0, "" // the page would not be known again; there is a button in place of it
	}
	return w
}

// ask is for sessions that nothing is under way of.
func (w *view) ask(v inbound.Visit, country identity.Country) {
	w.Heading, w.Status, w.State = w.must("ask."+string(v.Operation)), "", ""
	w.Text, w.Documents, w.OnlyYesNo = v.Text, v.Documents, v.Operation == eid.ProveAge
	w.TextLabel, w.BeginLabel = w.must("text.other"), w.must("begin")
	if v.Operation.Signs() {
		w.TextLabel = w.must("text.sign")
	}
	if key := troubleKey(v); key != "" {
		w.Trouble, w.BeginLabel = w.must(key), w.must("begin.again")
	}
	if w.Stage == choose {
		w.Groups = grouped(v.Choices, w.speech, country)
	}
}

// renewal is for sessions that may be begun again.
func (w *view) renewal(v inbound.Visit, address string) {
	switch {
	case w.Stage.ended() || w.Stage == choose:
	case len(v.Choices) > 0:
		w.Renew, w.RenewLabel = address, w.must("choose.other")
	case w.Stage != ask:
		w.Renew, w.RenewLabel = address, w.must("again")
	}
}

// end is for sessions that are over. Whatever came of it, the organization waits for the browser: whoever has something to
// read is taken back later.
func (w *view) end(v inbound.Visit) {
	w.Lead, w.State = nil, ""
	declined, takenBack := v.Reason == eid.ReasonDeclined, v.Reason == eid.ReasonCancelled
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
	case declined, takenBack:
		w.Heading, w.Status = w.must("heading.declined"), w.must(reasonKey(v))
	default:
		w.Heading, w.Status = w.must("heading.over"), w.must(reasonKey(v))
	}
	switch {
	case w.ReturnTo == "" && w.Framed: // the page around it is no window that the person could close
	case w.ReturnTo == "":
		w.Status += " " + w.must("close")
	case w.Stage == done || declined:
		w.Status += " " + w.must("return.soon")
		w.Auto, w.Refresh, w.RefreshTo = returnMillis, returnSeconds, w.ReturnTo
	default:
		w.Status += " " + w.must("return.soon")
		w.Auto, w.Refresh, w.RefreshTo = leaveMillis, leaveSeconds, w.ReturnTo
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
