package export

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unpack writes the files of an archive into a new folder.
func unpack(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	folder, archive := t.TempDir(), tar.NewReader(packed)
	for {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return folder
		}
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(folder, filepath.FromSlash(entry.Name))
		raw, err := io.ReadAll(archive)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o755)
		}
		if err == nil {
			err = os.WriteFile(to, raw, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func said(folder, digest string) (string, error) {
	r, err := Audit(folder, Options{Council: digest})
	switch {
	case err != nil:
		return "NOT VERIFIED", err
	case r.Public:
		return "VERIFIED AS FAR AS IT IS PUBLIC", nil
	}
	return "VERIFIED", nil
}

func TestEveryExportHasTheVerdictOfTheIndex(t *testing.T) {
	for _, folder := range []string{"../../vectors/audit", "../../vectors/exports"} {
		index, err := os.ReadFile(filepath.Join(folder, "INDEX"))
		if err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(string(index)), "\n")
		for _, row := range rows {
			words := strings.SplitN(row, " ", 3)
			got, why := said(unpack(t, filepath.Join(folder, words[0])), words[1])
			// Behind a colon stands the name that the command has for the fault.
			if want, fault, _ := strings.Cut(words[2], ": "); got != want {
				t.Errorf("%s: %s (%v), want %s", words[0], got, why, want)
			} else if fault == "keys-differ" && why.Error() != "keys: not the keys that have signed and sealed this log" {
				t.Errorf("%s: %v", words[0], why)
			}
		}
		t.Logf("%s: %d exports", folder, len(rows))
	}
}
