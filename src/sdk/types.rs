//! The types of the SDKs that mean something where they stand in a signature, or in what a handler answers.

use super::distribution::Sdk;
use super::role::PrimitiveKind;

/// What a type of an SDK stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SdkType {
    /// The context of a request, which the SDK fills in.
    Context,
    /// What the protocol shows clients as it is.
    Content,
    /// What makes such content: a picture.
    Image,
    /// Another of that kind: a sound.
    Audio,
    /// Another of that kind: a file.
    File,
    /// The whole result of a call, as the protocol has it.
    CallToolResult,
    /// The whole result of a call, as `fastmcp` has it.
    ToolResult,
    /// A question back to the client in the place of a result.
    InputRequired,
    /// What fills in a parameter of `mcp` 2.
    Resolver,
}

/// The types by their names, which are the same in whichever module of an SDK they are imported from.
const TYPES: [(&str, SdkType); 14] = [
    ("Audio", SdkType::Audio),
    ("AudioContent", SdkType::Content),
    ("CallToolResult", SdkType::CallToolResult),
    ("ContentBlock", SdkType::Content),
    ("Context", SdkType::Context),
    ("EmbeddedResource", SdkType::Content),
    ("File", SdkType::File),
    ("Image", SdkType::Image),
    ("ImageContent", SdkType::Content),
    ("InputRequiredResult", SdkType::InputRequired),
    ("Resolve", SdkType::Resolver),
    ("ResourceLink", SdkType::Content),
    ("TextContent", SdkType::Content),
    ("ToolResult", SdkType::ToolResult),
];

/// How an object of an SDK holds the function that it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// It reads the function's signature.
    Reads,
    /// It is told the rest.
    Holds,
    /// It is made of another object, with parameters of its own.
    Remakes,
}

/// What makes such objects.
const WRAPPERS: [(&str, Wrapping); 3] =
    [("FunctionTool", Wrapping::Holds), ("from_function", Wrapping::Reads), ("from_tool", Wrapping::Remakes)];

/// What a function becomes by a decorator that marks it.
pub const FROM_FUNCTION: &str = "fastmcp.from_function";

/// What a handler answers that lists tools.
pub const TOOLS_RESULT: &str = "mcp.types.ListToolsResult";

/// What a handler answers that lists something, and the names of its field that holds the list: of `mcp` 1, and of 2.
const LISTS: [(&str, [&str; 2]); 4] = [
    ("ListPromptsResult", ["prompts", "prompts"]),
    ("ListResourceTemplatesResult", ["resourceTemplates", "resource_templates"]),
    ("ListResourcesResult", ["resources", "resources"]),
    ("ListToolsResult", ["tools", "tools"]),
];

/// The classes of what lists hold, and of what such an entry holds.
const LISTED: [&str; 7] =
    ["FunctionTool", "ListToolsResult", "Prompt", "Resource", "ResourceTemplate", "Tool", "ToolAnnotations"];

/// The fields of an entry, with the names that `mcp` 1, `mcp` 2 and `fastmcp` have for them.
const FIELDS: [(&str, &[&str]); 12] = [
    ("_meta", &["meta", "_meta"]),
    ("annotations", &["annotations"]),
    ("arguments", &["arguments"]),
    ("description", &["description"]),
    ("icons", &["icons"]),
    ("inputSchema", &["inputSchema", "input_schema", "parameters"]),
    ("mimeType", &["mimeType", "mime_type"]),
    ("name", &["name", "key"]),
    ("outputSchema", &["outputSchema", "output_schema"]),
    ("title", &["title"]),
    ("uri", &["uri"]),
    ("uriTemplate", &["uriTemplate", "uri_template"]),
];

/// What `fastmcp` takes its dependencies from.
const INJECTORS: [&str; 2] = ["docket", "uncalled_for"];

/// What the type of an SDK at `path`, or a call of it, stands for.
pub fn sdk_type(path: &str) -> Option<SdkType> {
    Sdk::of_module(path)?;
    let name = path.rsplit('.').next()?.trim_end_matches("()");
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
}

/// How what a call of `path` makes holds a function.
pub fn wrapping(path: &str) -> Option<Wrapping> {
    let name = path.rsplit('.').next()?;
    WRAPPERS.iter().find(|(known, _)| *known == name).map(|(_, wrapping)| *wrapping)
}

/// The names of the field that holds the list, of the type at `path` by which a handler answers with one.
pub fn listing_fields(path: &str) -> Option<[&'static str; 2]> {
    let name = path.rsplit('.').next()?;
    LISTS.iter().find(|(known, _)| *known == name).map(|(_, fields)| *fields)
}

/// Whether the type at `path` is one of the entries that a server lists, or of what they hold.
pub fn is_listed(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    LISTED.contains(&name) && Sdk::of_module(path).is_some()
}

/// The type of an entry of the kind.
pub fn entry_class(kind: PrimitiveKind) -> &'static str {
    match kind {
        PrimitiveKind::Tool => "mcp.types.Tool",
        PrimitiveKind::Prompt => "mcp.types.Prompt",
        PrimitiveKind::Resource => "mcp.types.Resource",
    }
}

/// The field of an entry that code knows by the name.
pub fn field_of(name: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(_, names)| names.contains(&name)).map(|(field, _)| *field)
}

/// The names by which code knows the field of an entry.
pub fn names_of(field: &str) -> &'static [&'static str] {
    FIELDS.iter().find(|(known, _)| *known == field).map_or(&[], |(_, names)| names)
}

/// Whether an attribute of annotations is a hint, which is nothing where it is not given.
pub fn is_hint(name: &str) -> bool {
    name.ends_with("Hint") || name.ends_with("_hint")
}

/// Whether a default that a call of `path` makes is filled in by `fastmcp`: `Depends(...)`, `CurrentContext()`.
pub fn is_injected(path: &str) -> bool {
    let top = path.split('.').next().unwrap_or_default();
    let named = || [".dependencies.", "Depends", "Current"].iter().any(|part| path.contains(part));
    INJECTORS.contains(&top) || Sdk::of_module(path) == Some(Sdk::Fastmcp) && named()
}
