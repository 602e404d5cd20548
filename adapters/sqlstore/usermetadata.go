package sqlstore

import (
	"context"
	"slices"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

const (
	metakeysLiving  = `SELECT id FROM metakeys WHERE organization = ? AND environment = ? AND id IN (`
	metadataInsert  = `INSERT INTO user_metadata (organization, environment, user_id, metakey, id, position, sealed_key, sealed) VALUES `
	metadatumPlaces = `(?, ?, ?, ?, ?, ?, ?, ?)`
	metadataEnd     = ` ON CONFLICT (user_id, metakey) DO UPDATE SET id = excluded.id, sealed_key = excluded.sealed_key, sealed = excluded.sealed`
	metadatumDelete = `DELETE FROM user_metadata WHERE user_id = ? AND metakey = ?`
)

// metadataAtOnce bounds the statements of different length that are kept prepared.
const metadataAtOnce = 8

// addressed adds a condition on e-mail addresses. Any of the living keys may be the one under which an address is found.
func (u users) addressed(ctx context.Context, f filter, scope organization.Scope, c organization.Condition) (filter, error) {
	switch {
	case c.Test == organization.Equals && len(c.Values) == 1, c.Test == organization.In && len(c.Values) <= mostValues:
	default:
		return filter{}, errListing
	}
	under := map[string][]any{}
	for _, email := range c.Values {
		prints, err := u.l.store.userPrints(ctx, scope, email)
		if err != nil {
			return filter{}, err
		}
		for _, p := range prints {
			under[p.Key] = append(under[p.Key], p.Sum[:])
		}
	}
	found, args := []string{`1 = 0`}, []any{scope.Organization, string(scope.Environment)}
	for key, sums := range under {
		found = append(found, `e.key_id = ? AND e.fingerprint IN (`+places("?", len(sums))+`)`)
		args = append(append(args, key), sums...)
	}
	return f.and(`u.id IN (SELECT e.user_id FROM user_emails e WHERE e.organization = ? AND e.environment = ?
		AND (`+strings.Join(found, ` OR `)+`))`, args...), nil
}

// keepable leaves out values for keys that are gone, and keeps the others' keys from going until the unit of work ends.
// Keys are held before the user, as by who removes them.
func (u users) keepable(ctx context.Context, one organization.User) ([]organization.Metadatum, error) {
	var ids []string
	for _, m := range one.Metadata {
		if storable([]any{m.Key}) {
			ids = append(ids, m.Key)
		}
	}
	living := map[string]bool{}
	for some := range slices.Chunk(ids, mostValues) {
		names := padded(some)
		args := append([]any{one.Scope.Organization, string(one.Scope.Environment)}, names...)
		rows, err := all[textRow](ctx, u.l, metakeysLiving+places("?", len(names))+`) ORDER BY id`+u.l.store.dialect.keepRow, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			living[r.text] = true
		}
	}
	var kept []organization.Metadatum
	for _, m := range one.Metadata {
		if living[m.Key] {
			kept = append(kept, m)
		}
	}
	return kept, nil
}

// writeMetadata makes the stored values those of the user: what is as it was is not written.
func (u users) writeMetadata(ctx context.Context, one organization.User) error {
	var held []metadatumRow
	if one.Version > 0 {
		var err error
		if held, err = u.metadata(ctx, []string{one.ID}); err != nil {
			return err
		}
	}
	was, position := map[string]organization.Metadatum{}, int64(0)
	for _, r := range held {
		position = max(position, r.position)
		if !slices.ContainsFunc(one.Metadata, func(m organization.Metadatum) bool { return m.Key == r.key }) {
			if _, err := u.l.exec(ctx, metadatumDelete, one.ID, r.key); err != nil {
				return err
			}
			continue
		}
		m, err := u.l.store.metadatum(ctx, one.Scope, one.ID, r.key, r.id, r.sealed)
		if err != nil {
			return err
		}
		was[r.key] = m
	}
	var changed []organization.Metadatum
	for _, m := range one.Metadata {
		if was[m.Key] != m {
			changed = append(changed, m)
		}
	}
	for some := range slices.Chunk(changed, metadataAtOnce) {
		args := make([]any, 0, 8*len(some))
		for _, m := range some {
			sealed, key, err := u.l.store.sealer.Seal(ctx, metadatumPlace(one.Scope, one.ID, m.Key), []byte(m.Value))
			if err != nil {
				return err
			}
			position++
			args = append(args, one.Scope.Organization, string(one.Scope.Environment), one.ID, m.Key, m.ID, position, key, sealed)
		}
		if _, err := u.l.exec(ctx, metadataInsert+places(metadatumPlaces, len(some))+metadataEnd, args...); err != nil {
			return err
		}
	}
	return nil
}
