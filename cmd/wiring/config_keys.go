package wiring

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// key is one key of the configuration, bound to its field.
type key struct {
	name  string // dotted, such as database.url
	field reflect.Value
}

// allKeys lists the keys of a configuration in the order of its fields, with those of the themes that it has.
func allKeys(c *Config) []key {
	var list []key
	gather(reflect.ValueOf(c).Elem(), "", &list)
	return list
}

func gather(group reflect.Value, prefix string, list *[]key) {
	for i := range group.NumField() {
		field := group.Type().Field(i)
		if field.Anonymous {
			gather(group.Field(i), prefix, list)
			continue
		}
		if !field.IsExported() {
			continue
		}
		name := prefix + field.Tag.Get("key")
		switch value := group.Field(i).Interface().(type) {
		case Themes:
			for _, id := range slices.Sorted(maps.Keys(value)) {
				gather(reflect.ValueOf(value[id]).Elem(), name+"."+id+".", list)
			}
		case Secret, PrivateURL:
			*list = append(*list, key{name: name, field: group.Field(i)})
		default:
			if group.Field(i).Kind() == reflect.Struct {
				gather(group.Field(i), name+".", list)
			} else {
				*list = append(*list, key{name: name, field: group.Field(i)})
			}
		}
	}
}

// variable is a key's name in the environment.
func variable(name string) string {
	return "EIDGATE_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name))
}

// private holds for what may also be given as a file.
func (k key) private() bool {
	switch k.field.Interface().(type) {
	case Secret, PrivateURL:
		return true
	}
	return false
}

// many holds for lists.
func (k key) many() bool { return k.field.Kind() == reflect.Slice }

// set reads the values into the field; a single value has one. Its errors quote nothing, since anything may have
// been put in the wrong place.
func (k key) set(values []string) error {
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	var value any
	var err error
	switch k.field.Interface().(type) {
	case string:
		value = first
	case Mode:
		value = Mode(first)
	case bool:
		value, err = parseBool(first)
	case int:
		value, err = parseInt(first)
	case time.Duration:
		value, err = parseDuration(first)
	case Size:
		value, err = ParseSize(first)
	case Secret:
		value = NewSecret(first)
	case PrivateURL:
		value = NewPrivateURL(first)
	case []string:
		value = values
	case []netip.Prefix:
		value, err = parsePrefixes(values)
	default:
		panic(fmt.Sprintf("wiring: the key %s has a type that cannot be read", k.name))
	}
	if err == nil {
		k.field.Set(reflect.ValueOf(value))
	}
	return err
}

// show gives the values of the field, masked where they are nobody's business.
func (k key) show() []string {
	switch value := k.field.Interface().(type) {
	case []string:
		return value
	case []netip.Prefix:
		list := []string{}
		for _, p := range value {
			list = append(list, p.String())
		}
		return list
	case time.Duration:
		return []string{showDuration(value)}
	case string:
		if strings.Contains(value, "://") {
			return []string{maskURL(value)}
		}
		return []string{value}
	default:
		return []string{fmt.Sprint(value)}
	}
}

func parseBool(text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errors.New("is neither true nor false")
}

func parseInt(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, errors.New("is no whole number")
	}
	return int(n), nil
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("is no duration such as 500ms, 10s or 720h")
	}
	return d, nil
}

// showDuration leaves out the zero minutes and seconds with which package time ends a duration.
func showDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// parsePrefixes reads CIDR ranges; an address alone stands for itself.
func parsePrefixes(values []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, v := range values {
		if a, err := netip.ParseAddr(v); err == nil {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(v)
		if err != nil {
			return nil, errors.New("holds something that is neither an address nor a CIDR range")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}
