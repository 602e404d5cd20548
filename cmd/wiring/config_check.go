package wiring

import (
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// checker holds a configuration against the rules and gathers what breaks them. A key whose value could not even be
// read is not blamed again.
type checker struct {
	*Config
	mistakes *Mistakes
	broken   map[string]bool
}

func (c *Config) check(m *Mistakes, broken map[string]bool) {
	k := checker{Config: c, mistakes: m, broken: broken}
	k.want(c.Mode == Development || c.Mode == Production, "mode", "is neither development nor production")
	k.listeners()
	k.publicURL()
	k.stores()
	k.bounds()
	k.outside()
	k.themes()
	k.providers()
	k.routes()
}

// want blames the key unless good holds.
func (k checker) want(good bool, key, text string) {
	if !good && !k.broken[key] {
		k.mistakes.add(key, "%s", text)
	}
}

func (k checker) listeners() {
	for _, l := range []struct{ key, address string }{{"listen", k.Listen}, {"ops.listen", k.Ops.Listen}} {
		host, port, err := net.SplitHostPort(l.address)
		_, bad := strconv.ParseUint(port, 10, 16)
		if err != nil || bad != nil {
			k.want(false, l.key, "is no address with a port, such as 127.0.0.1:8080")
			continue
		}
		k.want(k.Mode == Production || loopbackHost(host), l.key, "is not on loopback; development mode listens nowhere else")
	}
	_, port, _ := net.SplitHostPort(k.Listen)
	k.want(k.Listen != k.Ops.Listen || port == "0", "ops.listen", "is the public listener's address; the two are kept apart")
}

func (k checker) publicURL() {
	if k.PublicURL == "" {
		k.want(false, "public_url", "must be set in production")
		return
	}
	u, ok := webURL(k.PublicURL)
	switch {
	case k.derivedURL: // listen has been blamed already
	case !ok || u.Path != "" || u.RawQuery != "":
		k.want(false, "public_url", "is no http or https URL of a scheme, a host and perhaps a port")
	case k.Mode == Production:
		k.want(u.Scheme == "https", "public_url", "must be https in production")
	default:
		k.want(loopbackHost(u.Hostname()), "public_url", "is not on loopback, as it must be in development mode")
	}
}

func (k checker) stores() {
	k.want(k.DataDir != "" || k.Mode == Production, "data_dir", "must name a directory")
	switch k.Database.URL.Scheme() {
	case "":
		if k.Database.URL.IsZero() {
			k.want(false, "database.url", "must be named in production")
		} else {
			k.want(false, "database.url", "is neither sqlite:PATH nor postgres://...")
		}
	case "sqlite":
		k.want(len(k.Database.URL.Reveal()) > len("sqlite:"), "database.url", "names no file after sqlite:")
	case "postgres", "postgresql":
		u, err := url.Parse(k.Database.URL.Reveal())
		k.want(err == nil && u.Opaque == "", "database.url", "is no well-formed postgres:// URL")
	default:
		k.want(false, "database.url", "is neither sqlite:PATH nor postgres://...")
	}
	k.want(k.Keys.File != "", "keys.file", "must be set in production: nothing is sealed with keys that nobody keeps")
	k.want(k.Broker.URL.Reveal() == "memory:", "broker.url", "is not memory:, the only broker of this version")
	k.want(topicWord.MatchString(k.Broker.Prefix), "broker.prefix", "is no word of lower-case letters, digits, hyphens and underscores")
	if !k.Limits.RedisURL.IsZero() {
		u, err := url.Parse(k.Limits.RedisURL.Reveal())
		k.want(err == nil && u.Host != "" && (u.Scheme == "redis" || u.Scheme == "rediss"), "limits.redis_url", "is no redis:// or rediss:// URL")
	}
}

var topicWord = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$`)

// bounds holds numbers against what makes sense for them.
func (k checker) bounds() {
	for key, d := range map[string]time.Duration{
		"http.timeout": k.HTTP.Timeout, "accounts.app_token_life": k.Accounts.AppTokenLife, "accounts.crm_token_life": k.Accounts.CRMTokenLife,
		"accounts.crm_token_long_life": k.Accounts.CRMTokenLongLife, "accounts.sso_code_life": k.Accounts.SSOCodeLife,
		"retention.results": k.Retention.Results, "retention.evidence": k.Retention.Evidence,
	} {
		k.want(d > 0, key, "must be longer than nothing")
	}
	k.want(k.HTTP.Drain >= 0, "http.drain", "must not be negative")
	k.want(k.HTTP.BodyLimit >= 1<<10 && k.HTTP.BodyLimit <= 1<<30, "http.body_limit", "must be between 1KiB and 1GiB")
	k.want(k.Limits.ClientRate >= 1, "limits.client_rate", "must be at least 1")
	k.want(k.Limits.Watchers >= 1, "limits.watchers", "must be at least 1")
	k.want(k.Log.Format == "text" || k.Log.Format == "json", "log.format", "is neither text nor json")
}

// outside checks where we speak to beside the providers.
func (k checker) outside() {
	if !k.Mail.SMTPURL.IsZero() {
		u, err := url.Parse(k.Mail.SMTPURL.Reveal())
		k.want(err == nil && u.Host != "" && (u.Scheme == "smtp" || u.Scheme == "smtps"), "mail.smtp_url", "is no smtp:// or smtps:// URL")
		k.want(k.Mail.From != "", "mail.from", "must be set together with mail.smtp_url")
	}
	if k.Mail.From != "" {
		_, err := mail.ParseAddress(k.Mail.From)
		k.want(err == nil, "mail.from", "is no e-mail address")
		k.want(!k.Mail.SMTPURL.IsZero(), "mail.smtp_url", "must be set together with mail.from")
	}
	if !k.OTLP.Endpoint.IsZero() {
		u, err := url.Parse(k.OTLP.Endpoint.Reveal())
		k.want(err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https"), "otlp.endpoint", "is no http or https URL")
	}
}

// webURL reads an absolute http or https URL without user and fragment.
func webURL(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return nil, false
	}
	return u, !strings.ContainsAny(text, " \t\r\n\"'<>\\")
}

// reachable holds for https URLs, and in development for http ones on loopback, where a stand-in may be.
func (k checker) reachable(text string) bool {
	u, ok := webURL(text)
	return ok && (u.Scheme == "https" || k.Mode == Development && loopbackHost(u.Hostname()))
}

func trimSlash(text string) string { return strings.TrimRight(text, "/") }
