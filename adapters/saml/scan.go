package saml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// The bounds of a document. Federations with thousands of providers are beyond them, and hold no single one anyway.
const (
	mostDepth      = 32
	mostElements   = 10_000
	mostAttributes = 64      // of one element, declarations of namespaces included
	mostValue      = 8 << 10 // bytes of an attribute
)

// Why a document cannot be read. None of it quotes the document.
var (
	errSyntax      = errors.New("it is not well-formed")
	errDirective   = errors.New("it has a document type or another directive")
	errInstruction = errors.New("it has a processing instruction")
	errOutside     = errors.New("it has no root element, or something beside it")
	errBounds      = errors.New("it is too deep, has too many elements or attributes, or one that is too long")
	errNamespace   = errors.New("it has a prefix without a namespace, or a namespace that is none")
	errTwice       = errors.New("it has an attribute twice")
)

// element is what is kept of one: all but comments, and text between child elements.
type element struct {
	name       xml.Name // with its namespace
	attributes map[xml.Name]string
	text       strings.Builder
	children   []*element

	raw        xml.Name          // as it was written
	namespaces map[string]string // in force, by prefix
}

// attribute is the value of one without a namespace, as all of SAML's are; "" when it is not there.
func (e *element) attribute(name string) string { return e.attributes[xml.Name{Local: name}] }

// all gives the children of that name.
func (e *element) all(space, local string) (list []*element) {
	for _, c := range e.children {
		if c.name == (xml.Name{Space: space, Local: local}) {
			list = append(list, c)
		}
	}
	return list
}

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// scan reads a document. It takes raw tokens: package xml would let undeclared prefixes, repeated attributes, a second
// root, document types and instructions pass.
func scan(document string) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(document))
	d.Strict = true
	var root *element
	var open []*element
	count := 0
	for {
		begins := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errSyntax
		}
		switch token := token.(type) {
		case xml.StartElement:
			if count++; count > mostElements || len(open) == mostDepth {
				return nil, errBounds
			}
			e, err := begin(token, open)
			if err != nil {
				return nil, err
			}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case root != nil:
				return nil, errOutside
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].raw != token.Name {
				return nil, errSyntax
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(token)
			} else if strings.Trim(string(token), " \t\r\n") != "" {
				return nil, errOutside
			}
		case xml.ProcInst:
			if token.Target != "xml" || begins != 0 {
				return nil, errInstruction
			}
		case xml.Directive:
			return nil, errDirective
		}
	}
	if len(open) > 0 {
		return nil, errSyntax
	}
	if root == nil {
		return nil, errOutside
	}
	return root, nil
}

// begin gives the element that a tag begins, its names resolved.
func begin(tag xml.StartElement, open []*element) (*element, error) {
	e := &element{raw: tag.Name, attributes: make(map[xml.Name]string, len(tag.Attr)), namespaces: map[string]string{"xml": xmlSpace}}
	if len(open) > 0 {
		e.namespaces = open[len(open)-1].namespaces
	}
	if len(tag.Attr) > mostAttributes {
		return nil, errBounds
	}
	if err := e.declare(tag.Attr); err != nil {
		return nil, err
	}
	for _, a := range tag.Attr {
		if len(a.Value) > mostValue {
			return nil, errBounds
		}
		if prefix, declared := declaration(a.Name); declared {
			a.Name = xml.Name{Space: xmlnsSpace, Local: prefix}
		} else if a.Name.Space != "" { // without a prefix, an attribute has no namespace
			space, known := e.namespaces[a.Name.Space]
			if !known {
				return nil, errNamespace
			}
			a.Name.Space = space
		}
		if strings.Contains(a.Name.Local, ":") {
			return nil, errNamespace
		}
		if _, there := e.attributes[a.Name]; there {
			return nil, errTwice
		}
		e.attributes[a.Name] = a.Value
	}
	space, known := e.namespaces[tag.Name.Space]
	if !known && tag.Name.Space != "" || strings.Contains(tag.Name.Local, ":") {
		return nil, errNamespace
	}
	e.name = xml.Name{Space: space, Local: tag.Name.Local}
	return e, nil
}

// declare takes the namespaces that a tag declares. What is not declared anew is shared with the parent.
func (e *element) declare(attributes []xml.Attr) error {
	own := false
	for _, a := range attributes {
		prefix, declared := declaration(a.Name)
		if !declared {
			continue
		}
		if prefix == "xml" && a.Value == xmlSpace {
			continue
		}
		if prefix == "xml" || prefix == "xmlns" || a.Value == xmlSpace || a.Value == xmlnsSpace || prefix != "" && a.Value == "" {
			return errNamespace
		}
		if !own {
			inherited := e.namespaces
			e.namespaces = make(map[string]string, len(inherited)+1)
			for k, v := range inherited {
				e.namespaces[k] = v
			}
			own = true
		}
		if e.namespaces[prefix] = a.Value; len(e.namespaces) > mostAttributes { // each copy of them costs
			return errBounds
		}
	}
	return nil
}

// declaration gives the prefix that an attribute declares, "" for the default namespace.
func declaration(name xml.Name) (prefix string, declared bool) {
	if name.Space == "xmlns" {
		return name.Local, true
	}
	return "", name.Space == "" && name.Local == "xmlns"
}
