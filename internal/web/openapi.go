package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"amparo/internal/cases"
	"amparo/internal/cases/detention"
	"amparo/internal/cases/evidence"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// schema is a JSON schema, as OpenAPI 3.1 uses them.
type schema = map[string]any

// parameter is one parameter of an address.
type parameter struct {
	name   string
	schema schema
}

func schemaRef(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

func textOf(max int) schema { return schema{"type": "string", "maxLength": max} }

func codesOf(list []string) schema { return schema{"type": "string", "enum": list} }

func listOf(of schema) schema { return schema{"type": "array", "items": of} }

func orNull(null schema) schema { return schema{"oneOf": []schema{null, {"type": "null"}}} }

func objectOf(fieldSchemas schema) schema {
	return schema{"type": "object", "properties": fieldSchemas}
}

func itemsOf(of schema) schema {
	return objectOf(schema{"items": listOf(of), "total": schema{"type": "integer"}})
}

func pageOf(of schema) schema {
	return objectOf(schema{"items": listOf(of), "total": schema{"type": "integer"}, "page": schema{"type": "integer"}, "per_page": schema{"type": "integer"}})
}

var (
	dayOf          = schema{"type": "string", "format": "date"}
	momentOf       = schema{"type": "string", "format": "date-time"}
	wholeNumber    = schema{"type": "integer"}
	yesOrNo        = schema{"type": "boolean"}
	onParameter    = parameter{"on", dayOf}
	pageParameters = []parameter{{"page", schema{"type": "integer", "minimum": 1}}, {"per_page", schema{"type": "integer", "enum": []int{25, 50, 100}}}}
)

func (s *Server) kindNames() []string {
	var list []string
	for _, k := range s.book.Kinds() {
		list = append(list, k.Name)
	}
	return list
}

// listParameters are what a list can be asked.
func (s *Server) listParameters(k *record.Kind) []parameter {
	l := k.ListOf(s.book.Today())
	list := []parameter{{"q", textOf(2000)}}
	for _, f := range l.Filters {
		of := textOf(2000)
		if f.Options != nil {
			of = codesOf(f.Options)
		}
		list = append(list, parameter{f.Name, of})
	}
	var sorts []string
	for _, c := range l.Columns {
		if c.Sort != "" {
			sorts = append(sorts, c.Name, "-"+c.Name)
		}
	}
	return append(append(list, parameter{"sort", codesOf(sorts)}, onParameter), pageParameters...)
}

// describe is the schema of a field.
func fieldSchema(f form.Field) schema {
	one := schema{"type": "string"}
	if len(f.Options) > 0 {
		one["enum"] = f.Options
	}
	switch f.Type {
	case form.Text, form.Long:
		one["maxLength"] = f.Max
	case form.Date:
		one["maxLength"], one["examples"] = f.Max, []string{"2026-11", "[2021-11..2022-03]", "1984~"}
	case form.Choice:
		one["enum"] = append([]string{""}, f.Options...)
	case form.Choices, form.List, form.Links, form.Accounts:
		if f.Type == form.Accounts {
			one["format"] = "email"
		}
		return schema{"type": "array", "maxItems": f.Max, "items": one}
	case form.Bool:
		return schema{"type": "boolean"}
	case form.Number:
		return schema{"type": []string{"number", "null"}}
	case form.Link:
		return schema{"type": []string{"string", "null"}, "pattern": "^[A-Z]{1,2}-[0-9]{1,12}$"}
	case form.Account:
		return schema{"type": []string{"string", "null"}, "format": "email"}
	case form.Group:
		row := fieldSchemas(f.Template(), told)
		if f.Single {
			return orNull(objectOf(row))
		}
		row["id"] = schema{"type": "string"}
		return schema{"type": "array", "maxItems": f.Max, "items": objectOf(row)}
	}
	return one
}

// side is which way a record goes.
type side int

const (
	told  side = iota // what the API answers
	given             // what it takes
)

// properties are the schemas of fields: all of them with the parts of dates as
// they are told, those that can be set as they are given.
func fieldSchemas(fields form.Set, which side) schema {
	m := schema{}
	for _, f := range fields {
		if f.Derived && which == given {
			continue
		}
		of := fieldSchema(f)
		if f.Derived {
			of["readOnly"] = true
		}
		m[f.Name] = of
		if f.Type == form.Date && which == told {
			for _, part := range []string{"_words", "_earliest", "_latest"} {
				m[f.Name+part] = schema{"type": "string", "readOnly": true}
			}
		}
	}
	return m
}

// recordSchemas are a kind's record, the same in a list, what makes one, and
// what its moves ask.
func recordSchemas(k *record.Kind) map[string]schema {
	fields := k.New().Fields()
	item := fieldSchemas(fields, told)
	states := codesOf(stateCodes(k.Flow))
	if k.Name == "detention" {
		states = schema{"type": []string{"string", "null"}, "enum": append(anySlice(detention.CustodyStates), nil)}
	}
	head := schema{"ref": textOf(20), "kind": codesOf([]string{k.Name}), "case": orNull(textOf(20)), "title": schema{"type": "string"}, "state": states,
		"sensitivity": codesOf([]string{"public", "partner", "internal", "restricted", "sealed"}), "version": wholeNumber, "voided": yesOrNo,
		"created_at": momentOf, "created_by": schema{"type": "string"}, "updated_at": momentOf, "updated_by": schema{"type": "string"}}
	for name, of := range head {
		if _, own := item[name]; !own {
			item[name] = readOnlySchema(of.(schema))
		}
	}
	for name, of := range computed[k.Name].members {
		item[name] = readOnlySchema(of.(schema))
	}
	full := schema{}
	for name, of := range item {
		full[name] = of
	}
	full["moves"] = readOnlySchema(listOf(schemaRef("move")))
	if k.Called != nil {
		full["likely"] = readOnlySchema(listOf(schemaRef("match")))
		full["merged_into"] = readOnlySchema(textOf(20))
	}
	input := objectOf(fieldSchemas(k.New().Fields(), given))
	if !k.IsCase && !k.Register {
		input["properties"].(schema)["case"] = textOf(20)
	}
	var required []string
	for _, f := range fields {
		if f.Required {
			required = append(required, f.Name)
		}
	}
	input["additionalProperties"] = false
	if len(required) > 0 {
		input["x-required-to-create"] = required
	}
	asks := schema{"note": textOf(4000), "reason": textOf(4000)}
	for _, m := range k.Flow.Moves {
		all := fields
		if k.Asked != nil {
			all = append(k.Asked(k.New(), m.Name), fields...)
		}
		for _, name := range slices.Concat(m.Asks, m.May) {
			if f, ok := all.Get(name); ok {
				asks[name] = fieldSchema(f)
			}
		}
	}
	move := objectOf(asks)
	move["additionalProperties"] = false
	all := map[string]schema{k.Name: objectOf(full), k.Name + "_item": objectOf(item), k.Name + "_input": input, k.Name + "_move": move}
	if k.Called != nil {
		all[k.Name+"_merge"] = mergeSchema(k)
	}
	return all
}

func stateCodes(f workflow.Flow) []string {
	var list []string
	for _, s := range f.States() {
		if s != "" {
			list = append(list, string(s))
		}
	}
	return list
}

func anySlice(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func readOnlySchema(of schema) schema {
	m := schema{"readOnly": true}
	for name, v := range of {
		m[name] = v
	}
	return m
}

// openAPI describes the API from the declarations it works by: routes, kinds,
// fields and flows.
func (r *Request) openAPI() error { return r.json(fiber.StatusOK, r.description()) }

func (s *Server) description() schema {
	schemas := map[string]schema{
		"problem": objectOf(schema{"type": schema{"type": "string"}, "code": schema{"type": "string"}, "title": schema{"type": "string"}, "status": wholeNumber,
			"detail": schema{"type": "string"}, "reference": schema{"type": "string"}, "current": schema{"type": "object"},
			"why": listOf(schema{"type": "string"}), "moves": listOf(schemaRef("move")),
			"errors": listOf(objectOf(schema{"field": schema{"type": "string"}, "code": schema{"type": "string"}, "message": schema{"type": "string"}}))}),
		"move": objectOf(schema{"name": schema{"type": "string"}, "to": schema{"type": "string"}, "asks": listOf(schema{"type": "string"}), "open": yesOrNo, "why_not": schema{"type": "string"}}),
		"custody": objectOf(schema{"state": codesOf(detention.CustodyStates), "in_custody": yesOrNo, "since": schema{"type": "string"}, "since_words": schema{"type": "string"}, "as_of": dayOf,
			"places": listOf(textOf(20)), "alternatives": yesOrNo, "by": orNull(textOf(20)),
			"days":           objectOf(schema{"min": wholeNumber, "max": orNull(wholeNumber)}),
			"last_confirmed": orNull(dayOf), "last_source": orNull(schema{"type": "string"}), "stale": yesOrNo, "detention": textOf(20),
			"next": orNull(objectOf(schema{"text": schema{"type": "string"}, "date": schema{"type": "string"}}))}),
		"found":    objectOf(schema{"ref": textOf(20), "kind": codesOf(s.kindNames()), "title": schema{"type": "string"}, "snippet": schema{"type": "string"}}),
		"match":    objectOf(schema{"ref": textOf(20), "name": schema{"type": "string"}, "score": schema{"type": "number", "minimum": 0, "maximum": 1}, "reasons": listOf(schema{"type": "string"}), "reason": schema{"type": "string"}}),
		"log":      objectOf(fieldSchemas((&cases.Report{}).Fields(), given)),
		"logged":   objectOf(schema{"case": textOf(20), "people": listOf(textOf(20)), "detentions": listOf(textOf(20))}),
		"deadline": deadlineSchema(),
		"handout":  givenSchema(),
		"erasure":  erasureSchema(),
		"two":      schema{"type": "object", "properties": schema{"with": schema{"type": "string"}, "note": textOf(4000), "reason": textOf(4000)}, "required": []string{"with"}, "additionalProperties": false},
		"note":     schema{"type": "object", "properties": schema{"note": textOf(4000), "reason": textOf(4000)}, "additionalProperties": false},
		"history_line": objectOf(schema{"n": wholeNumber, "at": momentOf, "by": schema{"type": "string"}, "action": schema{"type": "string"}, "move": schema{"type": "string"}, "note": schema{"type": "string"}, "version": wholeNumber,
			"changes": listOf(objectOf(schema{"field": schema{"type": "string"}, "before": schema{}, "after": schema{}}))}),
	}
	for name, of := range accessSchemas() {
		schemas[name] = of
	}
	for name := range hanging {
		part, ok := s.book.Part(name)
		if !ok {
			continue
		}
		input := objectOf(fieldSchemas(part.New().Fields(), given))
		for member, of := range map[string]schema{"id": {"type": "string"}, "annulled": {"type": "string"}} {
			input["properties"].(schema)[member] = of
		}
		piece := fieldSchemas(part.New().Fields(), told)
		for member, of := range map[string]schema{"id": {"type": "string"}, "created_at": momentOf, "created_by": {"type": "string"}, "annulled": {"type": "string"}} {
			piece[member] = of
		}
		schemas[name], schemas[name+"_input"] = objectOf(piece), input
	}
	for _, k := range s.book.Kinds() {
		for name, of := range recordSchemas(k) {
			schemas[name] = of
		}
	}
	schemas[evidence.Kind.Name+"_with_file"] = withFile(schemas[evidence.Kind.Name+"_input"])
	paths := map[string]map[string]any{}
	for _, o := range s.operations() {
		path, names := pathOf(o.path)
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(o.method)] = describeOperation(o, names)
	}
	return schema{
		"openapi": "3.1.0",
		"info":    schema{"title": "Amparo", "version": "1"},
		"servers": []schema{{"url": strings.TrimRight(s.o.URL, "/") + "/"}},
		"paths":   paths,
		"components": schema{"schemas": schemas, "securitySchemes": schema{
			"token": schema{"type": "http", "scheme": "bearer"}}},
		"security": []schema{{"token": []string{}}},
	}
}

// pathOf writes a route's path as OpenAPI does, with the names in it.
func pathOf(route string) (path string, names []string) {
	steps := strings.Split(route, "/")
	for i, step := range steps {
		if name, ok := strings.CutPrefix(step, ":"); ok {
			steps[i], names = "{"+name+"}", append(names, name)
		}
	}
	return strings.Join(steps, "/"), names
}

func describeOperation(o operation, names []string) schema {
	var parameters []schema
	for _, name := range names {
		parameters = append(parameters, schema{"name": name, "in": "path", "required": true, "schema": schema{"type": "string"}})
	}
	for _, p := range o.query {
		parameters = append(parameters, schema{"name": p.name, "in": "query", "schema": p.schema})
	}
	if o.matches {
		parameters = append(parameters, schema{"name": fiber.HeaderIfMatch, "in": "header", "required": true, "schema": schema{"type": "string", "examples": []string{`"3"`}}})
	}
	gives := schema{fiber.MIMEApplicationJSON: schema{"schema": o.reply}}
	if o.reply == nil {
		gives = schema{fiber.MIMEOctetStream: schema{"schema": schema{"type": "string", "format": "binary"}}}
	}
	responses := schema{strconv.Itoa(o.status): schema{"description": http.StatusText(o.status), "content": gives}}
	refused := []int{fiber.StatusUnauthorized, fiber.StatusForbidden}
	if len(names) > 0 {
		refused = append(refused, fiber.StatusNotFound)
	}
	if o.body != nil || o.parts != nil {
		refused = append(refused, fiber.StatusBadRequest, fiber.StatusConflict, fiber.StatusRequestEntityTooLarge, fiber.StatusUnsupportedMediaType, fiber.StatusUnprocessableEntity)
	}
	if o.matches {
		refused = append(refused, fiber.StatusPreconditionFailed, fiber.StatusPreconditionRequired)
	}
	slices.Sort(refused)
	for _, status := range refused {
		responses[strconv.Itoa(status)] = schema{"description": http.StatusText(status), "content": schema{problemType: schema{"schema": schemaRef("problem")}}}
	}
	d := schema{"operationId": o.id, "tags": []string{o.tag}, "responses": responses}
	if len(parameters) > 0 {
		d["parameters"] = parameters
	}
	takes := schema{}
	if o.body != nil {
		takes[fiber.MIMEApplicationJSON] = schema{"schema": o.body}
	}
	if o.parts != nil {
		takes[fiber.MIMEMultipartForm] = schema{"schema": o.parts}
	}
	if len(takes) > 0 {
		d["requestBody"] = schema{"required": !strings.Contains(o.path, "/moves/"), "content": takes}
	}
	return d
}
