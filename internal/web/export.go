package web

import "amparo/internal/record"

func (r *Request) listFile(k *record.Kind, format string) error { return record.ErrNotFound }
