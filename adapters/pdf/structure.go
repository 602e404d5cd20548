package pdf

import (
	"context"
	"errors"
)

// structure is what a signature needs to know of a document.
type structure struct {
	root    ref
	catalog value
	page    ref
	leaf    value // the first page's dictionary
	form    value // a dictionary, null if there is none
	fields  value // the form's fields: an array, null if there is none
	notes   value // the first page's annotations, likewise
	next    int   // the lowest number that no object has
}

// inspect reads what a signature needs to know, and fails for a document that cannot have one.
func inspect(ctx context.Context, content []byte) (*document, *structure, error) {
	d, err := read(ctx, content)
	if err != nil {
		return nil, nil, err
	}
	s := &structure{}
	root := d.trailer.get("Root")
	if root.kind != reference {
		return nil, nil, errCatalog
	}
	s.root = root.ref
	if s.catalog, err = d.object(ctx, s.root); err != nil {
		return nil, nil, errors.Join(errCatalog, err)
	}
	if s.catalog.kind != dictionary || !s.catalog.get("Type").is("Catalog") {
		return nil, nil, errCatalog
	}
	if err := d.first(ctx, s); err != nil {
		return nil, nil, err
	}
	if s.notes, err = d.list(ctx, s.leaf.get("Annots"), errPage); err != nil {
		return nil, nil, err
	}
	if err := d.readForm(ctx, s); err != nil {
		return nil, nil, err
	}
	if err := d.permits(ctx, s.catalog); err != nil {
		return nil, nil, err
	}
	if s.next, err = d.lowest(); err != nil {
		return nil, nil, err
	}
	return d, s, s.apart()
}

// notesAt says where the first page's annotations are, when they are an object of their own.
func (s *structure) notesAt() (ref, bool) {
	at := s.leaf.get("Annots")
	return at.ref, at.kind == reference && s.notes.kind == array
}

// fieldsAt says where the form's fields are, when they are an object of their own.
func (s *structure) fieldsAt() (ref, bool) {
	at := s.form.get("Fields")
	return at.ref, at.kind == reference && s.fields.kind == array
}

// formAt says where the form is, when it is an object of its own.
func (s *structure) formAt() (ref, bool) {
	at := s.catalog.get("AcroForm")
	return at.ref, at.kind == reference && s.form.kind == dictionary
}

// apart fails when two of the parts that a signature may change are one object.
func (s *structure) apart() error {
	seen := map[int]bool{s.root.number: true}
	parts := []ref{s.page}
	for _, at := range []func() (ref, bool){s.notesAt, s.fieldsAt, s.formAt} {
		if r, apart := at(); apart {
			parts = append(parts, r)
		}
	}
	for _, r := range parts {
		if seen[r.number] {
			return errShared
		}
		seen[r.number] = true
	}
	return nil
}

// lowest gives the lowest number that no object has, whatever the trailer says.
func (d *document) lowest() (int, error) {
	size, known := d.trailer.get("Size").integer()
	if !known {
		return 0, errXref
	}
	next := max(size, 1)
	for n := range d.entries {
		next = max(next, n+1)
	}
	if next > mostNumber-newObjects {
		return 0, errTooComplex
	}
	return next, nil
}

// first looks for the first page.
func (d *document) first(ctx context.Context, s *structure) error {
	pages := s.catalog.get("Pages")
	if pages.kind != reference {
		return errPage
	}
	visited := map[ref]bool{}
	waiting := []ref{pages.ref} // the next one last
	for len(waiting) > 0 {
		at := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if visited[at] || len(visited) >= mostPageNodes {
			return errPage
		}
		visited[at] = true
		node, err := d.object(ctx, at)
		if err != nil {
			return errors.Join(errPage, err)
		}
		if node.kind != dictionary {
			return errPage
		}
		if node.get("Type").is("Page") && at != pages.ref {
			s.page, s.leaf = at, node
			return nil
		}
		kids, err := d.list(ctx, node.get("Kids"), errPage)
		if err != nil {
			return err
		}
		if !node.get("Type").is("Pages") || len(waiting)+len(kids.items) > mostValues {
			return errPage
		}
		for i := len(kids.items) - 1; i >= 0; i-- {
			if kids.items[i].kind != reference {
				return errPage
			}
			waiting = append(waiting, kids.items[i].ref)
		}
	}
	return errPage
}

// list finds an array that may be missing.
func (d *document) list(ctx context.Context, v value, otherwise error) (value, error) {
	found, err := d.find(ctx, v)
	if err != nil {
		return value{}, errors.Join(otherwise, err)
	}
	if found.kind != null && found.kind != array {
		return value{}, otherwise
	}
	return found, nil
}

func (d *document) readForm(ctx context.Context, s *structure) (err error) {
	if s.form, err = d.find(ctx, s.catalog.get("AcroForm")); err != nil {
		return errors.Join(errForm, err)
	}
	if s.form.kind != null && s.form.kind != dictionary {
		return errForm
	}
	s.fields, err = d.list(ctx, s.form.get("Fields"), errForm)
	return err
}

// annotating is the permission of a certified document under which a signature field may be added (ISO 32000-1,
// table 254): with less, only fields that are there may be filled in.
const annotating = 3

// permits fails where somebody has certified the document and forbidden what a signature does to it.
func (d *document) permits(ctx context.Context, catalog value) error {
	permissions, err := d.find(ctx, catalog.get("Perms"))
	if err != nil {
		return errors.Join(errCatalog, err)
	}
	certification, err := d.find(ctx, permissions.get("DocMDP"))
	if err != nil {
		return errors.Join(errCatalog, err)
	}
	if certification.kind == null {
		return nil
	}
	references, err := d.list(ctx, certification.get("Reference"), errCertified)
	if err != nil {
		return err
	}
	for _, item := range references.items {
		reference, err := d.find(ctx, item)
		if err != nil {
			return errors.Join(errCertified, err)
		}
		if !reference.get("TransformMethod").is("DocMDP") {
			continue
		}
		parameters, err := d.find(ctx, reference.get("TransformParams"))
		if err != nil {
			return errors.Join(errCertified, err)
		}
		if permission, known := parameters.get("P").integer(); known && permission == annotating {
			return nil
		}
	}
	return errCertified
}
