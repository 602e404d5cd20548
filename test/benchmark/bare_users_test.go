package benchmark

import "time"

// managingRow is who manages: a client, its root organization, the one that it asks about, and what is remembered of one
// that is gone.
type managingRow struct {
	client       clientRow
	root, target organizationRow
	gone         struct{ id, root, domain string }
}

func (r *managingRow) fields() []any {
	all := append(append(r.client.fields(), r.root.fields()...), r.target.fields()...)
	return append(all, &r.gone.id, &r.gone.root, &r.gone.domain)
}

type userRow struct {
	id, organization, environment       string
	created, updated, version, sequence int64
	sealed                              []byte
}

// envelope is what everything begins with.
type envelope struct {
	Access      string `json:"__access__"`
	Domain      string `json:"__domain__"`
	Environment string `json:"__environment__"`
	ManagedBy   string `json:"__managed_by__"`
	Type        string `json:"__type__"`
}

type shownUser struct {
	envelope
	Address         *string      `json:"address"`
	AvatarHexaColor string       `json:"avatar_hexa_color"`
	Email           string       `json:"email"`
	EmailVerified   bool         `json:"email_verified"`
	ID              string       `json:"id"`
	InsertedAt      string       `json:"inserted_at"`
	MetaData        []string     `json:"meta_data"`
	Metadata        []string     `json:"metadata"`
	PhoneNumber     *string      `json:"phone_number"`
	PhoneVerified   bool         `json:"phone_number_verified"`
	Profile         shownProfile `json:"profile"`
	UpdatedAt       string       `json:"updated_at"`
}

type shownProfile struct {
	envelope
	Address     *string `json:"address"`
	Birthdate   *string `json:"birthdate"`
	Email       string  `json:"email"`
	FamilyName  string  `json:"family_name"`
	Gender      *string `json:"gender"`
	GivenName   string  `json:"given_name"`
	Locale      *string `json:"locale"`
	Name        string  `json:"name"`
	Nickname    *string `json:"nickname"`
	PhoneNumber *string `json:"phone_number"`
	Picture     *string `json:"picture"`
	Profile     *string `json:"profile"`
	Website     *string `json:"website"`
	Zoneinfo    *string `json:"zoneinfo"`
}

type listedUsers struct {
	Type       string      `json:"__type__"`
	Data       []shownUser `json:"data"`
	Pagination frame       `json:"pagination"`
	Paginate   frame       `json:"paginate"`
	Total      int         `json:"total"`
	TotalCount int         `json:"total_count"`
}

type frame struct {
	CurrentPage int `json:"current_page"`
	NextPage    int `json:"next_page"`
	PerPage     int `json:"per_page"`
	PrevPage    int `json:"prev_page"`
	TotalCount  int `json:"total_count"`
	TotalPages  int `json:"total_pages"`
}

// newUser is the body of a request for one.
type newUser struct {
	Email      string `json:"email"`
	GivenName  string `json:"given_name"`
	FamilyName string `json:"family_name"`
}

func (r *managingRow) show(id, colour string, created, updated int64, u newUser) shownUser {
	naive := func(micros int64) string { return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05") }
	e := envelope{"limited_to:" + r.target.domain, r.target.domain, r.client.environment, r.root.domain, "User"}
	p := shownProfile{envelope: e, Email: u.Email, FamilyName: u.FamilyName, GivenName: u.GivenName, Name: u.GivenName + " " + u.FamilyName}
	p.Type = "Profile"
	return shownUser{
		envelope: e, AvatarHexaColor: colour, Email: u.Email, ID: id, InsertedAt: naive(created), MetaData: []string{}, Metadata: []string{}, Profile: p,
		UpdatedAt: naive(updated),
	}
}
