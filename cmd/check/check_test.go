package main

import (
	"os"
	"strings"
	"testing"
)

func TestSkippedAndCrashedTestsCountAsFailed(t *testing.T) {
	for name, c := range map[string]struct {
		events string
		want   tally
	}{
		"passed": {`{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA/sqlite"}
{"Action":"pass","Package":"p"}`, tally{2, 0}},
		"skipped": {`{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}`, tally{0, 1}},
		"failed": {`{"Action":"output","Package":"p","Test":"TestA","Output":"why\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`, tally{0, 1}},
		"crashed": {`{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`, tally{0, 1}},
		"not compiled": {`{"ImportPath":"p [p.test]","Action":"build-output","Output":"undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`, tally{0, 1}},
		"no tests": {`{"Action":"skip","Package":"p"}`, tally{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			if got := count(strings.NewReader(c.events), &said); got != c.want {
				t.Errorf("counted %+v\n%s", got, said.String())
			}
			if name == "failed" && !strings.Contains(said.String(), "why") {
				t.Error("the reason is not printed")
			}
		})
	}
}

func TestLicencesAreToldByTheirText(t *testing.T) {
	for text, want := range map[string]string{
		"Permission is hereby granted,\n free of charge, to any person":           "MIT",
		"Apache License\n Version 2.0":                                            "Apache-2.0",
		"Mozilla Public License Version 2.0":                                      "MPL-2.0",
		"Redistribution and use in source and binary forms … Neither the name of": "BSD-3-Clause",
		"all rights reserved":                                                     "",
	} {
		if got := strings.Join(recognise(text), " "); got != want {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

func TestTheProgramsOwnLicenceIsApache(t *testing.T) {
	text, err := os.ReadFile("../../LICENSE")
	if err != nil || strings.Join(recognise(string(text)), " ") != "Apache-2.0" {
		t.Error("LICENSE is not the Apache licence", err)
	}
}
