package audit

// Usage is how many sessions of one sort settled in a time.
type Usage struct {
	Organization string // its identifier
	Environment  string
	EID          string // "" where the person never chose one
	Operation    string
	Reference    string // the organization's usage reference, "" for none
	State        string // how they ended: completed, refused, failed, expired
	Sessions     int
}
