package orgapi

import (
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// The samples behind the examples of answers, worded as answers are. Nobody in them exists.

const (
	sampleOrganizationID = "5f1f3ad1-4f7e-4b4b-8a57-1f0c4a0c7c11"
	sampleConnectionID   = "acme_EFBpWGQRVBCUSagNu2Tp9S"
	sampleRedirectionID  = "119eb0b9-b99b-436e-ada9-5721603ab96e"
)

var (
	sampleTime    = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	sampleManager = organization.Managing{
		Client: organization.Client{Scope: organization.Scope{Environment: organization.Production}}, Root: organization.Organization{ID: "root", Domain: "your-domain"},
		Target: organization.Organization{
			ID: sampleOrganizationID, Root: "root", Domain: "acme", Name: "Acme", CreatedAt: sampleTime, UpdatedAt: sampleTime,
			Details: organization.Details{Locality: "Stockholm", Country: "SE", PrivacyPolicyURL: "https://acme.example/privacy"},
		},
	}
	sampleMetaKey = organization.MetaKey{ID: "9c57ba6f-6089-4624-8a09-cc7eba146e6a", Name: "department", Type: organization.MetaString, CreatedAt: sampleTime}
)

func sampledToken() tokenBody {
	return tokenBody{AccessToken: "eyJhbGciOiJSUzI1NiIs...", TokenType: "Bearer", ExpiresIn: 3600, Scope: "read:users read_many:users"}
}

func sampledOrganization() organizationBody {
	return wordOrganization(sampleManager, sampleManager.Target)
}

func sampledFormerOrganization() goneOrganizationBody {
	return goneOrganizationBody{envelope: organizationEnvelope(sampleManager, "acme"), Deleted: true, Domain: "acme", ID: sampleOrganizationID}
}

func sampledUser() userBody {
	return wordUser(sampleManager, organization.User{
		ID: sampleUser, Colour: "#3fa9f5", CreatedAt: sampleTime, UpdatedAt: sampleTime,
		Metadata: []organization.Metadatum{{ID: "377af4fa-3562-4193-aa9c-0122efc8bd74", Key: sampleMetaKey.ID, Value: "Astronautics"}},
		Profile: organization.Profile{
			Email: sampleEmail, GivenName: "Janis", FamilyName: "Joplin", Gender: "female", Birthdate: "1943-01-19", Zone: "America/Los_Angeles", Locale: "fr",
			Address: organization.Address{Country: "FR", Locality: "Lille", PostalCode: "59000", Street: "165 avenue de Bretagne"},
		},
	}, map[string]organization.MetaKey{sampleMetaKey.ID: sampleMetaKey})
}

func sampledApplication() applicationBody {
	return wordApplication(sampleManager, organization.Application{ID: sampleApplication, CreatedAt: sampleTime, UpdatedAt: sampleTime, Settings: organization.ApplicationSettings{
		Name: "Front office", Type: "react", RedirectURLs: []string{sampleLanding}, LogoutURLs: []string{sampleOrigin}, CORSOrigins: []string{sampleOrigin},
		WebOrigins: []string{sampleOrigin}, DefaultAfterLogin: sampleLanding,
	}})
}

func sampledFormerApplication() goneApplicationBody {
	return goneApplicationBody{applicationEnvelope: envelopeOfApplication(sampleManager), ClientID: sampleApplication, Deleted: true, ID: sampleApplication}
}

func sampledConnection(nested bool) connectionBody {
	redirection := organization.Redirection{
		ID: sampleRedirectionID, Connection: sampleConnectionID, ServiceProvider: "your_domain_Tr3YREKMiaahKHJosBp8Pb", Application: sampleApplication, URI: sampleLanding, CreatedAt: sampleTime, UpdatedAt: sampleTime,
	}
	c := connected{onboarding: nested, Connection: organization.Connection{
		ID: sampleConnectionID, ServiceProvider: redirection.ServiceProvider, Active: true, Provider: organization.ProviderUnset, Policy: organization.AnyUser, DefaultRedirection: redirection.ID,
		Onboarding: &organization.Onboarding{
			ID: "6ab338de-a92b-4b1f-9590-0694d151f971", Email: "it@client.example", State: organization.NotInitialized, CreatedAt: sampleTime, UpdatedAt: sampleTime,
		},
		CreatedAt: sampleTime, UpdatedAt: sampleTime,
	}}
	if nested {
		c.redirection = &redirection
	}
	s := &Surface{config: Config{PublicURL: "https://eid.example"}}
	return s.wordConnection(sampleManager, c)
}

func sampledOnboarding() onboardingBody { return sampledConnection(true).Onboarding.(onboardingBody) }

func sampledRedirection() redirectionBody {
	return sampledConnection(true).Redirection.(redirectionBody)
}

func sampledMetaKey() metaKeyBody { return wordMetaKey(sampleManager, sampleMetaKey) }

func sampledTokens() sampleBody {
	claims := map[string]any{"application_metadata": map[string]any{}, "aud": nil, "cid": nil, "resource_owner_metadata": map[string]any{"department": nil}, "ver": 1}
	return sampleBody{Domain: "acme", Type: "__JwtSamples__", Access: "eyJhbGciOiJSUzI1NiIs...", AccessKeys: claimKeys(claims), Identity: "eyJhbGciOiJSUzI1NiIs...", IdentityKeys: claimKeys(claims)}
}

func sampledEvent() eventBody {
	return wordEvent(sampleManager, inbound.Event{Email: sampleEmail, Told: audit.Told{Position: 17, Fact: audit.Fact{
		Environment: string(organization.Production), Kind: audit.UserUpdated, Subject: userSubject + sampleUser, At: sampleTime,
	}}})
}

func sampledKeys() keySetBody {
	return keySetBody{Keys: []keyBody{{
		Algorithm: "RS256", Exponent: "AQAB", ID: "9f8e5150-e5b1-481a-9025-fc76bd5cbebe", Type: "RSA", Modulus: "xP_-...", Use: "sig", Chain: []string{"MIID..."},
		Thumbprint: "A9Zt0Ig1wco_EozOrNHzGslBYwlrIPRFroQoW8CDLXI", Underscored: "A9Zt0Ig1wco_EozOrNHzGslBYwlrIPRFroQoW8CDLXI",
	}}}
}

func sampledIssuer() issuerBody { return wordIssuer("https://eid.example", "acme") }

// listed is a list of one.
func listed[T any](item T) listBody[T] {
	frame := pageBody{CurrentPage: 1, PerPage: usualPageSize, TotalCount: 1, TotalPages: 1}
	return listBody[T]{Type: "List", Data: []T{item}, Pagination: frame, Paginate: frame, Total: 1, TotalCount: 1}
}
