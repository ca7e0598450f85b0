package server

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	protocol "github.com/tliron/glsp/protocol_3_16"
	"go.lsp.dev/uri"

	"restage/analysis/source"
)

// client is what was agreed with the client in initialize.
type client struct {
	encoding source.Encoding
	// pull: the client asks for diagnostics; refresh: it can be told to.
	pull, refresh bool
	// disabled, resolve, related: what it understands of actions and findings.
	disabled, resolve, related bool
	// versioned: edits name the version they are for; annotations: parts of
	// them can ask to be confirmed.
	versioned, annotations bool
	// creates: edits can make files.
	creates bool
	// progress: it shows that something takes its time.
	progress bool
	// applyEdit: it makes edits that the server sends by itself; lensRefresh: it
	// can be told that code lenses have changed.
	applyEdit, lensRefresh bool
	// hints: it shows inlay hints; hintRefresh: it can be told that they have changed.
	hints, hintRefresh bool
	// markdown: its hovers show Markdown; markdownItems: its completions do;
	// definitionLinks: its definitions can name what points to them.
	markdown, markdownItems, definitionLinks bool
	// watch: it reports changed files; configuration: it can be asked for
	// settings; register: it wants to be told that changed settings matter.
	watch, configuration, register bool
}

// newClient reads the client's capabilities.
func newClient(c *clientCapabilities) *client {
	action := c.TextDocument.CodeAction
	edit := c.Workspace.WorkspaceEdit
	agreed := &client{
		pull:          c.TextDocument.Diagnostic != nil,
		refresh:       c.Workspace.Diagnostics.RefreshSupport,
		disabled:      action.DisabledSupport,
		resolve:       action.DataSupport && slices.Contains(action.ResolveSupport.Properties, "edit"),
		related:       c.TextDocument.PublishDiagnostics.RelatedInformation,
		versioned:     edit.DocumentChanges,
		annotations:   edit.DocumentChanges && edit.ChangeAnnotationSupport != nil,
		creates:       edit.DocumentChanges && slices.Contains(edit.ResourceOperations, "create"),
		applyEdit:     c.Workspace.ApplyEdit,
		progress:      c.Window.WorkDoneProgress,
		lensRefresh:   c.Workspace.CodeLens.RefreshSupport,
		hints:         c.TextDocument.InlayHint != nil,
		hintRefresh:   c.Workspace.InlayHint.RefreshSupport,
		watch:         c.Workspace.DidChangeWatchedFiles.DynamicRegistration,
		configuration: c.Workspace.Configuration,
		register:      c.Workspace.DidChangeConfiguration.DynamicRegistration,
	}
	agreed.definitionLinks = c.TextDocument.Definition.LinkSupport
	agreed.markdown = prefersMarkdown(c.TextDocument.Hover.ContentFormat)
	agreed.markdownItems = prefersMarkdown(c.TextDocument.Completion.CompletionItem.DocumentationFormat)
	// The client lists its encodings with the one it likes best first.
	for _, name := range c.General.PositionEncodings {
		if name == "utf-8" {
			agreed.encoding = source.UTF8
		}
		if name == "utf-8" || name == "utf-16" {
			break
		}
	}
	return agreed
}

// prefersMarkdown reads a list of formats, the one that is liked best first.
func prefersMarkdown(formats []string) bool {
	return len(formats) > 0 && formats[0] == string(protocol.MarkupKindMarkdown)
}

// encodingName is the protocol's word for the agreed encoding.
func (c *client) encodingName() string {
	if c.encoding == source.UTF8 {
		return "utf-8"
	}
	return "utf-16"
}

// position gives the editor's position of a byte offset.
func (c *client) position(m *source.Mapper, offset int) protocol.Position {
	p := m.Position(offset, c.encoding)
	return protocol.Position{Line: uint32(p.Line), Character: uint32(p.Character)}
}

// lspRange gives the editor's range of a span.
func (c *client) lspRange(m *source.Mapper, s source.Span) protocol.Range {
	return protocol.Range{Start: c.position(m, s.Start), End: c.position(m, s.End)}
}

// span gives the span of an editor's range, whatever its order.
func (c *client) span(m *source.Mapper, r looseRange) source.Span {
	start, end := c.offset(m, r.Start), c.offset(m, r.End)
	return source.Span{Start: min(start, end), End: max(start, end)}
}

func (c *client) offset(m *source.Mapper, p loosePosition) int {
	if p.Line < 0 {
		return 0
	}
	return m.Offset(source.Position{Line: int(p.Line), Character: max(0, int(p.Character))}, c.encoding)
}

// lineSpan is a whole line without its end.
func lineSpan(m *source.Mapper, line int) source.Span {
	start := m.Offset(source.Position{Line: line}, source.UTF8)
	end := m.Offset(source.Position{Line: line, Character: 1 << 30}, source.UTF8)
	return source.Span{Start: start, End: end}
}

// parseURI gives the canonical form of a URI, which documents are known by,
// and the path on this machine if it is a file.
func parseURI(s string) (key, file string) {
	u, err := uri.ParseStrict(s)
	if err != nil {
		return s, ""
	}
	if u.IsFile() {
		file = u.FsPath()
		if !filepath.IsAbs(file) {
			return u.String(), ""
		}
		file = filepath.Clean(file)
	}
	return u.String(), file
}

// fileURI gives the URI of a path on this machine.
func fileURI(file string) string { return uri.File(file).String() }

// documentName gives the slash path in a URI of any scheme.
func documentName(s string) string {
	u, err := uri.ParseStrict(s)
	if err != nil {
		return s
	}
	return u.Path()
}

// isDockerfile tells by the editor's language id, and by the name where the
// editor has no word for Dockerfiles.
func isDockerfile(language, file string) bool {
	switch strings.ToLower(language) {
	case "dockerfile", "docker", "containerfile":
		return true
	case "toml", "yaml", "json", "jsonc", "markdown", "ignore", "dockercompose", "yaml.docker-compose", "python", "shellscript", "sh":
		return false
	}
	name := strings.ToLower(path.Base(file))
	if strings.HasSuffix(name, ".dockerignore") {
		return false
	}
	for _, word := range []string{"dockerfile", "containerfile"} {
		if name == word || strings.HasPrefix(name, word+".") || strings.HasSuffix(name, "."+word) {
			return true
		}
	}
	return false
}

// ptr is for the many optional fields of glsp's types.
func ptr[T any](v T) *T { return &v }
