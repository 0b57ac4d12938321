package law

import (
	"fmt"
	"regexp"
	"strings"
)

// compileForm is the pattern of a form: words with parts in angle brackets, no two of which touch, and
// behind none of which stands what could be part of it.
func compileForm(form string) (*regexp.Regexp, error) {
	pattern, rest, first := "^", form, true
	for {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			return regexp.Compile(pattern + regexp.QuoteMeta(rest) + "$")
		}
		end := strings.IndexByte(rest, '>')
		if at == 0 && !first || end < at {
			return nil, fmt.Errorf("the form %q has parts that touch, or one without an end", form)
		}
		part, known := formParts[rest[at+1:end]]
		if !known || end+1 < len(rest) && strings.IndexByte(part.set, rest[end+1]) >= 0 {
			return nil, fmt.Errorf("the form %q has an unknown part, or one that does not end", form)
		}
		pattern += regexp.QuoteMeta(rest[:at]) + part.pattern
		rest, first = rest[end+1:], false
	}
}

func hasForm(words string, forms []string) bool {
	for _, form := range forms {
		if pattern, err := compileForm(form); err == nil && pattern.MatchString(words) {
			return true
		}
	}
	return false
}
