package failover

import (
	"testing"

	"github.com/eidgate/eidgate/test/standin/bankid"
)

// A router on the way forgets the connection that all orders share by HTTP/2, and says nothing. New connections would do.
func TestAConnectionThatTheNetworkForgotIsNotKept(t *testing.T) {
	t.Parallel()
	w := openTo(t, &world{bank: bankid.New(t, bankid.Config{HTTP2: true})},
		"EIDGATE_ROUTES_SE_BANKID=bankid", "EIDGATE_PROVIDERS_BANKID_BREAKER_OPEN=300ms", "EIDGATE_PROVIDERS_BANKID_TIMEOUT=1s")
	w.warm(t)
	w.toBank.forsake(t)
	w.start(t, swedish).uncertain(t)
	w.warm(t)
}
