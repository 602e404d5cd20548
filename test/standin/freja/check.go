package freja

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

// request is every field that an order may have.
type request struct {
	UserInfoType         string      `json:"userInfoType"`
	UserInfo             string      `json:"userInfo"`
	MinRegistrationLevel string      `json:"minRegistrationLevel"`
	AttributesToReturn   []attribute `json:"attributesToReturn"`

	Title            *string       `json:"title"`
	PushNotification *notification `json:"pushNotification"`
	Expiry           *int64        `json:"expiry"`
	DataToSignType   string        `json:"dataToSignType"`
	DataToSign       *dataToSign   `json:"dataToSign"`
	SignatureType    string        `json:"signatureType"`
}

type attribute struct {
	Attribute string `json:"attribute"`
}

type notification struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type dataToSign struct {
	Text       string `json:"text"`
	BinaryData string `json:"binaryData"`
}

type ssn struct {
	Country string `json:"country"`
	SSN     string `json:"ssn"`
}

var numbers = map[string]*regexp.Regexp{
	"SE": regexp.MustCompile(`^[0-9]{12}$`), "NO": regexp.MustCompile(`^[0-9]{11}$`), "DK": regexp.MustCompile(`^[0-9]{10}$`),
	"FI": regexp.MustCompile(`^[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]$`),
}

var phone = regexp.MustCompile(`^\+[0-9]{7,15}$`)

// attributes are those that are given, and whether they need somebody's identity to be checked.
var known = map[string]bool{
	"BASIC_USER_INFO": true, "SSN": true, "DATE_OF_BIRTH": true, "ADDRESSES": true, "AGE": true,
	"EMAIL_ADDRESS": false, "ALL_PHONE_NUMBERS": false, "REGISTRATION_LEVEL": false,
}

var levels = []string{"BASIC", "EXTENDED", "PLUS"}

// check gives the code that refuses a login, or fine.
func (r request) check(signs bool) int {
	switch {
	case !slices.Contains([]string{"SSN", "PHONE", "INFERRED"}, r.UserInfoType):
		return 1001
	case !r.names():
		return 1002
	case r.MinRegistrationLevel != "" && !slices.Contains(levels, r.MinRegistrationLevel):
		return 1007
	}
	for _, a := range r.AttributesToReturn {
		deep, ok := known[a.Attribute]
		if !ok || deep && (r.MinRegistrationLevel == "" || r.MinRegistrationLevel == "BASIC") {
			if signs {
				return 3005
			}
			return 2002
		}
	}
	if !signs && (r.Title != nil || r.PushNotification != nil || r.Expiry != nil || r.DataToSign != nil || r.DataToSignType+r.SignatureType != "") {
		return 1010
	}
	return fine
}

// names holds for user information that says whom.
func (r request) names() bool {
	if len(r.UserInfo) > 256 {
		return false
	}
	switch r.UserInfoType {
	case "INFERRED":
		return r.UserInfo == "N/A"
	case "PHONE":
		return phone.MatchString(r.UserInfo)
	}
	_, ok := r.ssn()
	return ok
}

func (r request) ssn() (ssn, bool) {
	var who ssn
	text, err := base64.StdEncoding.Strict().DecodeString(r.UserInfo)
	if err != nil || !read(text, &who) || numbers[who.Country] == nil {
		return ssn{}, false
	}
	return who, numbers[who.Country].MatchString(who.SSN)
}

// checkSignature gives the code that refuses what a signature has beyond a login, or fine.
func (r request) checkSignature(now time.Time) int {
	simple := r.DataToSignType == "SIMPLE_UTF8_TEXT"
	switch {
	case !simple && r.DataToSignType != "EXTENDED_UTF8_TEXT":
		return 3000
	case r.DataToSign == nil || !text(r.DataToSign.Text) || simple && r.DataToSign.BinaryData != "" || !simple && !binary(r.DataToSign.BinaryData):
		return 3001
	case simple && r.SignatureType != "SIMPLE" || !simple && r.SignatureType != "EXTENDED":
		return 3002
	case r.Expiry != nil && (*r.Expiry < now.Add(2*time.Minute).UnixMilli() || *r.Expiry > now.Add(30*24*time.Hour).UnixMilli()):
		return 3003
	case r.PushNotification != nil && (r.PushNotification.Title == "" || utf8.RuneCountInString(r.PushNotification.Text) > 256):
		return 3004
	case r.Title != nil && (*r.Title == "" || utf8.RuneCountInString(*r.Title) > 128):
		return 3007
	}
	return fine
}

func text(encoded string) bool {
	plain, err := base64.StdEncoding.Strict().DecodeString(encoded)
	return err == nil && len(plain) > 0 && utf8.Valid(plain) && utf8.RuneCount(plain) <= 4096
}

func binary(encoded string) bool {
	plain, err := base64.StdEncoding.Strict().DecodeString(encoded)
	return err == nil && len(plain) > 0 && len(plain) <= 5<<20
}

// read takes one JSON object of known members.
func read(body []byte, into any) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil {
		return false
	}
	_, err := d.Token()
	return err == io.EOF
}
