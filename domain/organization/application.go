package organization

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// What can be wrong with an application.
var (
	ErrNoApplication    = fault.New(fault.NotFound, "application_unknown", "There is no such application.")
	ErrApplication      = fault.New(fault.Invalid, "application_invalid", "The application is invalid.")
	ErrApplicationInUse = fault.New(fault.Invalid, "application_in_use", "A redirection of an SSO connection leads to the application; give the connection another one first.")
	// ErrApplicationNarrowed: an update would leave a redirection at an address or an organization that is not served any more.
	ErrApplicationNarrowed = fault.New(fault.Invalid, "application_narrowed", "A redirection of an SSO connection leads to what the application would no longer serve; give the connection another one first.")
	// ErrOrganizationInUse: deleting the organization would delete applications under connections that stay.
	ErrOrganizationInUse = fault.New(fault.Invalid, "organization_in_use", "A redirection of another organization's SSO connection leads to an application of the organization; give the connection another one first.")
)

// Application is software of an organization's that its people sign in to.
type Application struct {
	ID        string
	Scope     Scope
	Settings  ApplicationSettings
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt time.Time // zero while it exists; afterwards nothing but the identifiers and times is kept
	Version   int64     // how often it was saved; storage refuses a stale one
	Sequence  int64     // the last fact's number
}

// Deleted holds for what is only remembered.
func (a Application) Deleted() bool { return !a.DeletedAt.IsZero() }

// ApplicationSettings are everything about an application that its organization decides.
type ApplicationSettings struct {
	Name               string
	Description        string
	Type               string   // what it is made with, such as react; one of [ApplicationTypes]
	RedirectURLs       []string // where people may be sent after signing in: compared byte for byte
	LogoutURLs         []string // where people may be sent after signing out: compared byte for byte
	CORSOrigins        []string // scheme, host and port
	WebOrigins         []string // scheme, host and port
	DefaultAfterLogin  string   // one of RedirectURLs, or ""
	DefaultAfterLogout string   // one of LogoutURLs, or ""
	DefaultCORSOrigin  string   // one of CORSOrigins, or ""
	DefaultWebOrigin   string   // one of WebOrigins, or ""
	OnlyDomain         string   // the only organization whose people may use it, by domain; "" for all
}

// ApplicationTypes lists what an application can be made with.
func ApplicationTypes() []string {
	return []string{
		"android", "angular", "ios", "java_app", "java_spring", "mobile", "node", "node_express", "php", "php_laravel", "php_symfony",
		"python_flask", "react", "regular_web", "ruby", "ruby_on_rails", "spa", "vue", "web", "webflow",
	}
}

// native are the types whose addresses may have a scheme of their own (RFC 8252 section 7.1).
var native = []string{"android", "ios", "mobile"}

// Register makes an application. It fails with [ErrApplication], which carries one violation for each field at fault.
func Register(id string, scope Scope, s ApplicationSettings, by By, now time.Time) (Application, []audit.Fact, error) {
	a := Application{ID: id, Scope: scope, Settings: s.trimmed(), CreatedAt: now, UpdatedAt: now}
	if err := a.Settings.check(); err != nil {
		return Application{}, nil, err
	}
	return a, []audit.Fact{a.tell(audit.ApplicationAdded, by, now)}, nil
}

// Update replaces the settings. What changes nothing tells nothing. It fails with [ErrApplication].
func (a Application) Update(s ApplicationSettings, by By, now time.Time) (Application, []audit.Fact, error) {
	next := a
	next.Settings = s.trimmed()
	if err := next.Settings.check(); err != nil {
		return Application{}, nil, err
	}
	if next.Settings.equal(a.Settings) {
		return a, nil, nil
	}
	next.UpdatedAt = now
	return next, []audit.Fact{next.tell(audit.ApplicationUpdated, by, now)}, nil
}

// Narrowing is what an update takes away from the connections that lead to an application.
type Narrowing struct {
	Addresses  []string // allowed until now, and no more
	OnlyDomain string   // the only organization that is served from now on; "" where no other one loses the application
}

// IsZero holds where nobody loses anything.
func (n Narrowing) IsZero() bool { return len(n.Addresses) == 0 && n.OnlyDomain == "" }

// Refusal is what whoever asked for the narrowing is told while a redirection needs what it takes away.
func (n Narrowing) Refusal() error {
	switch {
	case n.OnlyDomain == "":
		return ErrApplicationNarrowed.On("allowed_redirect_urls")
	case len(n.Addresses) == 0:
		return ErrApplicationNarrowed.On("organization_domain_scope")
	}
	return ErrApplicationNarrowed
}

// Narrows compares the application with what it is to become.
func (a Application) Narrows(next Application) (n Narrowing) {
	for _, address := range a.Settings.RedirectURLs {
		if !next.Allows(address) {
			n.Addresses = append(n.Addresses, address)
		}
	}
	if next.Settings.OnlyDomain != a.Settings.OnlyDomain {
		n.OnlyDomain = next.Settings.OnlyDomain
	}
	return n
}

// Delete empties the application; that it was there is remembered.
func (a Application) Delete(by By, now time.Time) (Application, []audit.Fact) {
	a.Settings, a.DeletedAt, a.UpdatedAt = ApplicationSettings{}, now, now
	return a, []audit.Fact{a.tell(audit.ApplicationDeleted, by, now)}
}

// Landing is where people go who sign in and have not said where to: the default, or the first address that there is.
func (a Application) Landing() string {
	if a.Settings.DefaultAfterLogin != "" || len(a.Settings.RedirectURLs) == 0 {
		return a.Settings.DefaultAfterLogin
	}
	return a.Settings.RedirectURLs[0]
}

// Allows holds for exactly the addresses to which people may be sent after signing in.
func (a Application) Allows(address string) bool {
	return slices.Contains(a.Settings.RedirectURLs, address)
}

// Serves holds for the organizations whose people may use the application, by domain.
func (a Application) Serves(domain string) bool {
	return a.Settings.OnlyDomain == "" || a.Settings.OnlyDomain == domain
}

// Audience is for whom the application's tokens are: its origin, "" for an application without one.
func (a Application) Audience() string {
	if a.Settings.DefaultCORSOrigin != "" || len(a.Settings.CORSOrigins) == 0 {
		return a.Settings.DefaultCORSOrigin
	}
	return a.Settings.CORSOrigins[0]
}

func (a *Application) tell(kind string, by By, now time.Time) audit.Fact {
	a.Sequence++
	return by.fact(a.Scope, kind, "application/"+a.ID, a.Sequence, now, nil)
}

func (s ApplicationSettings) trimmed() ApplicationSettings {
	for _, text := range []*string{&s.Name, &s.Description, &s.Type, &s.DefaultAfterLogin, &s.DefaultAfterLogout, &s.DefaultCORSOrigin, &s.DefaultWebOrigin, &s.OnlyDomain} {
		*text = strings.TrimSpace(*text)
	}
	s.Type = strings.ToLower(s.Type)
	for _, list := range []*[]string{&s.RedirectURLs, &s.LogoutURLs, &s.CORSOrigins, &s.WebOrigins} {
		trimmed := make([]string, 0, len(*list))
		for _, one := range *list {
			if one = strings.TrimSpace(one); one != "" && !slices.Contains(trimmed, one) {
				trimmed = append(trimmed, one)
			}
		}
		*list = trimmed
	}
	return s
}

func (s ApplicationSettings) equal(o ApplicationSettings) bool {
	return slices.Equal(s.RedirectURLs, o.RedirectURLs) && slices.Equal(s.LogoutURLs, o.LogoutURLs) &&
		slices.Equal(s.CORSOrigins, o.CORSOrigins) && slices.Equal(s.WebOrigins, o.WebOrigins) &&
		s.Name == o.Name && s.Description == o.Description && s.Type == o.Type && s.DefaultAfterLogin == o.DefaultAfterLogin &&
		s.DefaultAfterLogout == o.DefaultAfterLogout && s.DefaultCORSOrigin == o.DefaultCORSOrigin &&
		s.DefaultWebOrigin == o.DefaultWebOrigin && s.OnlyDomain == o.OnlyDomain
}

// mostAddresses bounds each list of an application's.
const mostAddresses = 50

func (s ApplicationSettings) check() error {
	var v fault.Violations
	v.Check(s.Name != "" && identity.IsText(s.Name, 200), "name", "name_invalid", "A name has 1 to 200 printable characters.")
	v.Check(identity.IsText(s.Description, 1000), "description", "text_invalid", "The text must be printable and at most 1,000 characters.")
	v.Check(slices.Contains(ApplicationTypes(), s.Type), "application_type", "application_type_unknown", "The type of application is unknown.")
	ownScheme := slices.Contains(native, s.Type)
	for _, list := range []struct {
		field   string
		values  []string
		first   string
		named   string
		allowed func(string) bool
		text    string
	}{
		{"allowed_redirect_urls", s.RedirectURLs, s.DefaultAfterLogin, "default_redirect_uri_after_login", func(a string) bool { return isLanding(a, ownScheme) }, landingText},
		{"allowed_logout_urls", s.LogoutURLs, s.DefaultAfterLogout, "default_redirect_uri_after_logout", func(a string) bool { return isLanding(a, ownScheme) }, landingText},
		{"allowed_origins_cors", s.CORSOrigins, s.DefaultCORSOrigin, "default_origin_cors", isOrigin, originText},
		{"allowed_web_origins", s.WebOrigins, s.DefaultWebOrigin, "default_web_origin", isOrigin, originText},
	} {
		v.Check(len(list.values) > 0, list.field, "required", "At least one address is required.")
		v.Check(len(list.values) <= mostAddresses, list.field, "too_many", "At most 50 addresses can be given.")
		v.Check(!slices.ContainsFunc(list.values, func(a string) bool { return !list.allowed(a) }), list.field, "url_invalid", list.text)
		v.Check(list.first == "" || slices.Contains(list.values, list.first), list.named, "not_allowed", "The default must be one of the allowed addresses.")
	}
	v.Check(s.OnlyDomain == "" || isDomain(s.OnlyDomain), "organization_domain_scope", "domain_invalid", "The domain of an organization has lower-case letters, digits and hyphens.")
	return v.Of(ErrApplication)
}

const (
	landingText = "An address must be an absolute http or https URL of at most 2,000 characters without user, fragment or control characters; mobile applications may have a scheme of their own."
	originText  = "An origin is http or https, a host, and a port at most."
)

var (
	domainPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	schemePattern = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)
)

func isDomain(s string) bool { return domainPattern.MatchString(s) }

// dangerous are schemes by which an address does something else than lead somewhere.
var dangerous = []string{"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "ftp", "mailto", "tel", "sms", "ws", "wss", "view-source"}

// isLanding holds for addresses that people can be sent to. Plain http is for development machines, so it is left to
// who writes it here, as Cryptr does; a scheme of its own belongs to an application on a phone.
func isLanding(address string, ownScheme bool) bool {
	u, plain := plainURL(address)
	if !plain || u.Fragment != "" || strings.Contains(address, "#") {
		return false
	}
	if u.Scheme == "https" || u.Scheme == "http" {
		return u.Hostname() != ""
	}
	return ownScheme && schemePattern.MatchString(u.Scheme) && !slices.Contains(dangerous, u.Scheme) && (u.Host != "" || u.Path != "")
}

// isOrigin holds for scheme, host and port, with at most a slash behind them.
func isOrigin(address string) bool {
	u, plain := plainURL(address)
	return plain && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && (u.Path == "" || u.Path == "/") &&
		u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && !strings.Contains(address, "#")
}
