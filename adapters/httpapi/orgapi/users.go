package orgapi

import (
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

func userRows() []row {
	const all, one, byEmail = "/api/v2/org/:org_domain/users", "/api/v2/org/:org_domain/users/:user_id", "/api/v2/org/:org_domain/user-by-email/:user_email"
	return []row{
		{name: "getUserByEmail", methods: get, pattern: byEmail, scope: "read:users", target: domainInPath, run: (*Surface).getUserByEmail},
		{name: "listUsers", methods: get, pattern: all, scope: "read_many:users", target: domainInPath, run: (*Surface).listUsers},
		{name: "createUser", methods: post, pattern: all, scope: "create:users", target: domainInPath, run: (*Surface).createUser},
		{name: "getUser", methods: get, pattern: one, scope: "read:users", target: domainInPath, run: (*Surface).getUser},
		{name: "updateUser", methods: update, pattern: one, scope: "update:users", target: domainInPath, run: (*Surface).updateUser},
		{name: "deleteUser", methods: remove, pattern: one, scope: "delete:users", target: domainInPath, run: (*Surface).deleteUser},
	}
}

var userColumns = columns{
	"inserted_at": insertedAt, "updated_at": updatedAt,
	"email": {field: organization.FieldEmail, tests: []organization.Test{organization.Equals, organization.In}, values: anyText},
}

func (s *Surface) listUsers(r *request) (int, any, error) {
	l, err := r.listing(userColumns)
	if err != nil {
		return 0, nil, err
	}
	found, total, err := s.Directory.Users(r.ctx(), r.m, l)
	if err != nil {
		return 0, nil, err
	}
	keys, err := s.keysOf(r, found...)
	if err != nil {
		return 0, nil, err
	}
	items := make([]userBody, 0, len(found))
	for _, u := range found {
		items = append(items, wordUser(r.m, u, keys))
	}
	return http.StatusOK, list(r, items, total), nil
}

func (s *Surface) getUser(r *request) (int, any, error) {
	found, err := s.Directory.User(r.ctx(), r.m, r.path("user_id"))
	return s.showUser(r, http.StatusOK, found, err)
}

func (s *Surface) getUserByEmail(r *request) (int, any, error) {
	found, err := s.Directory.UserByEmail(r.ctx(), r.m, r.path("user_email"))
	return s.showUser(r, http.StatusOK, found, err)
}

func (s *Surface) createUser(r *request) (int, any, error) {
	c := readProfile(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	made, err := s.Directory.AddUser(r.ctx(), r.m, newProfile(c))
	return s.showUser(r, http.StatusCreated, made, err)
}

func (s *Surface) updateUser(r *request) (int, any, error) {
	c := readProfile(r.params)
	if err := r.params.Err(); err != nil {
		return 0, nil, err
	}
	updated, err := s.Directory.UpdateUser(r.ctx(), r.m, r.path("user_id"), c)
	return s.showUser(r, http.StatusOK, updated, err)
}

func (s *Surface) deleteUser(r *request) (int, any, error) {
	was, err := s.Directory.DeleteUser(r.ctx(), r.m, r.path("user_id"))
	if err != nil {
		return 0, nil, err
	}
	keys, err := s.keysOf(r, was)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, deleted(wordUser(r.m, was, keys)), nil
}

// showUser answers with one user, unless there is an error.
func (s *Surface) showUser(r *request, status int, u organization.User, err error) (int, any, error) {
	if err != nil {
		return 0, nil, err
	}
	keys, err := s.keysOf(r, u)
	if err != nil {
		return 0, nil, err
	}
	return status, wordUser(r.m, u, keys), nil
}

// keysOf says what the users' metadata are called. Where there are none, nobody is asked.
func (s *Surface) keysOf(r *request, users ...organization.User) (map[string]organization.MetaKey, error) {
	for _, u := range users {
		if len(u.Metadata) > 0 {
			return s.Directory.EveryMetaKey(r.ctx(), r.m)
		}
	}
	return nil, nil
}

func wordUser(m organization.Managing, u organization.User, keys map[string]organization.MetaKey) userBody {
	domain := m.Target.Domain
	b := userBody{
		envelope: limited(m, "User", domain), AvatarHexaColor: u.Colour, ID: u.ID, InsertedAt: naive(u.CreatedAt), Metadata: []metadatumBody{},
		Profile: wordProfile(m, u.Profile), UpdatedAt: naive(u.UpdatedAt),
	}
	for _, one := range u.Metadata {
		if key, known := keys[one.Key]; known {
			b.Metadata = append(b.Metadata, metadatumBody{envelope: limited(m, "MetaData", domain), ID: one.ID, Key: wordMetaKey(m, key), Value: one.Value})
		}
	}
	b.Address, b.Email, b.MetaData, b.PhoneNumber = b.Profile.Address, b.Profile.Email, b.Metadata, b.Profile.PhoneNumber
	return b
}

func wordMetaKey(m organization.Managing, k organization.MetaKey) metaKeyBody {
	return metaKeyBody{
		envelope: limited(m, "MetaKey", m.Target.Domain), ID: k.ID, InsertedAt: naive(k.CreatedAt), Name: k.Name, Required: k.Required, Type: string(k.Type),
	}
}

// The wire.

// userBody has what the later generation of the API shows of a person at the top and under names of its own, too: clients of
// one generation do not find it where the other looks.
type userBody struct {
	envelope
	Address         *addressBody    `json:"address"` // the profile's
	AvatarHexaColor string          `json:"avatar_hexa_color"`
	Email           string          `json:"email"`          // the profile's
	EmailVerified   bool            `json:"email_verified"` // nothing here verifies one
	ID              string          `json:"id"`
	InsertedAt      string          `json:"inserted_at"`
	MetaData        []metadatumBody `json:"meta_data"` // the same as Metadata
	Metadata        []metadatumBody `json:"metadata"`
	PhoneNumber     *string         `json:"phone_number"`          // the profile's
	PhoneVerified   bool            `json:"phone_number_verified"` // nothing here verifies one
	Profile         profileBody     `json:"profile"`
	UpdatedAt       string          `json:"updated_at"`
}

type metadatumBody struct {
	envelope
	ID    string      `json:"id"`
	Key   metaKeyBody `json:"key"`
	Value string      `json:"value"`
}

type metaKeyBody struct {
	envelope
	ID         string `json:"id"`
	InsertedAt string `json:"inserted_at"`
	Name       string `json:"name"`
	Required   bool   `json:"required"`
	Type       string `json:"type"`
}
