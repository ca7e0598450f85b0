package codeactions

func convertStages(r *request) Action { return refuse("to be written") }
