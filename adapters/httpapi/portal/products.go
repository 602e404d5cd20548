package portal

import "github.com/eidgate/eidgate/domain/organization"

// product is an identity provider that can be bought, with what stands on its screens, in the English version. Only what
// its makers document is told; where a product has no such place, the list is empty.
type product struct {
	Type     organization.ProviderType
	Name     string   // "" for what no product is named
	Setup    []string // the way to a new application
	Import   string   // where our metadata can be loaded
	EntityID []string // the fields for the entity ID
	ReplyURL []string // the fields for the reply address
	Metadata []string // the way to the product's own metadata
	Server   string   // the end of the address at which a server of the customer's own tells its metadata
}

var products = []product{
	{
		Type: organization.ProviderAzureAD, Name: "Microsoft Entra ID (Azure AD)",
		Setup:  []string{"Enterprise applications", "New application", "Create your own application", "Single sign-on", "SAML"},
		Import: "Upload metadata file", EntityID: []string{"Identifier (Entity ID)"}, ReplyURL: []string{"Reply URL (Assertion Consumer Service URL)"},
		Metadata: []string{"Single sign-on", "SAML Certificates", "Federation Metadata XML"},
	},
	{
		Type: organization.ProviderADFS, Name: "AD FS",
		Setup:  []string{"AD FS Management", "Relying Party Trusts", "Add Relying Party Trust"},
		Import: "Import data about the relying party from a file", EntityID: []string{"Relying party trust identifier"},
		ReplyURL: []string{"Relying party SAML 2.0 SSO service URL"}, Server: "/FederationMetadata/2007-06/FederationMetadata.xml",
	},
	{
		Type: organization.ProviderOkta, Name: "Okta",
		Setup:    []string{"Applications", "Create App Integration", "SAML 2.0"},
		EntityID: []string{"Audience URI (SP Entity ID)"}, ReplyURL: []string{"Single sign-on URL"}, Metadata: []string{"Applications", "Sign On"},
	},
	{
		Type: organization.ProviderPingFederate, Name: "PingFederate",
		Setup: []string{"Applications", "SP Connections"}, Import: "Import Metadata",
		EntityID: []string{"Partner's Entity ID (Connection ID)"}, ReplyURL: []string{"Assertion Consumer Service URL"},
		Metadata: []string{"System", "Metadata Export"},
	},
	{
		Type: organization.ProviderPingOne, Name: "PingOne",
		Setup: []string{"Applications", "SAML Application", "Configure"}, Import: "Import Metadata",
		EntityID: []string{"Entity ID"}, ReplyURL: []string{"ACS URLs"}, Metadata: []string{"Applications", "Download Metadata"},
	},
	{
		Type: organization.ProviderAuth0, Name: "Auth0",
		Setup:    []string{"Applications", "Create Application", "Addons", "SAML2 Web App"},
		EntityID: []string{`Settings: "audience"`}, ReplyURL: []string{"Application Callback URL"},
		Metadata: []string{"SAML2 Web App", "Usage", "Identity Provider Metadata"},
	},
	{
		Type: organization.ProviderOneLogin, Name: "OneLogin",
		Setup:    []string{"Applications", "Add App", "SAML Custom Connector (Advanced)", "Configuration"},
		EntityID: []string{"Audience (EntityID)"}, ReplyURL: []string{"ACS (Consumer) URL", "ACS (Consumer) URL Validator"},
		Metadata: []string{"More Actions", "SAML Metadata"},
	},
	{
		Type: organization.ProviderGoogle, Name: "Google Workspace",
		Setup:    []string{"Apps", "Web and mobile apps", "Add app", "Add custom SAML app"},
		EntityID: []string{"Entity ID"}, ReplyURL: []string{"ACS URL"}, Metadata: []string{"Web and mobile apps", "Download metadata"},
	},
	{Type: organization.ProviderCustom},
}

// productOf finds what was chosen; what is none that we know counts as one without a name.
func productOf(chosen organization.ProviderType) product {
	for _, p := range products {
		if p.Type == chosen {
			return p
		}
	}
	return products[len(products)-1]
}
