package orgapi

import (
	"slices"

	"github.com/eidgate/eidgate/domain/audit"
)

// EventCode is what one kind of fact is called at this surface. Codes that begin with API_ tell of what management clients
// did, so that whoever filters by the codes of sign-ins is not disturbed.
type EventCode struct {
	Code     string `json:"code"`
	Kind     string `json:"kind"` // see the constants of package audit
	Sentence string `json:"sentence"`
}

// Events lists the codes of log events in the order of [audit.Kinds]: one for every kind of fact, and no code for two. The
// slice is the caller's own.
func Events() []EventCode { return slices.Clone(eventCodes) }

var eventCodes = []EventCode{
	{"ACCOUNT_REGISTERED", audit.AccountRegistered, "An account was made."},
	{"ACCOUNT_UPDATED", audit.AccountUpdated, "An account's data changed."},
	{"ACCOUNT_NUMBER_GIVEN", audit.AccountNumberGiven, "An account was registered with a national number that nobody has proved."},
	{"ACCOUNT_NUMBER_ATTACHED", audit.AccountNumberAttached, "An eID proved the national number of an account."},
	{"ACCOUNT_NUMBER_REFUSED", audit.AccountNumberRefused, "An eID proved a national number that the account cannot have."},
	{"ACCOUNT_MONITORING_STARTED", audit.AccountMonitoringStarted, "The number of an account is monitored."},
	{"ACCOUNT_MONITORING_STOPPED", audit.AccountMonitoringStopped, "The number of an account is monitored no more."},
	{"ACCOUNT_PASSWORD_CHANGED", audit.AccountPasswordChanged, "The password of an account changed."},
	{"ACCOUNT_TOKENS_REVOKED", audit.AccountTokensRevoked, "The tokens of an account were revoked."},
	{"ACCOUNT_DELETED", audit.AccountDeleted, "An account was deleted."},
	{"ACCOUNT_TOKEN_ISSUED", audit.TokenIssued, "A token of the account API was issued."},
	{"ACCOUNT_LOGIN_CODE_ISSUED", audit.LoginCodeIssued, "A login code was issued."},
	{"ACCOUNT_LOGIN_CODE_REDEEMED", audit.LoginCodeRedeemed, "A login code was redeemed."},
	{"EID_SESSION_OPENED", audit.SessionOpened, "A session with an eID was opened."},
	{"EID_SESSION_BOUND", audit.SessionBound, "A browser came to the page of a session; it is that browser's from now on."},
	{"EID_SESSION_CHOSEN", audit.SessionEIDChosen, "The person chose one of the eIDs that the organization takes."},
	{"EID_SESSION_PENDING", audit.SessionPending, "The provider of the eID took an order."},
	{"EID_SESSION_REOPENED", audit.SessionReopened, "An order ran out, or the person wants another one; the session is open for it."},
	{"EID_SESSION_PROGRESSED", audit.SessionProgressed, "The person came further."},
	{"EID_SESSION_COMPLETED", audit.SessionCompleted, "The person did what was asked, and it was proved."},
	{"EID_SESSION_REFUSED", audit.SessionRefused, "The person or the eID said no."},
	{"EID_SESSION_FAILED", audit.SessionFailed, "A session could not be carried out."},
	{"EID_SESSION_EXPIRED", audit.SessionExpired, "Nobody finished a session in time."},
	{"EID_CARD_CHECKED", audit.CardChecked, "A digital identity card was verified."},
	{"EID_DOCUMENT_UPLOADED", audit.DocumentUploaded, "A document to be signed was uploaded."},
	{"EID_DOCUMENT_REMOVED", audit.DocumentRemoved, "A client removed a document."},
	{"EID_CALLBACK_DELIVERED", audit.CallbackDelivered, "A client took the news of its session."},
	{"EID_CALLBACK_GIVEN_UP", audit.CallbackGivenUp, "A client did not take the news of its session, and nobody tries again."},
	{"EID_EVIDENCE_SHOWN", audit.EvidenceShown, "An operator looked at the proofs of a session."},
	{"API_ORGANIZATION_CREATED", audit.OrganizationFounded, "An organization was made."},
	{"API_ORGANIZATION_UPDATED", audit.OrganizationUpdated, "An organization's name or details changed."},
	{"API_ORGANIZATION_DELETED", audit.OrganizationDeleted, "An organization was deleted."},
	{"API_USER_CREATED", audit.UserAdded, "A user was made."},
	{"API_USER_UPDATED", audit.UserUpdated, "A user's profile changed."},
	{"API_METADATA_SET", audit.UserMetadataSet, "A user has another value for a key."},
	{"API_USER_DELETED", audit.UserDeleted, "A user was deleted."},
	{"API_METAKEY_CREATED", audit.MetaKeyAdded, "A key of user metadata was made."},
	{"API_METAKEY_DELETED", audit.MetaKeyRemoved, "A key of user metadata was removed, and every value for it."},
	{"API_APPLICATION_CREATED", audit.ApplicationAdded, "An application was made."},
	{"API_APPLICATION_UPDATED", audit.ApplicationUpdated, "An application's settings changed."},
	{"API_APPLICATION_DELETED", audit.ApplicationDeleted, "An application was deleted."},
	{"API_SSO_CONNECTION_CREATED", audit.ConnectionAdded, "An SSO connection was made."},
	{"API_SSO_CONNECTION_UPDATED", audit.ConnectionUpdated, "An SSO connection's type of provider or default redirection changed."},
	{"API_SSO_CONNECTION_ACTIVATED", audit.ConnectionActivated, "An SSO connection was switched on."},
	{"API_SSO_CONNECTION_DISABLED", audit.ConnectionDisabled, "An SSO connection was switched off."},
	{"API_SSO_POLICY_UPDATED", audit.ConnectionPolicyChanged, "Who may sign in through an SSO connection changed."},
	{"API_SSO_METADATA_UPDATED", audit.ConnectionMetadataSet, "An SSO connection has other metadata of its identity provider."},
	{"API_SSO_CONNECTION_DELETED", audit.ConnectionDeleted, "An SSO connection was deleted."},
	{"API_SSO_REDIRECTION_CREATED", audit.RedirectionAdded, "An SSO connection has another default redirection."},
	{"API_SSO_ONBOARDING_CREATED", audit.OnboardingAdded, "An administrator is to set an SSO connection up."},
	{"API_SSO_ONBOARDING_UPDATED", audit.OnboardingUpdated, "The administrator's address or the chosen provider changed."},
	{"API_SSO_ONBOARDING_RESET", audit.OnboardingReset, "An onboarding begins anew; invitations so far are worthless."},
	{"ONBOARDING_PROVIDER_CHOSEN", audit.OnboardingProviderChosen, "The administrator chose the identity provider."},
	{"API_SSO_ADMIN_INVITED", audit.AdministratorInvited, "A letter is on its way to the administrator."},
	{"API_SSO_ADMIN_UNREACHABLE", audit.AdministratorUnreachable, "The letter to the administrator could not be sent, and its link is revoked."},
	{"ONBOARDING_INVITATION_ACCEPTED", audit.InvitationAccepted, "The administrator came through an invitation."},
	{"SIGNING_KEY_CREATED", audit.SigningKeyMade, "The organization has a signing key."},
	{"SIGNING_KEY_RETIRED", audit.SigningKeyRetired, "A signing key signs no more."},
	{"API_TOKEN_SAMPLE_ISSUED", audit.TokenSampleIssued, "Sample tokens were issued."},
	{"PLAN_OFFERED", audit.PlanOffered, "A plan is offered."},
	{"CLIENT_ENROLLED", audit.ClientEnrolled, "A client was enrolled."},
	{"CLIENT_REVOKED", audit.ClientRevoked, "A client was revoked."},
}

var codeOf, kindOf = func() (codes, kinds map[string]string) {
	codes, kinds = map[string]string{}, map[string]string{}
	for _, e := range eventCodes {
		codes[e.Kind], kinds[e.Code] = e.Code, e.Kind
	}
	return codes, kinds
}()
