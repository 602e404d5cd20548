package idkollen

// person is somebody who can be told what to do.
type person struct {
	number, given, surname string
	birth                  string
	phone                  string
	pid                    string
	country                string // by Freja's word
}

// The people, by the names that [Decision] takes. All of them have Freja beside the eIDs of their country. Their numbers are test numbers that authorities and schemes publish.
const (
	Terne = "terne" // SE
	Anna  = "anna"  // SE
	Erik  = "erik"  // SE
	Sam   = "sam"   // SE, with a coordination number
	Kari  = "kari"  // NO
	Ola   = "ola"   // NO
	Mette = "mette" // DK
	Jens  = "jens"  // DK
	Vilma = "vilma" // FI
)

// The countries of Freja's users, as they are written there.
const (
	sweden  = "SWEDEN"
	norway  = "NORWAY"
	denmark = "DENMARK"
	finland = "FINLAND"
)

var people = map[string]person{
	Terne: {number: "196802020575", given: "Terne", surname: "Paulsen", country: sweden},
	Anna:  {number: "199001012385", given: "Anna", surname: "Andersson", country: sweden},
	Erik:  {number: "200001012392", given: "Erik", surname: "Eriksson", country: sweden},
	Sam:   {number: "197010632391", given: "Sam", surname: "Sjöberg", country: sweden},
	Kari:  {"27034698436", "Kari", "Prøve", "1946-03-27", "+4740000001", "9578-6000-4-000001", norway},
	Ola:   {"16084138758", "Ola", "Prøve", "1941-08-16", "+4740000002", "9578-6000-4-000002", norway},
	Mette: {"2101270087", "Mette", "Prøve", "1927-01-21", "+4520000001", "5d6c0e3a-0000-4000-8000-000000000001", denmark},
	Jens:  {"2712589100", "Jens", "Prøve", "1958-12-27", "+4520000002", "5d6c0e3a-0000-4000-8000-000000000002", denmark},
	Vilma: {"070770-905D", "Vilma", "Tunnistus", "1970-07-07", "+358400000001", "", finland},
}

// Number is the national number of one of the people, as IDkollen spells it, and Phone the telephone; "" for nobody.
func Number(who string) string { return people[who].number }

// Phone is the telephone of one of the people.
func Phone(who string) string { return people[who].phone }

// named finds a person by number or telephone.
func named(by string) person {
	for _, p := range people {
		if by != "" && (p.number == by || p.phone == by) {
			return p
		}
	}
	return person{}
}

// complete writes what a completed order says of its person: as much as was asked for, and is told there.
func (o *order) complete(r map[string]any) {
	p := o.person
	r["name"], r["givenName"], r["surname"] = p.given+" "+p.surname, p.given, p.surname
	switch o.eid() {
	case "bankid-se", "freja":
		r["ssn"] = p.number
		if o.eid() == "bankid-se" {
			r["certStartDate"] = "2024-02-29"
		} else {
			r["country"] = p.country
		}
		if o.said("orgNumber") != "" {
			r["companySignatoryText"] = p.given + " är företrädare för bolaget."
		}
	case "bankid-no", "vipps":
		r["birthDate"], r["pid"], r["bankId"] = p.birth, p.pid, "9980"
		if o.asked("requestSsn") {
			r["ssn"] = p.number
		}
	case "mitid":
		r["ssn"], r["birthDate"], r["pid"] = p.number, p.birth, p.pid
		if o.backs {
			delete(r, "ssn")
		}
	case "ftn":
		r["ssn"], r["birthDate"] = p.number, p.birth
	}
	if o.asked("requestPhone") {
		r["phone"] = p.phone
	}
	if o.asked("requestEmail") {
		r["email"] = p.given + "@example.com"
	}
	if o.asked("requestAddress") {
		r["address"] = "Storgatan 1\n111 22 Stad"
	}
	switch {
	case o.signed != nil:
		r["signedDocuments"] = o.signed
	case o.follow == "/v3/bankid-no/sign":
		r["signResult"] = map[string]any{"endUser": "cGVyc29u", "merchant": "bWVyY2hhbnQ=", "hash": "aGFzaA=="}
	case o.follow == "/v3/mitid/sign":
		r["signResult"] = map[string]any{"checksum": "Y2hlY2tzdW0="}
	}
}
