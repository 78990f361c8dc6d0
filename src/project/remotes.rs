//! `[[tool.mcp-backend.remotes]]`: where the server is served over HTTP, for everybody to use without an install.
//!
//! What a remote of the MCP registry is (`spec/server_json.rs`), in the words of the other settings.

use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::setting::{Setting, declare_table, setting};
use super::toml::{TomlKind, TomlNode};
use super::variables::{optional, or_empty};
use crate::sdk::Transport;
use crate::spec::server_json::template_names;
use crate::text::{Span, Spanned};

declare_table! {
    /// A place where the server is served over HTTP.
    Remote, REMOTE_KEYS, remote, "tool.mcp-backend.remotes";
    /// What clients send with each request: an array of tables with the keys below and `name`, or a table of such
    /// tables by name, or of values.
    headers: Vec<RemoteInput> = or_empty(inputs), RemoteInputs,
        default "none",
        example r#"headers = [{ name = "Authorization", value = "Bearer {token}", required = true }]"#;
    /// How it is spoken to there: `streamable-http`, or `sse`, which the protocol has no longer.
    transport: Transport = transport, RemoteTransport,
        default "`streamable-http`",
        example r#"transport = "streamable-http""#;
    /// The address: `https://`, and on no machine of the user's own. Each `{name}` in it, and in the value of a header,
    /// is one of `variables`, which the client asks its user for.
    url: Spanned<String> = text, Text,
        default "none; each remote has to have one",
        example r#"url = "https://{region}.weather.example/mcp""#;
    /// What stands for the names in braces, likewise.
    variables: Vec<RemoteInput> = or_empty(inputs), RemoteInputs,
        default "none",
        example r#"variables = { region = { default = "eu" }, token = { description = "Your key", secret = true } }"#;
}

declare_table! {
    /// What a client fills into the address of a remote, or sends with each request to it.
    RemoteInput, REMOTE_INPUT_KEYS, input, "tool.mcp-backend.remotes.*";
    /// The values that it may have.
    choices: Vec<Spanned<String>> = or_empty(choices), Texts,
        default "any",
        example r#"choices = ["eu", "us"]"#;
    /// What holds without it.
    default: Option<Spanned<String>> = optional(Reader::line), Text,
        default "none",
        example r#"default = "eu""#;
    /// Tells those who set it what it is for.
    description: Option<Spanned<String>> = optional(Reader::text), Text,
        default "none",
        example r#"description = "Where the data lies""#;
    /// What it is called; each has to have a name.
    name: Spanned<String> = text, Text,
        default "none",
        example r#"name = "X-Region""#;
    /// Whether nothing is answered without it.
    required: Option<Spanned<bool>> = optional(Reader::flag), Flag,
        default "`false`",
        example "required = true";
    /// Whether its value must be shown to nobody.
    secret: Option<Spanned<bool>> = optional(Reader::flag), Flag,
        default "`false`",
        example "secret = true";
    /// What it always is; nobody is asked then but for the names in braces.
    value: Option<Spanned<String>> = optional(Reader::line), Text,
        default "what the user says",
        example r#"value = "{region}""#;
}

impl Remote {
    /// The variable `name`.
    pub fn variable(&self, name: &str) -> Option<&RemoteInput> {
        self.variables.iter().find(|variable| variable.name.value == name)
    }

    /// The variables that the address names, and those that no header does either.
    pub fn of_its_address(&self) -> impl Iterator<Item = &RemoteInput> {
        let names = |text: &str, name: &str| template_names(text).any(|named| named == name);
        self.variables.iter().filter(move |variable| {
            let name = variable.name.value.as_str();
            names(&self.url.value, name) || !self.headers.iter().any(|header| names(header.fixed(), name))
        })
    }

    /// The variables that the value of `header` names.
    pub fn of_header<'r>(&'r self, header: &'r RemoteInput) -> impl Iterator<Item = &'r RemoteInput> {
        template_names(header.fixed()).filter_map(|name| self.variable(name))
    }
}

impl RemoteInput {
    /// Whether nothing is answered without it.
    pub fn is_required(&self) -> bool {
        self.required.as_ref().is_some_and(|required| required.value)
    }

    /// Whether its value is to be shown to nobody.
    pub fn is_secret(&self) -> bool {
        self.secret.as_ref().is_some_and(|secret| secret.value)
    }

    /// What it always is, with names in braces; empty where the user says it.
    pub fn fixed(&self) -> &str {
        self.value.as_ref().map_or("", |value| &value.value)
    }
}

const TABLE: &str = "tool.mcp-backend.remotes";

const TRANSPORTS: [Transport; 2] = [Transport::Sse, Transport::StreamableHttp];

/// Reads the array of tables.
pub(super) fn read(reader: &mut Reader, _: &str, node: &TomlNode) -> Vec<Remote> {
    reader.tables(TABLE, node, remote)
}

/// Reads a text that has to be there.
fn text(
    reader: &mut Reader,
    key: &'static str,
    node: Option<&TomlNode>,
    table: Span,
) -> Option<Spanned<String>> {
    let Some(node) = node else {
        reader.record(table, ProblemKind::Missing { key });
        return None;
    };
    reader.line(key, node)
}

fn transport(reader: &mut Reader, key: &str, node: Option<&TomlNode>, _: Span) -> Option<Transport> {
    let Some(node) = node else { return Some(Transport::StreamableHttp) };
    let word = reader.line(key, node)?;
    let found = TRANSPORTS.into_iter().find(|transport| transport.name() == word.value);
    if found.is_none() {
        let known = &["sse", "streamable-http"];
        reader.record(word.span, ProblemKind::UnknownWord { key: key.to_owned(), word: word.value, known });
    }
    found
}

fn choices(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<Spanned<String>> {
    reader.one_or_more(key, node).unwrap_or_default()
}

/// Reads inputs in an array of tables, or by name in a table of tables, or of values.
fn inputs(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<RemoteInput> {
    let TomlKind::Table(entries) = &node.kind else { return reader.tables(key, node, input) };
    let named = |(name, node): &(Spanned<String>, TomlNode)| {
        let key_of = |word: &str| Spanned::new(word.to_owned(), name.span);
        let own = TomlNode { span: name.span, kind: TomlKind::String(name.value.clone()) };
        let mut all = vec![(key_of("name"), own)];
        match &node.kind {
            TomlKind::Table(entries) => all.extend(entries.iter().cloned()),
            TomlKind::String(_) => all.push((key_of("value"), node.clone())),
            _ => {
                reader.wrong_type(&format!("{key}.{}", name.value), "a table or a string", node);
                return None;
            }
        }
        input(reader, name.span, &all)
    };
    entries.iter().filter_map(named).collect()
}
