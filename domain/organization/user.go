package organization

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a user of a directory.
var (
	ErrNoUser    = fault.New(fault.NotFound, "user_unknown", "There is no such user.")
	ErrUser      = fault.New(fault.Invalid, "user_invalid", "The user's data is invalid.")
	ErrUserEmail = fault.New(fault.Invalid, "user_email_taken", "A user of the organization has this e-mail address already.")
)

// User is a person in the directory of an organization, in one environment. E-mail addresses are unique there. Profile
// and metadata are personal data and are kept sealed.
type User struct {
	ID        string
	Scope     Scope
	Colour    string // of the avatar: "#" and six hexadecimal digits
	Profile   Profile
	Metadata  []Metadatum // one for a key at most, in the order in which they were set first
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64 // how often it was saved; storage refuses a stale one
	Sequence  int64 // the last fact's number
}

// Metadatum is the value that a user has for one of the organization's keys. Its key may have been removed since: then
// it counts as removed, too.
type Metadatum struct {
	ID    string
	Key   string // the identifier of the [MetaKey]
	Value string
}

// Arrival is what makes a user.
type Arrival struct {
	ID      string
	Scope   Scope
	Colour  string
	Profile Profile
	By      By
}

// Admit makes a user. It fails with [ErrUser], which carries one violation for each field at fault.
func Admit(a Arrival, now time.Time) (User, []audit.Fact, error) {
	u := User{ID: a.ID, Scope: a.Scope, Colour: a.Colour, Profile: a.Profile.trimmed(), CreatedAt: now, UpdatedAt: now}
	if err := u.Profile.check(now); err != nil {
		return User{}, nil, err
	}
	return u, []audit.Fact{u.tell(audit.UserAdded, a.By, now, nil)}, nil
}

// Update replaces what the change names. What changes nothing tells nothing. It fails with [ErrUser].
func (u User) Update(c ProfileChange, by By, now time.Time) (User, []audit.Fact, error) {
	next := u
	next.Profile = c.Of(u.Profile).trimmed()
	if err := next.Profile.check(now); err != nil {
		return User{}, nil, err
	}
	if next.Profile == u.Profile {
		return u, nil, nil
	}
	next.UpdatedAt = now
	return next, []audit.Fact{next.tell(audit.UserUpdated, by, now, nil)}, nil
}

// SetMetadata gives the user a value for a key, in place of the one it has. It fails with [ErrMetaValue] when the value
// is not of the key's type. id is the identifier of a value that is new.
func (u User) SetMetadata(key MetaKey, value, id string, by By, now time.Time) (User, []audit.Fact, error) {
	if !key.Type.holds(value) {
		return User{}, nil, ErrMetaValue.On("key_value")
	}
	next := u
	next.Metadata = slices.Clone(u.Metadata)
	at := slices.IndexFunc(next.Metadata, func(m Metadatum) bool { return m.Key == key.ID })
	switch {
	case at < 0:
		next.Metadata = append(next.Metadata, Metadatum{ID: id, Key: key.ID, Value: value})
	case next.Metadata[at].Value == value:
		return u, nil, nil
	default:
		next.Metadata[at].Value = value
	}
	next.UpdatedAt = now
	return next, []audit.Fact{next.tell(audit.UserMetadataSet, by, now, map[string]string{"metakey": key.ID})}, nil
}

// Delete tells that the user is gone; storage removes everything about it but the facts.
func (u User) Delete(by By, now time.Time) []audit.Fact {
	return []audit.Fact{u.tell(audit.UserDeleted, by, now, nil)}
}

func (u *User) tell(kind string, by By, now time.Time, details map[string]string) audit.Fact {
	u.Sequence++
	return by.fact(u.Scope, kind, "user/"+u.ID, u.Sequence, now, details)
}

// fact is what happened to a thing that belongs to a scope.
func (b By) fact(scope Scope, kind, subject string, sequence int64, now time.Time, details map[string]string) audit.Fact {
	actor := b.Actor
	if actor == "" {
		actor = audit.System
	}
	return audit.Fact{
		Organization: scope.Organization, Environment: string(scope.Environment), Kind: kind, Subject: subject,
		Sequence: sequence, At: now, Actor: actor, Details: details,
	}
}
