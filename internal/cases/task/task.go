// Package task is the room of tasks: what somebody must do by when, about
// which record.
package task

import (
	"amparo/internal/auth"
	"amparo/internal/edtf"
	"amparo/internal/form"
	"amparo/internal/record"
	"amparo/internal/workflow"
)

// Task is one thing to do.
type Task struct {
	About    form.Ref
	Text     string
	Due      edtf.Date
	Assignee form.Ref
}

// Fields binds the task's variables.
func (t *Task) Fields() form.Set {
	return form.Set{
		form.OfText("text", &t.Text, form.Required, form.Max(1000)),
		form.OfDate("due", &t.Due, form.Ahead),
		form.OfAccount("assignee", &t.Assignee),
		form.OfLink("about", &t.About, ""),
	}
}

// Title is what is to be done.
func (t *Task) Title() string { return t.Text }

// Kind declares tasks.
var Kind = &record.Kind{
	Name: "task", Path: "tasks", Prefix: "T", Table: "task", Home: "about",
	New: func() record.Body { return &Task{} },
	Flow: workflow.Flow{Start: "open", Moves: []workflow.Move{
		{Name: "done", From: []workflow.State{"open"}, To: "done", Who: auth.Write},
		{Name: "drop", From: []workflow.State{"open"}, To: "dropped", Who: auth.Write, Asks: []string{"reason"}},
		{Name: "reopen", From: []workflow.State{"done", "dropped"}, To: "open", Who: auth.Write},
	}},
	List: func(on string) record.List {
		return record.List{Default: "due", Columns: []record.Column{
			{Name: "due", SQL: "t.due", Sort: "CASE WHEN t.due_earliest = '' THEN '9999' ELSE t.due_earliest END", Type: form.Date},
			{Name: "assignee", SQL: "t.assignee", Type: form.Account},
			{Name: "about", SQL: "t.about", Type: form.Link},
			{Name: "case", SQL: "h.case_id", Type: form.Link},
		}, Filters: []record.Filter{
			{Name: "assignee", SQL: "t.assignee = ?", Kind: "account"},
			{Name: "overdue", SQL: "h.state = 'open' AND t.due_latest <> '' AND t.due_latest < '" + on + "' AND ? = 'yes'", Options: []string{"yes"}, Vocab: "option.yes."},
		}}
	},
}
