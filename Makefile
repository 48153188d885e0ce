# Short names for what one does often. Nothing but Go (and make) has to be installed; `make check` fetches what the tests need.
.PHONY: check test demo dev generate licences bench bench-names faults soak fuzz build release tour

check: ## every check and every test, SQLite, PostgreSQL and browser
	go run ./cmd/check

test: ## the quick half: SQLite only, no browser
	go test ./...

demo: ## the program on invented data, a sign-in for each role
	go run ./cmd/app demo

dev: ## the demo, made anew and started again whenever a source file changes; http://127.0.0.1:7331 reloads the page
	go tool templ generate --watch --open-browser=false --watch-pattern='(.+\.(go|templ|css|js|json|sql)$$)' --proxy=http://127.0.0.1:8080 --cmd="go run ./cmd/app demo --addr 127.0.0.1:8080 --seed 1"

generate: ## the views' Go code
	go tool templ generate

tour: ## the pictures of the README and the guide, from invented data
	go test -tags browser,tour ./internal/journeys -run TheTourShows -count=1

licences: ## docs/third-party.md and docs/sbom.cdx.json
	go run ./cmd/check -licences

bench: ## our pages beside the bare database in one run
	go run ./cmd/bench

bench-names: ## how well names are found, on the data in DATA
	go run ./cmd/bench-names $(if $(DATA),,$(error say where the names are: make bench-names DATA=folder)) $(DATA)

faults: ## kills, full disks, damage and interruptions, many times; ten to twenty minutes
	AMPARO_FAULTS=all go run ./cmd/check -postgres -- go test ./internal/faults ./internal/record -count=1 -v -timeout 60m

soak: ## a steady load of twenty requests a second for TIME (15m)
	AMPARO_SOAK=$(or $(TIME),15m) go test ./internal/faults -run ASteadyLoad -count=1 -v -timeout 0

fuzz: ## every fuzz test, one after another, TIME (20s) each
	@for file in $$(grep -rl '^func Fuzz' --include='*_test.go' internal); do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z]*\).*/\1/p' $$file); do \
			go test ./$$(dirname $$file) -run '^$$' -fuzz "^$$name$$" -fuzztime $(or $(TIME),20s) -parallel 1 || exit 1; done; done

build: ## one static program in bin/
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w -buildid=" -o bin/amparo ./cmd/app

release: ## the same, built twice in two folders to the same hash
	go run ./cmd/check -release
