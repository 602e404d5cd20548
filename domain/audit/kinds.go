package audit

// The kinds of fact: everything that the trail can hold. Listeners rely on the words; one that was released never
// changes its meaning.
const (
	AccountRegistered        = "account.registered"
	AccountUpdated           = "account.updated"
	AccountNumberGiven       = "account.number_given"    // the number came with the registration, unproven
	AccountNumberAttached    = "account.number_attached" // an eID proved it
	AccountNumberRefused     = "account.number_refused"
	AccountMonitoringStarted = "account.monitoring_started"
	AccountMonitoringStopped = "account.monitoring_stopped"
	AccountPasswordChanged   = "account.password_changed"
	AccountTokensRevoked     = "account.tokens_revoked"
	AccountDeleted           = "account.deleted"
	TokenIssued              = "token.issued"
	LoginCodeIssued          = "login_code.issued"
	LoginCodeRedeemed        = "login_code.redeemed"
	SessionOpened            = "session.opened"
	SessionBound             = "session.bound"      // a browser came to the session's page, and it is that browser's from now on
	SessionEIDChosen         = "session.eid_chosen" // by the person, among those that the organization takes
	SessionReopened          = "session.reopened"   // the order ran out, or the person wants another one
	SessionPending           = "session.pending"
	SessionProgressed        = "session.progressed" // the person came further; see the hint
	SessionCompleted         = "session.completed"
	SessionRefused           = "session.refused"
	SessionFailed            = "session.failed"
	SessionExpired           = "session.expired"
	CardChecked              = "card.checked"
	DocumentUploaded         = "document.uploaded"
	DocumentRemoved          = "document.removed"   // by a client, before its time
	CallbackDelivered        = "callback.delivered" // the client took the news of its session
	CallbackGivenUp          = "callback.given_up"  // and here it did not; nobody tries again
	EvidenceShown            = "evidence.shown"     // an operator looked at the proofs of a session
	OrganizationFounded      = "organization.founded"
	OrganizationUpdated      = "organization.updated"
	UserAdded                = "user.added"
	UserUpdated              = "user.updated"
	UserMetadataSet          = "user.metadata_set"
	UserDeleted              = "user.deleted"
	MetaKeyAdded             = "metakey.added"
	MetaKeyRemoved           = "metakey.removed"
	ApplicationAdded         = "application.added"
	ApplicationUpdated       = "application.updated"
	ApplicationDeleted       = "application.deleted"
	ConnectionAdded          = "sso_connection.added"
	ConnectionUpdated        = "sso_connection.updated"
	ConnectionActivated      = "sso_connection.activated"
	ConnectionDisabled       = "sso_connection.disabled"
	ConnectionPolicyChanged  = "sso_connection.policy_changed"
	ConnectionMetadataSet    = "sso_connection.metadata_set"
	ConnectionDeleted        = "sso_connection.deleted"
	RedirectionAdded         = "sso_connection.redirection_added"
	OnboardingAdded          = "sso_connection.onboarding_added"
	OnboardingUpdated        = "sso_connection.onboarding_updated"
	OnboardingReset          = "sso_connection.onboarding_reset"
	OnboardingProviderChosen = "sso_connection.provider_chosen" // by the customer's administrator
	AdministratorInvited     = "sso_connection.administrator_invited"
	AdministratorUnreachable = "sso_connection.administrator_unreachable" // the letter could not be sent
	InvitationAccepted       = "sso_connection.invitation_accepted"
	SigningKeyMade           = "signing_key.made"
	SigningKeyRetired        = "signing_key.retired"
	TokenSampleIssued        = "token_sample.issued"
	OrganizationDeleted      = "organization.deleted"
	PlanOffered              = "plan.offered"
	ClientEnrolled           = "client.enrolled"
	ClientRevoked            = "client.revoked"
)

// Kinds lists every kind of fact, by subject and then in the order in which they happen to it. The slice is the
// caller's own.
func Kinds() []string {
	return []string{
		AccountRegistered, AccountUpdated, AccountNumberGiven, AccountNumberAttached, AccountNumberRefused,
		AccountMonitoringStarted, AccountMonitoringStopped, AccountPasswordChanged, AccountTokensRevoked, AccountDeleted,
		TokenIssued,
		LoginCodeIssued, LoginCodeRedeemed,
		SessionOpened, SessionBound, SessionEIDChosen, SessionPending, SessionReopened, SessionProgressed, SessionCompleted, SessionRefused, SessionFailed, SessionExpired,
		CardChecked,
		DocumentUploaded, DocumentRemoved,
		CallbackDelivered, CallbackGivenUp,
		EvidenceShown,
		OrganizationFounded, OrganizationUpdated, OrganizationDeleted,
		UserAdded, UserUpdated, UserMetadataSet, UserDeleted,
		MetaKeyAdded, MetaKeyRemoved,
		ApplicationAdded, ApplicationUpdated, ApplicationDeleted,
		ConnectionAdded, ConnectionUpdated, ConnectionActivated, ConnectionDisabled, ConnectionPolicyChanged, ConnectionMetadataSet, ConnectionDeleted,
		RedirectionAdded, OnboardingAdded, OnboardingUpdated, OnboardingReset, OnboardingProviderChosen, AdministratorInvited, AdministratorUnreachable, InvitationAccepted,
		SigningKeyMade, SigningKeyRetired, TokenSampleIssued,
		PlanOffered,
		ClientEnrolled, ClientRevoked,
	}
}
