package organization

// EntityID is what we are called towards the identity provider of a connection: unique for each, and the address of our
// own metadata. publicURL is the deployment's own, without a slash at its end.
func (c Connection) EntityID(publicURL string) string {
	return publicURL + "/sso/sp/metadata/" + c.ID
}

// ReplyURL is where the identity provider of a connection sends people back to, by the HTTP-POST binding: the assertion
// consumer service of SAML 2.0.
func (c Connection) ReplyURL(publicURL string) string {
	return publicURL + "/sso/sp/consume/" + c.ID
}
