package wiring

import (
	"fmt"
	"io"

	"github.com/eidgate/eidgate/app/organization"
)

// greet says where the gateway answers and, in development, what to try.
func greet(to io.Writer, c Config) {
	if c.Mode == Production {
		_, _ = fmt.Fprintf(to, "eidgate answers at %s; readiness and metrics at http://%s\n", c.PublicURL, c.Ops.Listen)
		return
	}
	mailbox := ""
	if c.Mail.SMTPURL.IsZero() { // see newPost
		mailbox = "\n                  " + c.PublicURL + "/dev/mail      letters that would have been sent"
	}
	_, _ = fmt.Fprintf(to, `
eidgate answers at %[1]s (development mode: this machine only, everything made up)

  in a browser:   %[1]s/simulator     play the people behind the six eIDs
                  %[1]s/docs          the APIs%[4]s
  health:         http://%[2]s/readyz

  a first app token, for %[3]s of the demo organization:

    curl -s %[1]s/api/v1/sso/token -H 'Content-Type: application/json' \
      -d '{"client_id":"demo-sso","client_secret":"demo-sso-secret","email":"%[3]s"}'

  and the start of an eID login; open the "url" of the answer in a browser, where a page of ours shows the code:

    curl -s %[1]s/api/v1/criipto/ftn/auth -H 'Content-Type: application/json' \
      -d '{"redirect_uri":"%[1]s/simulator/plain","method":"se.bankid.qr"}'

  an eID operation: who is it, with Swedish BankID? Approve it in the simulator, then ask with the "id" of the answer:

    curl -s -u demo:demo-eid-secret %[1]s/v3/bankid-se/auth -d '{}' -H 'Content-Type: application/json'
    curl -s -u demo:demo-eid-secret %[1]s/v3/bankid-se/auth/ID

  the same on a page of ours; open the "url" of the answer in a browser:

    curl -s -u demo:demo-eid-secret %[1]s/v3/mitid/auth -d '{}' -H 'Content-Type: application/json'

  a hosted session, where the person chooses an eID; open its "authenticationUrl" in a browser (see /docs/sessions):

    token=$(curl -s -u demo-session:demo-session-secret %[1]s/auth/open/connect/token \
      -d grant_type=client_credentials | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
    curl -s %[1]s/auth/rest/sessions -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
      -d '{"flow":"redirect","requestedAttributes":["name"],"callbackUrls":{"success":"%[1]s/simulator/plain","abort":"%[1]s/simulator/plain","error":"%[1]s/simulator/plain"}}'

  a token with which a back office keeps organizations, their users and connections (see /docs/organizations):

    curl -s -u 00000000-0000-4000-8000-000000000001:demo-management-secret %[1]s/api/v2/oauth/token \
      -d grant_type=client_credentials

  the account story in seconds: go run ./cmd/eidgate demo

ready
`, c.PublicURL, c.Ops.Listen, organization.DemoEmail, mailbox)
}
