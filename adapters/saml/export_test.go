package saml

// Scan says whether a document is taken, whatever it is about.
func Scan(document string) error {
	_, err := scan(document)
	return err
}
