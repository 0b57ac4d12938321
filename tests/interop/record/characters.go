package record

import (
	"fmt"
	"strings"
)

// script tells which script a character is of; 0 for what stands beside any.
type script byte

type span struct {
	first, last rune
	script      script
}

// spans is the table of characters of docs/formats.md, section 1.
var spans = []span{
	{0x20, 0x40, 0}, {0x5b, 0x60, 0}, {0x7b, 0x7e, 0}, {0xa1, 0xa7, 0}, {0xa9, 0xa9, 0}, {0xab, 0xac, 0},
	{0xae, 0xae, 0}, {0xb0, 0xb3, 0}, {0xb5, 0xb7, 0}, {0xb9, 0xb9, 0}, {0xbb, 0xbf, 0}, {0xd7, 0xd7, 0},
	{0xf7, 0xf7, 0}, {0x2013, 0x2014, 0}, {0x2018, 0x201e, 0}, {0x2022, 0x2022, 0}, {0x2026, 0x2026, 0},
	{0x2030, 0x2030, 0}, {0x2039, 0x203a, 0}, {0x20ac, 0x20ac, 0}, {0x2116, 0x2116, 0}, {0x2122, 0x2122, 0},
	{0x41, 0x5a, 'L'}, {0x61, 0x7a, 'L'}, {0xaa, 0xaa, 'L'}, {0xba, 0xba, 'L'}, {0xc0, 0xd6, 'L'},
	{0xd8, 0xf6, 'L'}, {0xf8, 0x148, 'L'}, {0x14a, 0x17e, 'L'}, {0x218, 0x21b, 'L'}, {0x1e9e, 0x1e9e, 'L'},
	{0x386, 0x386, 'G'}, {0x388, 0x38a, 'G'}, {0x38c, 0x38c, 'G'}, {0x38e, 0x3a1, 'G'}, {0x3a3, 0x3ce, 'G'},
	{0x400, 0x45f, 'C'}, {0x490, 0x491, 'C'},
}

const (
	wordSigns      = "-'’_·.+&@*#^~=|¹²³0123456789"
	fileSeparators = ".-_"
)

var scripts = func() map[rune]script {
	table := map[rune]script{}
	for _, s := range spans {
		for c := s.first; c <= s.last; c++ {
			table[c] = s.script
		}
	}
	return table
}()

// checkCharacters refuses characters that are not of the table, and words of two scripts.
func checkCharacters(line string, file bool) error {
	word := script(0)
	for _, c := range line {
		here, known := scripts[c]
		switch {
		case !known:
			return fmt.Errorf("the character U+%04X stands in no record", c)
		case here != 0 && word != 0 && here != word:
			return fmt.Errorf("a word of two scripts: %.80q", line)
		case here != 0:
			word = here
		case !strings.ContainsRune(wordSigns, c), file && strings.ContainsRune(fileSeparators, c):
			word = 0
		}
	}
	return nil
}
