package main

import (
	"fmt"

	"./export"
)

func verifyFile(path string, o export.Options) (bool, error) {
	return false, &export.NotRun{Why: fmt.Errorf("not yet")}
}
