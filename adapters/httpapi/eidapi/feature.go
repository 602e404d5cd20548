package eidapi

import (
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

// The features that a client must have been given by name.
const (
	featureAll            = "all"
	featurePhone          = "phone"
	featureOrgNumber      = "orgNumber"
	featureRequestSSN     = "requestSsn"
	featureRequestEmail   = "requestEmail"
	featureRequestPhone   = "requestPhone"
	featureRequestAddress = "requestAddress"
	featureDocuments      = "documents"
)

// words are the eIDs as paths and features spell them.
var words = map[eid.EID]string{
	eid.SEBankID: "bankid-se", eid.SEFreja: "freja", eid.NOBankID: "bankid-no", eid.NOVipps: "vipps", eid.DKMitID: "mitid", eid.FIFTN: "ftn",
}

// Features lists the words that a client's features may hold at this surface: the eIDs, what else must be named, and
// "all". A client that names no eID may use each of them. The slice is the caller's own.
func Features() []string {
	var list []string
	for _, e := range eid.EIDs() {
		list = append(list, words[e])
	}
	return append(list, featurePhone, featureOrgNumber, featureRequestSSN, featureRequestEmail, featureRequestPhone,
		featureRequestAddress, featureDocuments, featureAll)
}

// permit fails with organization.ErrFeature, which blames the feature, where the client lacks one of them. "" is had by
// everybody.
func permit(client organization.Client, features ...string) error {
	if client.Demo || slices.Contains(client.Features, featureAll) {
		return nil
	}
	for _, feature := range features {
		if feature != "" && !slices.Contains(client.Features, feature) && !(isEID(feature) && !slices.ContainsFunc(client.Features, isEID)) {
			return organization.ErrFeature.On(feature)
		}
	}
	return nil
}

func isEID(feature string) bool {
	for _, word := range words {
		if word == feature {
			return true
		}
	}
	return false
}
