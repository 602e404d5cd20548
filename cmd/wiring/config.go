package wiring

import (
	"net/netip"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// Mode is what a process is for.
type Mode string

// The modes.
const (
	Development Mode = "development" // on one's own machine, with everything made up
	Production  Mode = "production"
)

// Config is everything that can be set, one field for each key; the tags spell the keys. [Load] reads and checks
// it, so whoever got a Config from there may rely on it: addresses parse, durations and sizes make sense, what a
// mode demands is there, and routes lead to providers that are configured and have an adapter.
type Config struct {
	Mode       Mode         `key:"mode"`
	Listen     string       `key:"listen"`
	Ops        Ops          `key:"ops"`
	PublicURL  string       `key:"public_url"` // without a slash at the end
	DataDir    string       `key:"data_dir"`
	Database   Database     `key:"database"`
	Migrate    bool         `key:"migrate"`
	Broker     Broker       `key:"broker"`
	Limits     Limits       `key:"limits"`
	Keys       Keys         `key:"keys"`
	HTTP       HTTP         `key:"http"`
	Accounts   Accounts     `key:"accounts"`
	Identity   Identity     `key:"identity"`
	Addresses  AddressRules `key:"addresses"`
	Log        Log          `key:"log"`
	Providers  Providers    `key:"providers"`
	Retention  Retention    `key:"retention"`
	Mail       Mail         `key:"mail"`
	OTLP       OTLP         `key:"otlp"`
	Themes     Themes       `key:"themes"`
	Routes     Routes       `key:"routes"`
	derivedURL bool         // PublicURL was made from Listen
}

// Ops is the listener for those who run the gateway.
type Ops struct {
	Listen string `key:"listen"`
}

// Database says where everything is stored: sqlite:PATH or postgres://...
type Database struct {
	URL PrivateURL `key:"url"`
}

// Broker is where messages go.
type Broker struct {
	URL    PrivateURL `key:"url"`
	Prefix string     `key:"prefix"`
}

// Limits bound what clients may do.
type Limits struct {
	RedisURL   PrivateURL `key:"redis_url"`   // zero for limits of this process alone
	ClientRate int        `key:"client_rate"` // requests a second, in bursts of twice that
	Watchers   int        `key:"watchers"`    // browsers that this process tells of their sessions by a stream, at once
}

// Keys is the keyring.
type Keys struct {
	File string `key:"file"`
}

// HTTP is what holds for every request.
type HTTP struct {
	TrustedProxies []netip.Prefix `key:"trusted_proxies"`
	BodyLimit      Size           `key:"body_limit"`
	Timeout        time.Duration  `key:"timeout"`
	Drain          time.Duration  `key:"drain"`
}

// Accounts are the rules of the account surface.
type Accounts struct {
	SSNRequired      bool          `key:"ssn_required"`
	BoundStart       bool          `key:"bound_start"`
	NormalizeAll     bool          `key:"normalize_all"`
	AppTokenLife     time.Duration `key:"app_token_life"`
	CRMTokenLife     time.Duration `key:"crm_token_life"`
	CRMTokenLongLife time.Duration `key:"crm_token_long_life"`
	SSOCodeLife      time.Duration `key:"sso_code_life"`
}

// Identity says which national numbers count.
type Identity struct {
	Synthetic bool `key:"synthetic"`
}

// AddressRules say which addresses people and news may be sent to.
type AddressRules struct {
	LoopbackHTTP bool `key:"loopback_http"`
}

// Log is how the log is written.
type Log struct {
	Format string `key:"format"` // text or json
}

// Retention is how long settled sessions are kept.
type Retention struct {
	Results  time.Duration `key:"results"`
	Evidence time.Duration `key:"evidence"`
}

// Mail is how letters leave; both zero for not at all.
type Mail struct {
	SMTPURL PrivateURL `key:"smtp_url"`
	From    string     `key:"from"`
}

// OTLP is where traces go; zero for nowhere.
type OTLP struct {
	Endpoint PrivateURL `key:"endpoint"`
}

// Routes names the providers of each eID, in order of preference.
type Routes struct {
	SEBankID []string `key:"se.bankid"`
	SEFreja  []string `key:"se.freja"`
	NOBankID []string `key:"no.bankid"`
	NOVipps  []string `key:"no.vipps"`
	DKMitID  []string `key:"dk.mitid"`
	FIFTN    []string `key:"fi.ftn"`
}

// Of gives the providers of one eID.
func (r Routes) Of(e eid.EID) []string {
	if list := r.list(e); list != nil {
		return *list
	}
	return nil
}

func (r *Routes) list(e eid.EID) *[]string {
	//exhaustive:enforce
	switch e {
	case eid.SEBankID:
		return &r.SEBankID
	case eid.SEFreja:
		return &r.SEFreja
	case eid.NOBankID:
		return &r.NOBankID
	case eid.NOVipps:
		return &r.NOVipps
	case eid.DKMitID:
		return &r.DKMitID
	case eid.FIFTN:
		return &r.FIFTN
	}
	return nil
}
