package sessionapi

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
)

// The flows: how the person gets to the eID.
const (
	flowRedirect = "redirect" // on a page of ours
	flowEmbedded = "embedded" // on a page of ours, inside of one of the caller's
	flowHeadless = "headless" // on the caller's own
)

// Limits of the API, and of what it leaves open.
const (
	mostValues     = 2_000 // of all depths together
	mostAttributes = 200
	mostName       = 100 // of an attribute
	mostProviders  = 50
	mostProvider   = 30
	mostTags       = 100
	mostTag        = 100
	mostTheme      = 10
	mostReference  = 100
	mostUsage      = 255
	mostLanguage   = 35
	mostParents    = 50
	mostHost       = 253
)

// request is a request to create a session, as far as its form goes.
type request struct {
	flow       string
	attributes []string
	callbacks  *callbacks
	providers  []string // as named; nil for none
	person     string   // the national number of who has to turn up
	parameters parameters
	key        *encryptionKey
	loa        eid.Assurance
	tags       []string
	returnURL  string
	parents    []string
	language   string
	theme      string
	reference  string
	usage      string
	lifetime   time.Duration
	domain     string
	expiresAt  time.Time
}

// readRequest reads the body of a request. It fails with everything that is wrong with its form.
func readRequest(c *fiber.Ctx, loopbackHTTP bool) (request, error) {
	members, err := httpapi.ReadObject(c, mostValues)
	if err != nil {
		return request{}, err
	}
	return parseRequest(members, loopbackHTTP)
}

func parseRequest(members map[string]any, loopbackHTTP bool) (request, error) {
	var r reader
	o := r.object("", members)
	q := request{flow: o.word("flow", flowHeadless, flowRedirect, flowEmbedded)}
	if _, there := o.find("flow"); !there || o.members["flow"] == "" {
		r.blame("flow", "is required")
	}
	attributes, there := o.texts("requestedAttributes", mostAttributes, mostName)
	if q.attributes = attributes; !there {
		r.blame("requestedAttributes", "is required")
	}
	q.readCallbacks(o, loopbackHTTP)
	q.providers, _ = o.texts("allowedProviders", mostProviders, mostProvider)
	q.readPrefilled(o)
	q.parameters = readParameters(o)
	if value, there := o.find(keyMember); there {
		key, wrong := readEncryptionKey(value)
		for _, v := range wrong {
			r.blame(v.Field, v.Text)
		}
		q.key = key
	}
	q.loa = levels[o.word("requestedLoa", "low", "substantial", "high")]
	q.tags, _ = o.texts("tags", mostTags, mostTag)
	q.readReturn(o, loopbackHTTP)
	q.parents, _ = o.texts("embeddedParentDomains", mostParents, mostHost)
	q.language = o.text("language", mostLanguage)
	q.theme = o.text("themeId", mostTheme)
	q.reference = o.text("externalReference", mostReference)
	q.usage = o.text("usageReference", mostUsage)
	q.readLifetime(o)
	q.domain = o.text("requestDomain", mostHost)
	return q, r.err()
}

var levels = map[string]eid.Assurance{"low": eid.Low, "substantial": eid.Substantial, "high": eid.High}

// readCallbacks reads the addresses that the flow needs. Those that it has no use for may be anything.
func (q *request) readCallbacks(o object, loopbackHTTP bool) {
	if q.flow != flowRedirect {
		return
	}
	urls, there := o.inner("callbackUrls")
	if !there {
		o.blame("callbackUrls", "is required")
		return
	}
	q.callbacks = &callbacks{}
	for _, one := range []struct {
		name string
		at   *string
	}{{"success", &q.callbacks.Success}, {"abort", &q.callbacks.Abort}, {"error", &q.callbacks.Error}} {
		switch address := urls.text(one.name, mostText); {
		case address == "":
			urls.blame(one.name, "is required")
		case !returnable(address, loopbackHTTP):
			urls.blame(one.name, wrongAddress)
		default:
			*one.at = address
		}
	}
}

func (q *request) readReturn(o object, loopbackHTTP bool) {
	address := o.text("returnUrl", mostText)
	switch {
	case q.flow != flowEmbedded || address == "":
	case !returnable(address, loopbackHTTP):
		o.blame("returnUrl", wrongAddress)
	default:
		q.returnURL = address
	}
}

const wrongAddress = "must be an absolute https URL; plain http is for the own machine and the sandbox"

// prefilled are the members of prefilledInput beside the national number. They are suggestions that none of our eIDs has a
// use for.
var prefilled = []string{
	"mobile", "email", "userName", "dateOfBirth", "deviceId", "firstName", "lastName", "bankAccountNumber", "organisation",
}

func (q *request) readPrefilled(o object) {
	input, there := o.inner("prefilledInput")
	if !there {
		return
	}
	q.person = input.text("nin", mostText)
	for _, name := range prefilled {
		input.text(name, mostText)
	}
	if len(input.members) == 0 { // members that nobody knows, and null ones, are members all the same
		o.blame("prefilledInput", "needs at least one member")
	}
}
