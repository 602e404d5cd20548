package wiring

import "time"

// Providers are the roads to the eIDs. One whose required keys are not set does not exist.
type Providers struct {
	Criipto   Criipto   `key:"criipto"`
	IDkollen  IDkollen  `key:"idkollen"`
	Signicat  Signicat  `key:"signicat"`
	BankID    BankID    `key:"bankid"`
	Freja     Freja     `key:"freja"`
	Simulator Simulator `key:"simulator"`
}

// Patience is how long a provider may take, and when it is left alone.
type Patience struct {
	Timeout time.Duration `key:"timeout"` // of one call
	Breaker Breaker       `key:"breaker"`
}

// Breaker leaves a provider alone that fails. A person's no is no failure.
type Breaker struct {
	Failures int           `key:"failures"` // in a row, that open it
	Open     time.Duration `key:"open"`     // how long it stays open before a probe
	Probes   int           `key:"probes"`   // calls let through at once to see whether it recovered
}

// Criipto is Criipto / Idura Verify as an OpenID provider.
type Criipto struct {
	Issuer        string       `key:"issuer"`
	ClientID      string       `key:"client_id"`
	SigningKey    string       `key:"signing_key"`    // file with a private JWK
	EncryptionKey string       `key:"encryption_key"` // file with a private JWK
	Plain         CriiptoPlain `key:"plain"`
	Patience
}

// CriiptoPlain is a second application at Criipto whose logins the caller begins on its own.
type CriiptoPlain struct {
	ClientID     string `key:"client_id"`
	ClientSecret Secret `key:"client_secret"`
	RedirectURI  string `key:"redirect_uri"`
}

// IDkollen is the broker of that name.
type IDkollen struct {
	BaseURL   string `key:"base_url"`
	AccountID string `key:"account_id"`
	SecretKey Secret `key:"secret_key"`
	// CallbackKey signs the broker's own calls; without one a call is only taken as a hint that there is news.
	CallbackKey Secret `key:"callback_key"`
	Patience
}

// Signicat is the broker of that name.
type Signicat struct {
	BaseURL      string `key:"base_url"`
	TokenURL     string `key:"token_url"`
	ClientID     string `key:"client_id"`
	ClientSecret Secret `key:"client_secret"`
	AccountID    string `key:"account_id"`
	Patience
}

// MutualTLS is how an eID's own API is reached, where our certificate says who we are. Plain http, which is taken on
// loopback in development, needs no certificates.
type MutualTLS struct {
	BaseURL     string `key:"base_url"`
	Certificate string `key:"certificate"` // PEM file
	Key         string `key:"key"`         // PEM file
	CA          string `key:"ca"`          // PEM file
	Patience
}

// BankID is Swedish BankID's Relying Party API.
type BankID struct {
	MutualTLS
	CardURL  string   `key:"card_url"` // where identity cards are verified; empty for the place beside base_url
	Policies []string `key:"policies"` // OIDs of the certificate policies that are accepted; empty leaves it to BankID
}

// Freja is Freja's REST API.
type Freja struct {
	MutualTLS
	JWSCertificates []string `key:"jws_certificates"` // PEM files with the certificates that sign Freja's results
}

// Simulator is the invented provider.
type Simulator struct {
	Enabled       bool     `key:"enabled"`
	Organizations []string `key:"organizations"` // domains of those who may use it in production
	Patience
}
