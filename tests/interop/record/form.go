package record

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Form is one type of value: it tells whether a word is the one written form of such a value.
type Form struct {
	name string
	ok   func(word string) bool
}

func matching(name, pattern string) Form {
	return Form{name, regexp.MustCompile("^(?:" + pattern + ")$").MatchString}
}

// number reads decimals without sign or leading zeroes, from least on, that have so many bits.
func number(bits int, least uint64) Form {
	return Form{"number", func(word string) bool {
		n, err := strconv.ParseUint(word, 10, bits)
		return err == nil && n >= least && strconv.FormatUint(n, 10) == word
	}}
}

func text(most int) Form {
	return Form{"text", func(line string) bool {
		return 1 <= len(line) && len(line) <= most && line[0] != ' ' && line[len(line)-1] != ' '
	}}
}

func oneOf(words ...string) Form {
	return Form{strings.Join(words, " or "), func(word string) bool { return contains(words, word) }}
}

func orNone(form Form) Form {
	return Form{form.name + " or none", func(word string) bool { return word == "none" || form.ok(word) }}
}

func base64Of(length int) Form {
	return Form{"base64", func(word string) bool {
		raw, err := Base64(word)
		return err == nil && len(raw) == length
	}}
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

const (
	label      = "[a-z0-9][a-z0-9-]{0,39}"
	numeral    = "(?:0|[1-9][0-9]*)"
	timeForm   = "2006-01-02T15:04:05.000Z"
	dayWritten = "2006-01-02"
	timeMost   = 253402127999999 // 9999-12-29T23:59:59.999Z
)

// The types of values.
var (
	codeForm     = matching("code", "[A-Z][A-Z0-9]{0,7}")
	labelForm    = matching("label", label)
	digestForm   = matching("digest", "[0-9a-f]{64}")
	originForm   = Form{"origin", isOrigin}
	number64     = number(64, 0)
	number32     = number(32, 0)
	positive     = number(64, 1)
	revisionForm = number(32, 2)
	textForm     = text(2000)
	sourceForm   = text(1900)
	timestamp    = Form{"time", func(word string) bool { _, err := ParseTime(word); return err == nil }}
	dayForm      = Form{"day", func(word string) bool {
		at, err := time.Parse(dayWritten, word)
		return err == nil && at.Format(dayWritten) == word && at.Year() >= 1970
	}}
	keyForm = Form{"key", func(word string) bool {
		raw, err := Base64(word)
		var key Key
		return err == nil && len(raw) == len(key) && copy(key[:], raw) == len(key) && key.Admissible()
	}}
	fractionForm = Form{"fraction", func(word string) bool {
		n, d, ok := Fraction(word)
		return ok && 0 < n && n <= d
	}}
)

var originPattern = regexp.MustCompile("^[a-z0-9](?:[a-z0-9./-]{0,62}[a-z0-9])?$")

// isOrigin: a letter or digit at both ends, and no two slashes together.
func isOrigin(word string) bool {
	return originPattern.MatchString(word) && !strings.Contains(word, "//")
}

// ParseTime reads milliseconds since 1970.
func ParseTime(word string) (int64, error) {
	at, err := time.Parse(timeForm, word)
	if err != nil || at.Format(timeForm) != word || at.UnixMilli() < 0 || at.UnixMilli() > timeMost {
		return 0, fmt.Errorf("%.80q is no time of a ledger", word)
	}
	return at.UnixMilli(), nil
}

// ParseDigest tells whether a word is 64 lowercase hexadecimal digits.
func ParseDigest(word string) bool { return digestForm.ok(word) }

// ParseNumber reads a decimal below 2^64.
func ParseNumber(word string) (uint64, bool) {
	n, err := strconv.ParseUint(word, 10, 64)
	return n, err == nil && strconv.FormatUint(n, 10) == word
}

// Fraction reads n/d.
func Fraction(word string) (n, d uint64, ok bool) {
	parts := strings.Split(word, "/")
	if len(parts) != 2 {
		return 0, 0, false
	}
	n, one := ParseNumber(parts[0])
	d, two := ParseNumber(parts[1])
	return n, d, one && two
}

// IsText tells whether words may stand as a line of text in a record.
func IsText(words string) bool { return textForm.ok(words) && checkCharacters(words, false) == nil }
