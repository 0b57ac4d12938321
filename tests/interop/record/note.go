package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// Signature types of [C2SP signed-note].
const (
	Plain    = 0x01
	Cosigned = 0x04
)

// Signer is a key with the name and the type that its signatures carry.
type Signer struct {
	Called string
	Type   byte
	Key    Key
}

// ID = SHA-256(name || "\n" || type || key)[:4]
func (s Signer) ID() uint32 {
	sum := sha256.Sum256(append(append([]byte(s.Called+"\n"), s.Type), s.Key[:]...))
	return binary.BigEndian.Uint32(sum[:4])
}

// Vkey = name+hex(id)+base64(type || key)
func (s Signer) Vkey() string {
	encoded := base64.StdEncoding.EncodeToString(append([]byte{s.Type}, s.Key[:]...))
	return fmt.Sprintf("%s+%08x+%s", s.Called, s.ID(), encoded)
}

// Name, KeyHash and Verify make a note.Verifier of it.
func (s Signer) Name() string { return s.Called }

// KeyHash is the key id.
func (s Signer) KeyHash() uint32 { return s.ID() }

// Verify checks a plain signature, or [C2SP tlog-cosignature] cosignature/v1:
// u64 BE time || Ed25519("cosignature/v1\ntime N\n" || text)
func (s Signer) Verify(text, signature []byte) bool {
	if s.Type == Plain {
		return s.Key.Verify(text, signature)
	}
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
	return time < 1<<63 && s.Key.Verify(message, signature[8:])
}

// NoteLine is one signature line: who is said to have signed, and the bytes behind the name.
type NoteLine struct {
	Name string
	Blob []byte
}

// ID is the key id of a line.
func (l NoteLine) ID() uint32 { return binary.BigEndian.Uint32(l.Blob) }

// IsBy tells whether the line says that this key signed; not whether it did.
func (l NoteLine) IsBy(s Signer) bool { return l.Name == s.Called && l.ID() == s.ID() }

// ParseNote splits a signed note in its one written form into text and signature lines.
func ParseNote(raw []byte, most int) (string, []NoteLine, error) {
	if !utf8.Valid(raw) {
		return "", nil, fmt.Errorf("it is not UTF-8")
	}
	at := bytes.LastIndex(raw, []byte("\n\n"))
	if at < 0 || len(raw) == at+2 || raw[len(raw)-1] != '\n' {
		return "", nil, fmt.Errorf("it is no signed note")
	}
	text := string(raw[:at+1])
	for _, c := range text {
		if c < 0x20 && c != '\n' {
			return "", nil, fmt.Errorf("a control character stands in it")
		}
	}
	rows := strings.Split(string(raw[at+2:len(raw)-1]), "\n")
	if len(rows) > most {
		return "", nil, fmt.Errorf("it has %d signature lines, and %d at most are read", len(rows), most)
	}
	var lines []NoteLine
	for _, row := range rows {
		line, err := parseNoteLine(row)
		if err != nil {
			return "", nil, err
		}
		lines = append(lines, line)
	}
	return text, lines, nil
}

func parseNoteLine(row string) (NoteLine, error) {
	words := strings.Split(row, " ")
	if len(words) != 3 || words[0] != "—" || words[1] == "" {
		return NoteLine{}, fmt.Errorf("%.80q is no signature line", row)
	}
	for _, c := range words[1] {
		if c == '+' || unicode.IsSpace(c) || c < 0x20 {
			return NoteLine{}, fmt.Errorf("%.80q names no key", row)
		}
	}
	blob, err := Base64(words[2])
	if err != nil || len(blob) < 5 {
		return NoteLine{}, fmt.Errorf("%.80q has no signature", row)
	}
	return NoteLine{words[1], blob}, nil
}

// Base64 reads padded base64 in its one form.
func Base64(word string) ([]byte, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(word)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != word {
		return nil, fmt.Errorf("%.80q is no base64 in its one form", word)
	}
	return raw, nil
}

// Encode64 writes padded base64.
func Encode64(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// Open has the note library verify a note that all of these have signed, and nobody else.
func Open(raw []byte, signers []Signer) error {
	verifiers := make([]note.Verifier, len(signers))
	for n, s := range signers {
		verifiers[n] = s
	}
	opened, err := note.Open(raw, note.VerifierList(verifiers...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != len(signers) || len(opened.UnverifiedSigs) != 0 {
		return fmt.Errorf("%d good signatures, %d required", len(opened.Sigs), len(signers))
	}
	return nil
}
