package freja

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// Details are what is signed of a result, before it is.
type Details struct {
	Header map[string]any
	Claims map[string]any
	Raw    string // replaces the whole, if not ""
	Repeat string // JSON members that are put behind the claims, whatever is there already
	key    *rsa.PrivateKey
}

// Twist spoils the details of one result.
type Twist func(*Details)

// Twist spoils the next details, one after the other.
func (s *Service) Twist(twists ...Twist) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twists = append(s.twists, twists...)
}

// Forged signs with another key, under the thumbprint of the right one.
func Forged(d *Details) { d.key = foreignKey() }

// Claim sets a member of the claims.
func Claim(name string, value any) Twist { return func(d *Details) { d.Claims[name] = value } }

// Header sets a member of the header. With alg HS256 it signs with the certificate as the secret; with none, not at all.
func Header(name string, value any) Twist { return func(d *Details) { d.Header[name] = value } }

func (s *Service) thumbprint() string {
	sum := sha1.Sum(s.Signer.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *Service) details(o *order) string {
	info := any(o.UserInfo)
	if who, ok := o.ssn(); ok && o.UserInfoType == "SSN" {
		info = who
	}
	d := &Details{
		Header: map[string]any{"alg": "RS256", "x5t": s.thumbprint()},
		Claims: map[string]any{
			refName(o.signs): o.ref, "status": o.status, "userInfoType": o.UserInfoType, "userInfo": info,
			"minRegistrationLevel": o.MinRegistrationLevel, "timestamp": o.settled.UnixMilli(), "requestedAttributes": o.attributes(),
		},
		key: signerKey(),
	}
	if o.signs {
		d.Claims["signatureType"] = o.SignatureType
		d.Claims["signatureData"] = map[string]any{
			"userSignature":     encode([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + encode([]byte(o.DataToSign.Text)) + "." + encode([]byte("signature")),
			"certificateStatus": base64.StdEncoding.EncodeToString([]byte("an OCSP response")),
		}
	}
	if len(s.twists) > 0 {
		s.twists[0](d)
		s.twists = s.twists[1:]
	}
	return d.sign(s.Signer.Raw)
}

// attributes are those that the order asks for.
func (o *order) attributes() map[string]any {
	p := o.by
	all := map[string]struct {
		name  string
		value any
	}{
		"BASIC_USER_INFO":   {"basicUserInfo", map[string]any{"name": p.GivenName, "surname": p.Surname}},
		"SSN":               {"ssn", ssn{p.Country, p.Number}},
		"DATE_OF_BIRTH":     {"dateOfBirth", p.Born},
		"EMAIL_ADDRESS":     {"emailAddress", p.Email},
		"ALL_PHONE_NUMBERS": {"allPhoneNumbers", []any{map[string]any{"phoneNumber": p.Phone}}},
		"ADDRESSES": {"addresses", []any{
			map[string]any{"country": p.Country, "city": "Postköping", "postCode": "123 45", "address1": "Box 1", "type": "POSTAL"},
			map[string]any{"country": p.Country, "city": "Storstad", "postCode": "123 46", "address1": "Storgatan 1", "address2": "lgh 1101", "type": "RESIDENTIAL",
				"sourceType": "GOVERNMENT_REGISTRY", "validFrom": "1990-01-01"},
		}},
	}
	told := map[string]any{}
	for _, a := range o.AttributesToReturn {
		if given, ok := all[a.Attribute]; ok {
			told[given.name] = given.value
		}
	}
	return told
}

func (d *Details) sign(certificate []byte) string {
	if d.Raw != "" {
		return d.Raw
	}
	header, err := json.Marshal(d.Header)
	if err != nil {
		panic(err) // a test put something there that is no JSON
	}
	claims, err := json.Marshal(d.Claims)
	if err != nil {
		panic(err)
	}
	if d.Repeat != "" {
		claims = append(claims[:len(claims)-1], []byte(","+d.Repeat+"}")...)
	}
	signed := encode(header) + "." + encode(claims)
	switch d.Header["alg"] {
	case "none":
		return signed + "."
	case "HS256":
		mac := hmac.New(sha256.New, certificate)
		mac.Write([]byte(signed))
		return signed + "." + encode(mac.Sum(nil))
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, d.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // only of a key that is too short
	}
	return signed + "." + encode(signature)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
