package sqlstore

import (
	"context"
	"net"
	"time"
)

// bounded makes connections that break when the server is silent for too long. The driver itself waits for an answer
// as long as the network lets it, whatever the context of the statement says: it asks the server to stop, and a
// server that cannot be heard does not.
type bounded struct {
	net.Dialer
	silence time.Duration
}

func (b bounded) Dial(network, address string) (net.Conn, error) {
	return b.DialContext(context.Background(), network, address)
}

func (b bounded) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return b.DialContext(ctx, network, address)
}

func (b bounded) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := b.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	patience := time.AfterFunc(b.silence, func() { _ = c.Close() }) // who reads is told so
	patience.Stop()
	return &heard{Conn: c, patience: patience, silence: b.silence}, nil
}

// heard is a connection on which somebody waits only when an answer is due.
type heard struct {
	net.Conn
	patience *time.Timer
	silence  time.Duration
}

func (h *heard) Read(b []byte) (int, error) {
	h.patience.Reset(h.silence)
	defer h.patience.Stop()
	return h.Conn.Read(b)
}
